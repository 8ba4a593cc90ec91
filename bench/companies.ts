// Medians over HTTP on a large account, each beside a plain select of the same rows in the same run.
//
//   npm run kontora -- seed large --companies 100000 --data /tmp/large
//   npx node bench/companies.ts /tmp/large [repetitions]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { documentAccountId } from '../seed/document.ts';
import { generateCompany } from '../seed/generator.ts';
import { hashToken, newToken } from '../src/http/keys.ts';
import { openSqlite } from '../src/store/sqlite.ts';

const [source, repetitions = '41'] = process.argv.slice(2);
if (source === undefined) throw new Error('give the data folder that `kontora seed large` made');

const data = mkdtempSync(join(tmpdir(), 'kontora-bench-'));
await cp(source, data, { recursive: true });
const token = newToken(documentAccountId);
const store = await openSqlite(data);
await store.write((tx) => tx.addToken(documentAccountId, { hash: hashToken(token), userId: 504141, createdAt: 0 }));
const total = await store.read((tx) => tx.count(documentAccountId, 'company'));
const [first] = await store.read((tx) =>
  tx.list(documentAccountId, 'company', { responsible: [] }, { limit: 1, offset: 1 }),
);
await store.close();

const program = fileURLToPath(new URL('../bin/kontora.mjs', import.meta.url));
const server = spawn(process.execPath, [program, 'serve', '--data', data, '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise<string>((resolve) => {
  server.stdout.on('data', (chunk) => {
    const found = /http:\/\/\S+:\d+/.exec(String(chunk))?.[0];
    if (found) resolve(`${found}/api/v2/companies`);
  });
});
const database = new DatabaseSync(join(data, 'kontora.db'), { readOnly: true });
const company = `from entity where account_id = ${documentAccountId} and kind = 3 and is_deleted = 0`;
const phone = String(generateCompany(Math.floor(total * 0.77)).draft.fields![0]!.values[1]!.value);

let counter = 0;
const newItems = () =>
  Array.from({ length: 500 }, () => {
    counter += 1;
    const { draft } = generateCompany(10_000_000 + counter);
    const custom_fields = draft.fields!.map(({ fieldId, values }) => ({ id: fieldId, values }));
    return { name: draft.name, tags: draft.tags!.map((tag) => tag.name).join(','), custom_fields };
  });
const updates = () => {
  counter += 1;
  return Array.from({ length: 500 }, (_, index) => ({
    id: first!.id + index * 5,
    updated_at: 1_600_000_000 + counter,
    name: `ООО Новая ${counter}`,
  }));
};

const get = (query: string) => async () => {
  const reply = await fetch(url + query, { headers: { authorization: `Bearer ${token}` } });
  return (await reply.arrayBuffer()).byteLength;
};
const post = (body: () => object) => async () => {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(body()),
  });
  if (reply.status !== 200) throw new Error(await reply.text());
  return (await reply.arrayBuffer()).byteLength;
};
const select = (sql: string) => async () => database.prepare(sql).all().length;
const deep = total - 500;

const scenarios: readonly [name: string, work: () => Promise<number>, plain: string | null][] = [
  ['one by id', get(`?id=${first!.id}`), `select * ${company} and id = ${first!.id}`],
  ['page of 500 at offset 0', get('?limit_rows=500'), `select * ${company} order by id limit 500`],
  [
    `page of 500 at offset ${deep}`,
    get(`?limit_rows=500&limit_offset=${deep}`),
    `select * ${company} order by id limit 500 offset ${deep}`,
  ],
  [
    'one responsible user',
    get('?limit_rows=500&responsible_user_id=504141'),
    `select * ${company} and responsible_user_id = 504141 order by id limit 500`,
  ],
  [
    `phone ${phone.slice(-10)}`,
    get(`?query=${phone.slice(-10)}`),
    `select * ${company} and fields like '%${phone.slice(-10)}%' order by id limit 500`,
  ],
  [
    'rare word',
    get(`?query=${encodeURIComponent('кварцхронометр')}`),
    `select * ${company} and name like '%Кварцхронометр%' order by id limit 500`,
  ],
  [
    'common word «москва»',
    get(`?query=${encodeURIComponent('москва')}`),
    `select * ${company} and fields like '%Москва%' order by id limit 500`,
  ],
  ['two letters «яг»', get(`?query=${encodeURIComponent('яг')}`), null],
  ['nothing found', get('?query=zzzqqq'), `select * ${company} and fields like '%zzzqqq%' order by id limit 500`],
  ['add 500', post(() => ({ add: newItems() })), null],
  ['update 500 (name)', post(() => ({ update: updates() })), null],
];

async function median(work: () => Promise<number>): Promise<number> {
  const times = [];
  for (let i = 0; i < 3; i += 1) await work();
  for (let i = 0; i < Number(repetitions); i += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

try {
  console.log(
    `${total} companies, medians of ${repetitions}, ms\n\n| scenario | over HTTP | plain select of the same rows | ratio |\n|---|---|---|---|`,
  );
  for (const [name, work, plain] of scenarios) {
    const http = await median(work);
    const bare = plain === null ? undefined : await median(select(plain));
    const ratio = bare === undefined ? '' : (http / bare).toFixed(2);
    console.log(`| ${name} | ${http.toFixed(2)} | ${bare?.toFixed(2) ?? '–'} | ${ratio} |`);
  }
} finally {
  server.kill('SIGTERM');
  database.close();
  rmSync(data, { recursive: true, force: true });
}
