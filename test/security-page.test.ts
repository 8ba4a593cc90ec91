import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const page = readFileSync(new URL('../SECURITY.md', import.meta.url), 'utf8');

test('SECURITY.md has all ten of OWASP’s list, each with a test that is there', () => {
  const rows = page.split('\n').filter((line) => /^\| API\d/.test(line));
  assert.deepEqual(
    rows.map((row) => Number(/^\| API(\d+)/.exec(row)![1])),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
  for (const row of rows) assert.match(row, /`test\/[\w/-]+\.test\.ts`/);
});

test('it names only files that are there', () => {
  const named = [...page.matchAll(/`((?:test|src|bin)\/[\w/.-]+\w)`|\]\(([^)#:]+)/g)].map(
    ([, code, link]) => code ?? link!,
  );
  assert.ok(named.length > 25);
  for (const path of named) assert.ok(existsSync(new URL(`../${path}`, import.meta.url)), path);
});
