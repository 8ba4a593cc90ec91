// node bin/with-postgres.mjs COMMAND ARGS…: runs a command with a PostgreSQL of its own, which is gone afterwards.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { careless, startPostgres } from './postgres.mjs';

const [command, ...args] = process.argv.slice(2);
if (command === undefined) fail('node bin/with-postgres.mjs COMMAND ARGS…');
const given = process.env['KONTORA_TEST_POSTGRES'];
const cluster = given ? undefined : await startPostgres({ settings: careless }).catch((error) => fail(error.message));
const child = spawn(command, args, {
  stdio: 'inherit',
  env: { ...process.env, KONTORA_TEST_POSTGRES: given || cluster?.url },
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
child.on('error', (error) => end(error.message));
child.on('exit', (code, signal) => end(undefined, code ?? 128 + constants.signals[signal ?? 'SIGKILL']));

async function end(message, code = 1) {
  await cluster?.remove();
  if (message) fail(message);
  process.exit(code);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
