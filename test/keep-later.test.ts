import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { KeepLater } from '../src/cli/keep-later.ts';

function make() {
  const kept: string[] = [];
  const later = new KeepLater(async (account, kind, ids) => {
    kept.push(`${account} ${kind} ${ids.length}`);
    if (account === 13) throw new Error('the store cannot write');
  });
  return { kept, later };
}

async function until(done: () => boolean): Promise<void> {
  for (let ms = 0; !done(); ms += 5) {
    assert.ok(ms < 5000, 'it did not happen in time');
    await setTimeout(5);
  }
}

test('what was written is kept once it is quiet, a hundred at a time, each record once', async () => {
  const { kept, later } = make();
  const ids = Array.from({ length: 250 }, (_, id) => id);
  later.add(1, 'company', ids, false);
  later.add(1, 'company', ids.slice(0, 50), false);
  later.add(2, 'lead', [7], false);
  for (let time = 0; time < 10; time += 1) {
    await setTimeout(10);
    later.rest();
  }
  assert.deepEqual(kept, []);
  await until(() => kept.length === 4);
  assert.deepEqual(kept, ['1 company 100', '1 company 100', '1 company 50', '2 lead 1']);
});

test('what is wanted does not wait until it is quiet, however much goes on', async () => {
  const { kept, later } = make();
  const busy = setInterval(() => {
    later.rest();
    later.add(1, 'company', [1], true);
  }, 1);
  await until(() => kept.length > 3);
  clearInterval(busy);
});

test('one that cannot be kept holds up no other, and after the end nothing is kept', async () => {
  const { kept, later } = make();
  later.add(13, 'company', [1], true);
  later.add(1, 'company', [1], true);
  await until(() => kept.length === 2);
  later.add(1, 'company', [2], true);
  later.stop();
  later.add(1, 'company', [3], true);
  await setTimeout(100);
  assert.equal(kept.length, 2);
});
