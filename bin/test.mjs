// node bin/with-postgres.mjs node bin/test.mjs: every test; then those that are there for both engines once more, on PostgreSQL.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

const onBoth = ['test/store/{contract,statements,changed-settings}.test.ts', 'test/wire/*.test.ts'];
// As a started server answers on SQLite; the other tests of the wire have no threads, each of which takes a moment to start.
const inThreads = [
  'golden',
  'bad-transport',
  'bad-sockets',
  'sign-in',
  'sign-in-failures',
  'passwords',
  'oauth',
  'isolation',
  'roles',
  'foreign-pages',
  'trusted-proxies',
  'at-once',
];
const runs = {
  'what is there for both engines, on PostgreSQL': { files: onBoth, env: { KONTORA_TEST_ENGINE: 'postgres' } },
  'the wire in threads': {
    files: inThreads.map((name) => `test/wire/${name}.test.ts`),
    env: { KONTORA_TEST_THREADS: 'true' },
  },
  'all the rest, and on SQLite what is there for both': { files: ['test/**/*.test.ts'], env: {} },
};

// Much of a test is waiting for servers and databases.
const atOnce = Math.max(2, availableParallelism());
const lines = [];
for (const [name, { files, env }] of Object.entries(runs)) {
  const { code, count } = await run(files, env);
  lines.push(`${count('pass')} passed, ${count('fail')} failed, ${count('skipped')} skipped: ${name}`);
  if (code !== 0) process.exitCode = 1;
}
console.log(`\n${lines.join('\n')}`);

/** Runs the tests of files; `count` reads the closing lines of the runner. */
function run(files, env) {
  const child = spawn(process.execPath, ['--test', `--test-concurrency=${atOnce}`, '--test-reporter=spec', ...files], {
    stdio: ['inherit', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  let end = '';
  child.stdout.on('data', (chunk) => {
    process.stdout.write(chunk);
    end = (end + chunk).slice(-2_000_000);
  });
  const count = (word) => new RegExp(`^ℹ ${word} (\\d+)$`, 'm').exec(end)?.[1] ?? 'unknown';
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, count })));
}
