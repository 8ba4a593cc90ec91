import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FairTurns } from '../../src/http/fair-turns.ts';

const refused = { status: 503, reason: 'overloaded', headers: { 'Retry-After': '1' } };

/** Works of parties, which are named by their first letters; each ends when it is told to. */
function works(turns: FairTurns) {
  const begun: string[] = [];
  const over: string[] = [];
  const ends = new Map<string, () => void>();
  const begin = (name: string) => {
    begun.push(name);
    return new Promise<void>((resolve) => ends.set(name, resolve));
  };
  const rest = () => new Promise((resolve) => setImmediate(resolve));
  return {
    begun,
    /** Those that were refused. */
    over,
    ask(...names: readonly string[]) {
      for (const name of names) {
        turns
          .take(name[0]!, () => begin(name))
          .catch((error) => {
            assert.deepEqual({ status: error.status, reason: error.reason, headers: error.headers }, refused);
            over.push(name);
          });
      }
      return rest();
    },
    async end(...names: readonly string[]) {
      for (const name of names) {
        ends.get(name)!();
        await rest();
      }
    },
  };
}

test('parties take turns, each in its own order', async () => {
  const { begun, over, ask, end } = works(new FairTurns(2, { waitingOfOne: 8, waiting: 64, waitingSeconds: 60 }));
  await ask('a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'c1', 'b2');
  assert.deepEqual(begun, ['a1', 'a2']);
  for (let place = 0; place < 8; place += 1) await end(begun[place]!);
  assert.deepEqual(begun, ['a1', 'a2', 'a3', 'b1', 'c1', 'a4', 'b2', 'a5']);
  await ask('d1', 'd2', 'd3');
  assert.deepEqual(begun.slice(8), ['d1', 'd2']);
  await end('d1', 'd2', 'd3');
  assert.deepEqual(over, []);
});

test('one party has so many waiting; the others have theirs besides', async () => {
  const { begun, over, ask, end } = works(new FairTurns(1, { waitingOfOne: 2, waiting: 64, waitingSeconds: 60 }));
  await ask('a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'b3');
  assert.deepEqual(over, ['a4', 'b3']);
  await end('a1');
  await ask('a5', 'a6');
  assert.deepEqual(over, ['a4', 'b3', 'a6']);
  await end('a2', 'b1', 'a3', 'b2', 'a5');
  assert.deepEqual(begun, ['a1', 'a2', 'b1', 'a3', 'b2', 'a5']);
});

test('where everything is full, whoever has most gives way to who has less, and to nobody else', async () => {
  const { begun, over, ask, end } = works(new FairTurns(1, { waitingOfOne: 3, waiting: 4, waitingSeconds: 60 }));
  await ask('a1', 'a2', 'a3', 'a4', 'b1');
  await ask('c1');
  assert.deepEqual(over, ['a4']);
  await ask('d1');
  assert.deepEqual(over, ['a4', 'a3']);
  await ask('e1', 'a5');
  assert.deepEqual(over, ['a4', 'a3', 'e1', 'a5']);
  await end('a1', 'a2', 'b1', 'c1', 'd1');
  assert.deepEqual(begun, ['a1', 'a2', 'b1', 'c1', 'd1']);
});

test('who has waited for too long is refused, and never begun; a work that fails makes room as well', async () => {
  const turns = new FairTurns(1, { waitingOfOne: 8, waiting: 64, waitingSeconds: 0.02 });
  const failing = turns.take(
    'a',
    () => new Promise<void>((_, reject) => setTimeout(() => reject(new Error('no')), 60)),
  );
  await Promise.all([
    assert.rejects(failing, /no/),
    assert.rejects(
      turns.take('a', () => assert.fail('it was begun')),
      refused,
    ),
  ]);
  assert.equal(await turns.take('b', async () => 'next'), 'next');
});
