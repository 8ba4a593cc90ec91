interface Snippet {
  readonly name: string;
  readonly write: (server: string, login: string) => string;
}

/** The first two calls, in the languages of most integrations. */
export const snippets: readonly Snippet[] = [
  {
    name: 'curl',
    write: (server, login) => {
      const url = `${server}/api/v2/companies?USER_LOGIN=${encodeURIComponent(login)}&USER_HASH=$KEY`;
      return `KEY=…

curl "${url}" \\
  -d '{"add":[{"name":"ООО Компания","tags":"аренда"}]}'

curl "${url}"`;
    },
  },
  {
    name: 'PHP',
    write: (server, login) => `<?php
$server = '${server}';
$curl = curl_init();
curl_setopt_array($curl, [
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_COOKIEFILE => '', // keep the session's cookie in memory
    CURLOPT_URL => "$server/private/api/auth.php?type=json",
    CURLOPT_POSTFIELDS => http_build_query(['USER_LOGIN' => '${login}', 'USER_HASH' => getenv('KEY')]),
]);
$auth = json_decode(curl_exec($curl), true)['response'];
if (!$auth['auth']) exit($auth['error'] . PHP_EOL);

$add = ['add' => [['name' => 'ООО Компания', 'tags' => 'аренда']]];
curl_setopt_array($curl, [
    CURLOPT_URL => "$server/api/v2/companies",
    CURLOPT_POSTFIELDS => json_encode($add),
]);
curl_exec($curl);

curl_setopt_array($curl, [CURLOPT_HTTPGET => true, CURLOPT_URL => "$server/api/v2/companies?limit_rows=15"]);
$answer = json_decode(curl_exec($curl), true); // null where nothing is found: 204 without a body
foreach ($answer['_embedded']['items'] ?? [] as $company) echo $company['id'], ' ', $company['name'], PHP_EOL;`,
  },
  {
    name: 'JavaScript',
    write: (server, login) => `const url = new URL('${server}/api/v2/companies');
url.searchParams.set('USER_LOGIN', '${login}');
url.searchParams.set('USER_HASH', process.env.KEY);

await fetch(url, {
  method: 'POST',
  body: JSON.stringify({ add: [{ name: 'ООО Компания', tags: 'аренда' }] }),
});

const answer = await fetch(url);
const companies = answer.status === 204 ? [] : (await answer.json())._embedded.items;
for (const { id, name } of companies) console.log(id, name);`,
  },
];
