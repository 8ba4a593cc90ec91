import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from '../../src/http/turns.ts';

const here = () => false;
const gone = () => true;
const refused = { status: 503, reason: 'overloaded', headers: { 'Retry-After': '1' } };

/** Works that end when they are told to, and which of them have begun. */
function works() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  const end = async (name: string) => {
    ends.get(name)!();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, work, end };
}

test('so many are at work, the others follow in their order', async () => {
  const { begun, work, end } = works();
  const turns = new Turns(2, { waiting: 10, waitingSeconds: 60 });
  const done = ['a', 'b', 'c', 'd', 'e'].map((name) => turns.take(work(name), here));
  assert.deepEqual(begun, ['a', 'b']);
  await end('b');
  assert.deepEqual(begun, ['a', 'b', 'c']);
  await end('a');
  await end('c');
  assert.deepEqual(begun, ['a', 'b', 'c', 'd', 'e']);
  await end('e');
  await end('d');
  assert.deepEqual(await Promise.all(done), ['a', 'b', 'c', 'd', 'e']);
});

test('more than may wait are refused at once, and never begun; afterwards there is room again', async () => {
  const { begun, work, end } = works();
  const turns = new Turns(1, { waiting: 2, waitingSeconds: 60 });
  const done = ['a', 'b', 'c'].map((name) => turns.take(work(name), here));
  assert.equal(turns.isFull, true);
  await assert.rejects(turns.take(work('d'), here), refused);
  await end('a');
  assert.equal(turns.isFull, false);
  done.push(turns.take(work('e'), here));
  for (const name of ['b', 'c', 'e']) await end(name);
  assert.deepEqual(await Promise.all(done), ['a', 'b', 'c', 'e']);
  assert.deepEqual(begun, ['a', 'b', 'c', 'e']);
});

test('who has waited for too long is refused, and never begun', async () => {
  const { begun, work, end } = works();
  const turns = new Turns(1, { waiting: 10, waitingSeconds: 0.02 });
  const first = turns.take(work('a'), here);
  await assert.rejects(turns.take(work('b'), here), refused);
  await end('a');
  assert.equal(await first, 'a');
  const last = turns.take(work('c'), here);
  await end('c');
  assert.equal(await last, 'c');
  assert.deepEqual(begun, ['a', 'c']);
});

test('whose client has gone is passed over', async () => {
  const { begun, work, end } = works();
  const turns = new Turns(1, { waiting: 10, waitingSeconds: 60 });
  const first = turns.take(work('a'), here);
  const left = [1, 2, 3].map(() => assert.rejects(turns.take(work('nobody waits'), gone), refused));
  const last = turns.take(work('b'), here);
  await end('a');
  await Promise.all(left);
  await end('b');
  assert.deepEqual(await Promise.all([first, last]), ['a', 'b']);
  assert.deepEqual(begun, ['a', 'b']);
});

test('a part of what was begun waits for its turn, however many and long, and is not refused', async () => {
  const { begun, work, end } = works();
  const turns = new Turns(1, { waiting: 1, waitingSeconds: 0.01 });
  const done = [turns.take(work('a'), here), turns.takeOn(work('b')), turns.takeOn(work('c'))];
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const name of ['a', 'b', 'c']) await end(name);
  assert.deepEqual(await Promise.all(done), ['a', 'b', 'c']);
  assert.deepEqual(begun, ['a', 'b', 'c']);
});

test('a work that fails makes room as well', async () => {
  const turns = new Turns(1, { waiting: 1, waitingSeconds: 60 });
  const failing = turns.take(() => Promise.reject(new Error('no')), here);
  const next = turns.take(async () => 'next', here);
  await assert.rejects(failing, /no/);
  assert.equal(await next, 'next');
});
