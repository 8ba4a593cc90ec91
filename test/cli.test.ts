import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { askTokens, codeFor, statusWith, withCode, withRefresh } from './support/integrations.ts';
import { request } from './support/server.ts';

const program = fileURLToPath(new URL('../bin/kontora.mjs', import.meta.url));
const folders: string[] = [];
const servers: ChildProcess[] = [];

after(() => {
  for (const server of servers) server.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kontora-cli-'));
  folders.push(folder);
  return join(folder, 'data');
}

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env: environment(),
  });
  return { status, stdout, stderr };
}

function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const rest = Object.entries(process.env).filter(([name]) => !name.startsWith('KONTORA_'));
  return { ...Object.fromEntries(rest), ...more };
}

/** Starts the server on a free port and waits for its greeting. */
function serve(
  data: string,
  env: Record<string, string> = {},
  ...args: string[]
): Promise<{ process: ChildProcess; output: string; url: string }> {
  const child = spawn(process.execPath, [program, 'serve', '--data', data, '--port', '0', ...args], {
    env: environment(env),
  });
  servers.push(child);
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const url = /http:\/\/\S+:\d+/.exec(output)?.[0];
      if (url && output.includes('Ctrl+C')) resolve({ process: child, output, url });
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('exit', () => reject(new Error(output)));
  });
}

describe('the command kontora', () => {
  test('--help and --version tell, and exit with 0', () => {
    assert.match(run('--help').stdout, /--port N +KONTORA_PORT/);
    assert.match(run('--version').stdout, /^\d+\.\d+\.\d+\n$/);
  });

  test('a wrong command, flag or value gets one clear line and exit code 2', () => {
    for (const args of [
      ['fly'],
      ['serve', '--colour', 'red'],
      ['serve', '--port', 'many'],
      ['serve', '--port', '70000'],
      ['serve', '--wire', 'smoke'],
      ['serve', '--seed', 'pumpkin'],
      ...['everybody', '0.0.0.0/0', '10.0.0.5/33', '10.0.0.5/8/9', 'fe80::1%1', '::/0', '10.0.0'].map((proxy) => [
        ...['serve', '--trust-proxy', proxy],
      ]),
      ['serve', '--data', ''],
      ['serve', 'extra'],
      ['seed'],
      ['seed', 'large'],
      ['seed', 'large', '--companies', '0'],
      ['user', 'add'],
      ['user', 'add', '--login', 'a@b', '--rights', 'company_fly=A'],
      ['user', 'add', '--login', 'a@b', '--rights', 'company_view=Z'],
      ['user', 'set', '--login', 'a@b', '--active', 'perhaps'],
      ['group', 'add', '--name', ' '],
      ['account', 'add', '--subdomain', 'Не то'],
      ['integration'],
      ['integration', 'add', '--redirect-uri', 'https://example.com/'],
      ['integration', 'add', '--name', 'x'],
      ['integration', 'add', '--name', 'x', '--redirect-uri', 'javascript:alert(1)'],
      ['integration', 'add', '--name', 'x'.repeat(256), '--redirect-uri', 'https://example.com/'],
    ]) {
      const { status, stdout, stderr } = run(...args);
      assert.equal(status, 2, args.join(' '));
      assert.match(stderr, /^kontora: [^\n]+\n$/, args.join(' '));
      assert.equal(stdout, '');
    }
  });

  test('serve makes the data, greets with address, login, key and a curl whose parts work, and keeps the key to itself later', async () => {
    const data = newFolder();
    const first = await serve(data);
    const key = /key +([0-9a-f]{40})/.exec(first.output)?.[1];
    assert.ok(key);
    assert.match(first.output, /login +example@example\.com/);
    const [add, list] = [...first.output.matchAll(/curl '([^']+)'(?: -d '([^']+)')?/g)];
    const added = await request('POST', add![1]!, add![2]!, { 'Content-Type': 'application/x-www-form-urlencoded' });
    assert.equal(added.json._embedded.items[0].id, 1099264);
    assert.match((await request('GET', list![1]!)).text, /ООО Компания/);
    const [, page, secret] = /\n {2}(http:\S+\/password)#(\S+)\n/.exec(first.output)!;
    const asked = await request('POST', `${new URL(page!).origin}/api/kontora/password-link`, { token: secret });
    assert.equal(asked.json.login, 'example@example.com');
    first.process.kill('SIGTERM');
    const code = await new Promise((resolve) => first.process.on('exit', resolve));
    assert.equal(code, 0);

    const second = await serve(data);
    assert.ok(!second.output.includes(key) && !second.output.includes('/password#'));
    const [quoted] = [...second.output.matchAll(/\n {2}KEY=…\n {2}curl "([^"]+)" -d/g)];
    assert.equal((await request('GET', quoted![1]!.replace('$KEY', key))).status, 200);
  });

  test('the greeting of data that is there already names its administrator, the whole command for a new key, and what was not used', async () => {
    const data = newFolder();
    const env = { KONTORA_LOGIN: "Zoë O'Hara@example.com", KONTORA_API_KEY: "a&b '#я$" };
    const first = await serve(data, env);
    assert.doesNotMatch(first.output, /not used/);
    const curl = /curl '([^']+)'\n/.exec(first.output)![1]!;
    assert.equal((await request('GET', curl)).status, 200, 'login and key are encoded');
    first.process.kill('SIGKILL');
    run('account', 'add', '--data', data, '--subdomain', 'acme', '--login', 'boss@acme.example');

    const second = await serve(data, { KONTORA_LOGIN: 'other@example.com' }, '--seed', 'demo');
    assert.match(second.output, /\n {2}not used, since \S+ holds data already: --seed, KONTORA_LOGIN\n/);
    assert.match(second.output, /login {2}zoë o'hara@example\.com/);
    const words = /npm run kontora -- (.+)/.exec(second.output)![1]!;
    const printed = spawnSync('sh', ['-c', `printf '%s\\n' ${words}`], { encoding: 'utf8' }).stdout.trim();
    const [key, ...more] = run(...printed.split('\n'))
      .stdout.trim()
      .split('\n');
    assert.deepEqual(more, []);
    const quoted = /curl "([^"]+)"\n/.exec(second.output)![1]!;
    assert.equal((await request('GET', quoted.replace('$KEY', key!))).status, 200);
    const large = spawnSync(process.execPath, [program, 'seed', 'large', '--companies', '1', '--data', data], {
      encoding: 'utf8',
      env: environment({ KONTORA_API_KEY: 'x' }),
    });
    assert.match(large.stdout, /^not used, .*: KONTORA_API_KEY\n/);
  });

  test('a folder without data is refused by commands that only look or change, and not made', () => {
    const data = newFolder();
    for (const args of [
      ['user', 'list'],
      ['user', 'add', '--login', 'a@b'],
      ['user', 'set', '--login', 'a@b'],
      ['user', 'key', '--login', 'a@b'],
      ['group', 'list'],
      ['group', 'add', '--name', 'x'],
      ['account', 'list'],
      ['account', 'allow', '--subdomain', 'test'],
    ]) {
      const { status, stderr } = run(...args, '--data', data);
      assert.equal(status, 2, args.join(' '));
      assert.match(stderr, /^kontora: .* holds no data [^\n]+\n$/);
    }
    assert.ok(!existsSync(data));
    assert.equal(run('account', 'add', '--subdomain', 'acme', '--login', 'a@b', '--data', data).status, 0);
    const large = run('seed', 'large', '--companies', '1', '--data', data);
    assert.equal(large.status, 1);
    assert.match(large.stderr, /^kontora: the large seed fills the document's account, [^\n]+\n$/);
  });

  test('groups are added, users changed while the server runs, and one active administrator stays', async () => {
    const data = newFolder();
    const server = await serve(data);
    const user = (...args: string[]) => run('user', ...args, '--data', data);
    const key = /key +([0-9a-f]{40})/.exec(user('add', '--login', 'olga@example.com').stdout)![1]!;
    const set = (...args: string[]) => user('set', '--login', 'Olga@example.com', ...args);
    const see = () => request('GET', `${server.url}/api/v2/companies?USER_LOGIN=olga@example.com&USER_HASH=${key}`);
    assert.equal((await see()).status, 200);

    assert.equal(run('group', 'add', '--data', data, '--name', 'Опт').stdout, 'group  1 Опт\n');
    assert.equal(run('group', 'add', '--data', data, '--name', 'Опт').status, 2);
    assert.equal(run('group', 'list', '--data', data).stdout, '0  Отдел продаж\n1  Опт\n');
    const { stdout } = set('--name', 'Ольга', '--group', '1', '--rights', 'company_view=G,lead_edit=M');
    assert.match(stdout, /^\d+ {2}olga@example\.com {2}Ольга {2}group 1 {2}company_view=G,lead_edit=M\n$/);
    assert.equal((await see()).status, 204);
    assert.match(set('--rights', 'company_view=A').stdout, /Ольга {2}group 1 {2}lead_edit=M\n/);
    assert.equal((await see()).status, 200);
    assert.equal(set('--group', '2').status, 2);

    const admin = (...args: string[]) => user('set', '--login', 'example@example.com', ...args);
    assert.equal(admin('--admin', 'no').status, 2);
    assert.match(admin('--active', 'no').stderr, /no other active administrator/);
    assert.equal(set('--admin', 'yes').status, 0);
    assert.match(admin('--active', 'no').stdout, /administrator {2}off\n/);
    assert.equal(set('--active', 'no').status, 2);
    assert.equal(admin('--active', 'yes').status, 0);
    assert.match(set('--active', 'no', '--admin', 'no').stdout, /lead_edit=M {2}off\n/);
    assert.equal((await see()).json.response.error_code, '112');
    assert.equal(user('set', '--login', 'nobody@example.com').status, 2);
  });

  test('seed demo makes the users that its page names', () => {
    const data = newFolder();
    assert.equal(run('seed', 'demo', '--data', data).status, 0);
    const page = readFileSync(new URL('../docs/demo.md', import.meta.url), 'utf8');
    const named = [...page.matchAll(/\| `(\S+@\S+)` \|/g)].map((match) => match[1]);
    const users = run('user', 'list', '--data', data)
      .stdout.split('\n')
      .filter((line) => line && !line.includes('administrator'));
    assert.deepEqual(
      users.map((line) => line.split('  ')[1]),
      named,
    );
    assert.match(run('user', 'key', '--login', named[0]!, '--data', data).stdout, /^[0-9a-f]{40}\n$/);
  });

  test('login, key, wire and seed come from the environment, and flags go before it', async () => {
    const env = {
      KONTORA_LOGIN: 'Boss@Example.com',
      KONTORA_API_KEY: 'my-key',
      KONTORA_WIRE: 'recorded',
      KONTORA_SEED: 'empty',
    };
    const server = await serve(newFolder(), env, '--wire', 'documented');
    assert.match(server.output, /wire: documented/);
    const url = `${server.url}/api/v2/companies?USER_LOGIN=boss@example.com&USER_HASH=my-key`;
    assert.equal((await request('GET', url)).status, 204);
    assert.equal((await request('POST', url, { add: [{ name: 'x' }] })).json._embedded.items[0].request_id, 0);
  });

  test('a port that is taken gets one clear line', async () => {
    const server = await serve(newFolder());
    const taken = run('serve', '--data', newFolder(), '--port', new URL(server.url).port);
    assert.equal(taken.status, 2);
    assert.match(taken.stderr, /^kontora: .*in use.*\n$/);
  });

  test('seed, user and account commands make what they say', async () => {
    const data = newFolder();
    const seeded = run('seed', 'document', '--data', data);
    assert.equal(seeded.status, 0, seeded.stderr);
    assert.equal(run('seed', 'document', '--data', data).status, 2);
    const large = run('seed', 'large', '--companies', '250', '--data', data);
    assert.equal(large.status, 0, large.stderr);
    const added = run('user', 'add', '--data', data, '--login', 'Olga@example.com', '--rights', 'company_view=M');
    const olgasKey = /key +([0-9a-f]{40})/.exec(added.stdout)?.[1];
    const token = run('user', 'key', '--data', data, '--login', 'example@example.com', '--token').stdout.trim();
    const freshKey = run('user', 'key', '--data', data, '--login', 'example@example.com').stdout.trim();
    assert.match(
      run('user', 'link', '--login', 'Olga@example.com', '--data', data).stdout,
      /^\/password#[0-9a-z]+\.[0-9a-f]{40}\n/,
    );
    assert.match(run('user', 'list', '--data', data).stdout, /504141 {2}example@example\.com .*administrator/);
    const acme = ['--subdomain', 'acme', '--login', 'boss@acme.example', '--wire', 'recorded'];
    const account = run('account', 'add', '--data', data, ...acme);
    assert.equal(account.status, 0, account.stderr);
    assert.match(run('account', 'allow', '--data', data, '--subdomain', 'acme', '--ips', '10.0.0.1,::1').stdout, /::1/);
    assert.equal(run('account', 'allow', '--data', data, '--subdomain', 'acme', '--ips', 'x').status, 2);
    assert.match(
      run('account', 'list', '--data', data).stdout,
      /13667499 {2}test {2}Test\n\d+ {2}acme {2}acme {2}wire recorded {2}from 10\.0\.0\.1, ::1\n/,
    );
    assert.equal(run('user', 'list', '--data', data).status, 2, 'with two accounts one has to be named');

    const server = await serve(data);
    const page = `${server.url}/api/v2/companies?limit_rows=500`;
    const all = await request('GET', page, undefined, { authorization: `Bearer ${token}` });
    assert.equal(all.json._embedded.items.length, 251);
    const [company] = all.json._embedded.items.slice(-1);
    assert.deepEqual([company.contacts.id.length, company.leads.id.length, company.tags.length], [2, 2, 3]);
    const as = (login: string, key: string) => request('GET', `${page}&USER_LOGIN=${login}&USER_HASH=${key}`);
    assert.equal((await as('olga@example.com', olgasKey!)).status, 204);
    assert.equal((await as('example@example.com', freshKey)).status, 200);
    assert.equal((await as('example@example.com', seeded.stdout.match(/[0-9a-f]{40}/)![0])).status, 401);
  });

  test('integration commands make, list and remove; a removed one and its tokens end in a running server', async () => {
    const data = newFolder();
    const server = await serve(data, { KONTORA_API_KEY: 'my-key' });
    const redirect = ['--redirect-uri', 'https://calls.example/cb'];
    const added = run('integration', 'add', '--data', data, '--name', 'Звонки', ...redirect);
    const [, id, secret] = /^client id +([0-9a-f-]{36})\nclient secret +([0-9a-f]{40})\n$/.exec(added.stdout)!;
    const listed = run('integration', 'list', '--data', data).stdout;
    assert.equal(listed, `${id}  https://calls.example/cb  Звонки\n`);
    assert.ok(!listed.includes(secret!));

    const as = { login: 'example@example.com', key: 'my-key' };
    const client = { id: id!, secret: secret!, redirectUri: 'https://calls.example/cb' };
    const { json } = await askTokens(server, client, withCode(await codeFor(server, client, as)));
    assert.equal(await statusWith(server, json.access_token), 200);
    const unknown = run('integration', 'remove', '--data', data, '--id', 'x');
    assert.deepEqual([unknown.status, unknown.stdout], [2, '']);
    assert.equal(run('integration', 'remove', '--data', data, '--id', id!).stdout, `removed  ${id}\n`);
    assert.equal(run('integration', 'list', '--data', data).stdout, '');
    assert.equal(await statusWith(server, json.access_token), 401);
    assert.equal((await askTokens(server, client, withRefresh(json.refresh_token))).status, 401);
  });
});

test('an old Node is told what to do in one sentence', () => {
  const old = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.20.2'})`,
      program,
      '--version',
    ],
    { encoding: 'utf8' },
  );
  assert.equal(old.status, 1);
  assert.match(old.stderr, /^Kontora needs Node [^\n]+npm start[^\n]+\n$/);
});
