import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { addIntegration, codeFor } from '../support/integrations.ts';
import { key, login, startServer, testNow } from '../support/server.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the examples say is printed: behind a call, or in the lines under one that prints several. */
function printed(code: string): string[] {
  return code.split('\n').flatMap((line) => {
    const told = /^\/\/ (.*)$/.exec(line)?.[1] ?? /console\.log\(.*\); \/\/ (.*)$/.exec(line)?.[1];
    return told === undefined ? [] : [told];
  });
}

for (const name of ['README.md', 'README.ru.md']) {
  test(`the examples of ${name} are typed, run one after another, and print what they say`, async () => {
    const server = await startServer();
    const folder = mkdtempSync(join(tmpdir(), 'kontora-readme-'));
    try {
      const text = readFileSync(join(root, 'client', name), 'utf8');
      const examples = [...text.matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1]!);
      assert.equal(examples.length, 7);
      const program = await addIntegration(server, 'readme', { redirectUri: 'https://shop.example/oauth' });
      server.setNow(testNow + 60);
      const real: Readonly<Record<string, string>> = {
        'https://crm.example': server.url,
        'me@example.com': login,
        'my API key': key,
        'my client id': program.id,
        'my client secret': program.secret,
        'the code that came to redirectUri': await codeFor(server, program),
        'kontora-client': join(root, 'client/client.ts'),
      };
      const code = examples
        .join('\n')
        .replace(/'([^'\n]*)'/g, (quoted, word) => (word in real ? `'${real[word]}'` : quoted));
      const file = join(folder, 'examples.mts');
      writeFileSync(file, code);
      const options = ['--strict', '--noEmit', '--allowImportingTsExtensions', '--skipLibCheck', '--ignoreConfig'];
      const types = [
        '--module',
        'nodenext',
        '--target',
        'es2024',
        '--types',
        'node',
        '--typeRoots',
        join(root, 'node_modules/@types'),
      ];
      const tsc = join(root, 'node_modules/typescript/bin/tsc');
      const { stdout: faults } = await run(process.execPath, [tsc, ...options, ...types, file]).catch((error) => error);
      assert.equal(faults, '');
      const { stdout } = await run(process.execPath, [file]);
      assert.deepEqual(
        stdout
          .split('\n')
          .slice(0, -1)
          .map((line) => line.trimEnd()),
        printed(examples.join('\n')),
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
      await server.close();
    }
  });
}
