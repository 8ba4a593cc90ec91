import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openSqlite } from '../../src/store/sqlite.ts';
import { listIds, span } from './builders.ts';

// What SQLite asks of the system, and what becomes of its writes when the system refuses. strace looks, and lets calls fail.
const program = fileURLToPath(new URL('../support/traced-writes.ts', import.meta.url));
const usable = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
const traced = { skip: !usable && 'there is no strace here, or it may trace nothing' };
let folder: string;
/** Without refusals: the calls of the opening, and of the batches. */
let [opening, writing]: string[][] = [];

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'kontora-calls-'));
  if (!usable) return;
  const { calls } = trace('order');
  const begin = calls.findIndex((line) => line.includes('"begin\\n"'));
  [opening, writing] = [calls.slice(0, begin), calls.slice(begin)];
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('before a write is acknowledged its log is written, and the system is told to store it', traced, () => {
  let state: 'nothing' | 'written' | 'stored' = 'nothing';
  let acknowledged = 0;
  for (const call of writing!) {
    if (/pwrite64\(.*kontora\.db-wal>/.test(call)) state = 'written';
    if (/fsync\(.*kontora\.db-wal>/.test(call) && state === 'written') state = 'stored';
    if (!/"acknowledged /.test(call)) continue;
    assert.equal(state, 'stored', call);
    state = 'nothing';
    acknowledged += 1;
  }
  assert.equal(acknowledged, 30);
});

/** `each`: a call for the log is refused in so many batches. */
const refusals = [
  {
    what: 'there is no space for some pieces of the log',
    call: 'pwrite64',
    error: 'ENOSPC',
    each: 1.1,
    trouble: 'full',
  },
  { what: 'some pieces of it cannot be written', call: 'pwrite64', error: 'EIO', each: 1.7, trouble: 'failed' },
  { what: 'every third time it cannot be stored', call: 'fsync', error: 'EIO', each: 3, trouble: 'failed' },
] as const;
for (const [number, { what, call, error, each, trouble }] of refusals.entries()) {
  test(
    `${what}: what failed is not read, what was acknowledged is there, then and after a restart`,
    traced,
    async () => {
      const [before, during] = [opening!, writing!].map(
        (calls) => calls.filter((line) => line.includes(`${call}(`) && line.includes('kontora.db-wal>')).length,
      );
      const step = Math.round((during! / 30) * each);
      const { data, told } = trace(
        String(number),
        `--inject=${call}:error=${error}:when=${before! + Math.ceil(step / 3)}+${step}`,
        '-P',
        join(folder, String(number), 'kontora.db-wal'),
      );
      const batches = (word: string) =>
        told.flatMap((line) => (line.startsWith(`${word} `) ? [Number(line.split(' ')[1])] : []));
      const [done, failed] = [batches('acknowledged'), batches(trouble)];
      assert.ok(told.at(-1) === 'end' && done.length > 3 && failed.length > 3, told.join(', '));
      assert.equal(done.length + failed.length, 30);
      const store = await openSqlite(data);
      const ids = new Set(await listIds(store, 1, 'company'));
      await store.close();
      const there = span(0, 29).filter((batch) => ids.has(batch * 20 + 1));
      // Of the last one nobody knows: its log may have come to be stored all the same, and nothing was written over it.
      assert.deepEqual(
        there.filter((batch) => batch !== failed.at(-1)),
        done.filter((batch) => batch !== failed.at(-1)),
      );
      assert.equal(ids.size, there.length * 20);
    },
  );
}

function trace(name: string, ...flags: string[]): { data: string; calls: string[]; told: string[] } {
  const [data, output] = [join(folder, name), join(folder, `${name}.calls`)];
  const watched = '--trace=write,pwrite64,fsync';
  const args = ['-f', '-y', '-o', output, watched, ...flags, process.execPath, program, data];
  const { status, stdout, stderr } = spawnSync('strace', args, { encoding: 'utf8' });
  assert.equal(status, 0, `${stderr}${stdout}`);
  return { data, calls: readFileSync(output, 'utf8').split('\n'), told: stdout.trim().split('\n') };
}
