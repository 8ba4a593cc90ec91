import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Who may import whom, besides itself. docs/architecture.md */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'src/crm': [],
  'src/http': ['src/crm'],
  'src/store': ['src/crm'],
  'src/v2': ['src/crm', 'src/http'],
  seed: ['src/crm'],
  openapi: ['src/crm'],
};
/**
 * Packages and node's own modules, by room. The rules know none; SQL engines and HTTP stand each in one room.
 * `src/http` reads files too: those of the program itself that a browser is sent, such as /docs.
 */
const packages: Readonly<Record<string, RegExp>> = {
  'src/crm': /^$/,
  'src/http': /^(fastify|@fastify\/proxy-addr|node:(http|https|net|dns\/promises|buffer|crypto|fs\/promises|stream))$/,
  'src/store': /^(pg|node:(crypto|fs|sqlite))$/,
  'src/v2': /^$/,
  seed: /^$/,
  openapi: /^node:fs$/,
};
const forbiddenNames = /^(index|utils?|helpers?|types|common|manager|service)\./;

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const files: readonly SourceFile[] = ['src', 'seed', 'openapi'].flatMap(filesIn).map((path) => {
  const text = readFileSync(join(root, path), 'utf8');
  const imports = [...text.matchAll(/(?:^(?:import|export|\}).* from |import\()'([^'\n]+)'/gm)].map(
    (match) => match[1]!,
  );
  return { path, text, imports };
});

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) return filesIn(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

function roomOf(path: string): string | undefined {
  return Object.keys(allowed).find((room) => path.startsWith(`${room}/`));
}

test('there is something to check', () => {
  assert.ok(files.length > 40);
  assert.ok(files.some((file) => roomOf(file.path) === 'src/crm'));
});

test('each room imports only the rooms and packages it may', () => {
  const wrong = files.flatMap(({ path, imports }) => {
    const room = roomOf(path);
    if (room === undefined) return [];
    return imports
      .filter((target) => {
        if (!target.startsWith('.')) return !packages[room]!.test(target);
        const place = roomOf(relative(root, resolve(root, dirname(path), target)));
        return place !== room && !allowed[room]!.includes(place ?? '');
      })
      .map((target) => `${path} → ${target}`);
  });
  assert.deepEqual(wrong, []);
});

test('the client imports itself and the types of the wire, and runs anywhere', () => {
  const own = filesIn('client').filter((path) => !path.startsWith('client/dist/') && !path.includes('node_modules'));
  assert.ok(own.includes('client/client.ts'));
  for (const path of own) {
    const text = readFileSync(join(root, path), 'utf8');
    const imports = [...text.matchAll(/(?:^(?:import|export|\}).* from |import\()'([^'\n]+)'/gm)].map(
      (match) => match[1]!,
    );
    const strange = imports.filter((target) => !/^\.\/[a-z]+\.ts$/.test(target));
    assert.deepEqual(strange, path === 'client/wire.ts' ? ['../src/v2/wire.ts'] : [], path);
    assert.doesNotMatch(text, /\b(process|Buffer|require|window|document)\b[.(]/, path);
  }
});

test('the wire types import nothing', () => {
  assert.deepEqual(files.find((file) => file.path === 'src/v2/wire.ts')?.imports, []);
});

test('only the store, the configuration and the process entries name an engine', () => {
  const named = files.filter(({ text }) => /sqlite|postgres/i.test(text)).map((file) => file.path);
  const may = /^src\/(store\/(sqlite|postgres|migrate)|config|main|cli\/)/;
  assert.deepEqual(
    named.filter((path) => !may.test(path) && !path.startsWith('src/store/')),
    [],
  );
});

test('SQL stands in the store alone', () => {
  const sql = /\b(select|insert into|delete from|update) [a-z_]+ (from|set|values|where)\b/i;
  assert.deepEqual(
    files.filter(({ path, text }) => !path.startsWith('src/store/') && sql.test(text)).map((file) => file.path),
    [],
  );
});

test('time and chance come in from outside: nothing asks the clock or the dice but the process and the keys', () => {
  const asks = files.filter(({ text }) => /Date\.now\(|new Date\(\)|Math\.random\(|randomBytes\(/.test(text));
  assert.deepEqual(asks.map((file) => file.path).sort(), ['src/cli/start.ts', 'src/http/keys.ts']);
});

test('files are named after things, in kebab-case, and have no default exports', () => {
  const names = files.map(({ path }) => path.split('/').at(-1)!);
  assert.deepEqual(
    names.filter((name) => forbiddenNames.test(name) || !/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(name)),
    [],
  );
  assert.deepEqual(
    files.filter(({ text }) => /^export (default|\* from)/m.test(text)).map((file) => file.path),
    [],
  );
});

test('every statement that touches an account names it literally', () => {
  const statements = files
    .filter(({ path }) => path.startsWith('src/store/'))
    .flatMap(({ path, text }) => [...text.matchAll(/sql`([^`]*)`/g)].map((match) => ({ path, text: match[1]! })));
  const touching = statements.filter(({ text }) =>
    /\b(from|join|into|update) (entity|entity_count|entity_search|entity_tag|link|tag|field|field_enum|account_user|user_group|session|token|oauth_grant|sign_in_failure|import_progress|webhook|webhook_delivery|webhook_attempt|id_counter)\b/.test(
      text,
    ),
  );
  assert.ok(touching.length > 25);
  assert.deepEqual(
    touching.filter(({ text }) => !/account_id/.test(text)).map(({ path, text }) => `${path}: ${text}`),
    [],
  );
});
