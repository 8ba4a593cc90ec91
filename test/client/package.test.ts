import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startServer, type TestServer, testToken } from '../support/server.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const tsc = join(root, 'node_modules/typescript/bin/tsc');

const program = `
import { type Company, createClient, KontoraError, type LeadJson } from 'kontora-client';

const [baseUrl = '', token = ''] = args;
const crm = createClient({ baseUrl, auth: { token }, perSecond: 100 });
const names: string[] = [];
for await (const company of crm.companies.all({ query: 'Ромашка' })) names.push(company.name);
const company: Company | undefined = await crm.companies.find(41389);
const tags: string[] = company?.tags.map((tag) => tag.name) ?? [];
const [lead] = await crm.leads.add([{ name: 'Сделка', sale: 5, contacts_id: [1099181] }]);
const [updated] = await crm.leads.update([{ id: lead!.id, updated_at: 1, name: 'поздно' }]);
const reason = updated && 'error' in updated ? updated.reason : undefined;
const pipeline: LeadJson['pipeline_id'] | undefined = (await crm.leads.find(lead!.id))?.pipeline_id;
const code = await crm.leads.add([{ name: '' }]).catch((error) => (error instanceof KontoraError ? error.code : error));
const { users } = (await crm.account(['users']))._embedded;
print(JSON.stringify([names, tags, reason, pipeline, code, Object.keys(users)]));

// @ts-expect-error: what is required is asked for
crm.companies.add([{ tags: 'опт' }]).catch(() => {});
// @ts-expect-error: notes have no list of all
crm.notes.list().catch(() => {});
// @ts-expect-error: nobody asked for groups
print(typeof (await crm.account(['users']))._embedded.groups);
`;
const expected = [['ООО Ромашка'], [], 'stale', 10104, 205, ['504141']];

describe('the package', () => {
  let folder: string;
  let server: TestServer;
  before(async () => {
    server = await startServer();
    folder = mkdtempSync(join(tmpdir(), 'kontora-package-'));
    const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], {
      cwd: join(root, 'client'),
      shell: process.platform === 'win32',
    });
    const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf('[')));
    const place = join(folder, 'node_modules/kontora-client');
    mkdirSync(place, { recursive: true });
    await run('tar', ['-xzf', join(folder, filename), '-C', place, '--strip-components=1']);
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await server.close();
  });

  test('holds all that it needs, and nothing else', () => {
    const place = join(folder, 'node_modules/kontora-client');
    const files = readdirSync(place, { recursive: true, encoding: 'utf8' }).sort();
    const others = files.filter((name) => !/^dist(\/[a-z]+(\.js|\.d\.ts))?$/.test(name));
    assert.deepEqual(others, ['LICENSE', 'README.md', 'README.ru.md', 'package.json']);
    assert.deepEqual(Object.keys(JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))).sort(), [
      ...['description', 'engines', 'exports', 'files', 'license', 'name', 'scripts', 'sideEffects', 'type', 'types'],
      'version',
    ]);
    for (const name of files.filter((name) => name.startsWith('dist/'))) {
      const imports = [...readFileSync(join(place, name), 'utf8').matchAll(/(?:from|import\() ?'([^']+)'/g)];
      for (const [, target] of imports) {
        assert.match(target!, /^\.\/[a-z]+\.js$/, name);
        assert.ok(existsSync(join(place, 'dist', target!)), `${name} → ${target}`);
      }
    }
  });

  // Types that are checked inside the package as well: what a strict program meets.
  const strict = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
  };
  const modules = { module: 'nodenext', target: 'es2022', erasableSyntaxOnly: true, verbatimModuleSyntax: true };
  const compile = async (options: object, prelude: string) => {
    const compilerOptions = { ...strict, ...modules, outDir: 'out', ...options };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
    writeFileSync(join(folder, 'program.ts'), `${prelude}${program}`);
    const { stdout } = await run(process.execPath, [tsc, '-p', folder]).catch((error) => error);
    assert.equal(stdout, '');
  };

  test('is used by a program of Node, with Node’s types alone', async () => {
    const types = { lib: ['es2022'], types: ['node'], typeRoots: [join(root, 'node_modules/@types')] };
    await compile(types, 'const args = process.argv.slice(2);\nconst print = (text: string) => console.log(text);\n');
    // The project's own Node, and the machine's, if that is another one.
    for (const node of new Set([process.execPath, '/usr/bin/node'].filter((path) => existsSync(path)))) {
      const { stdout } = await run(node, [join(folder, 'out/program.js'), server.url, testToken]);
      const [line, groups] = stdout.trim().split('\n');
      assert.deepEqual([JSON.parse(line!), groups], [expected, 'undefined'], node);
    }
  });

  test('is used by a page, with the types of browsers alone', async () => {
    await compile(
      { lib: ['es2022', 'dom', 'dom.iterable'], types: [], exactOptionalPropertyTypes: false },
      "const args = location.hash.split(' ');\nconst print = (text: string) => document.body.append(text);\n",
    );
  });
});
