import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rate } from '../../src/http/rate.ts';

function rateOf(rate: number, rateBlock = 0) {
  let now = 5_000_000;
  const counted = new Rate({ rate, rateBlock }, () => now);
  return { counted, pass: (ms: number) => (now += ms) };
}

test('seven in any second: an eighth has to wait until the first is a second old', () => {
  const { counted, pass } = rateOf(7);
  for (let count = 0; count < 7; count += 1) {
    assert.equal(counted.take(1), 'taken');
    pass(100);
  }
  assert.equal(counted.take(1), 'too_many_requests');
  pass(299);
  assert.equal(counted.take(1), 'too_many_requests');
  pass(1);
  assert.equal(counted.take(1), 'taken');
  assert.equal(counted.take(1), 'too_many_requests');
  pass(100);
  assert.equal(counted.take(1), 'taken');
});

test('each account has its own', () => {
  const { counted } = rateOf(1);
  assert.equal(counted.take(1), 'taken');
  assert.equal(counted.take(2), 'taken');
  assert.equal(counted.take(1), 'too_many_requests');
});

test('in whatever rhythm requests come, no second has more than seven that were taken, and no fewer than it could', () => {
  const { counted, pass } = rateOf(7);
  const taken: number[] = [];
  for (let now = 0; now < 60_000; now += 37) {
    if (counted.take(1) === 'taken') taken.push(now);
    pass(37);
  }
  for (const [index, at] of taken.entries()) assert.ok(index < 7 || at - taken[index - 7]! >= 1000);
  assert.ok(taken.length > 60 * 6.5, `${taken.length}`);
});

test('nobody is blocked who is not to be', () => {
  const { counted, pass } = rateOf(1);
  counted.take(1);
  for (let count = 0; count < 100_000; count += 1) assert.equal(counted.take(1), 'too_many_requests');
  pass(1000);
  assert.equal(counted.take(1), 'taken');
});

test('after so many refusals an account is blocked for good; a minute without one, and they are forgotten', () => {
  const { counted, pass } = rateOf(1, 3);
  for (let round = 0; round < 3; round += 1) {
    const verdicts = [1, 2, 3].map(() => counted.take(1));
    assert.deepEqual(verdicts, ['taken', 'too_many_requests', 'too_many_requests']);
    pass(60_000);
  }
  assert.equal(counted.take(1), 'taken');
  for (let count = 0; count < 3; count += 1) assert.equal(counted.take(1), 'too_many_requests');
  pass(10_000_000);
  assert.equal(counted.take(1), 'blocked');
  assert.equal(counted.takeIfFree(1), false);
  assert.equal(counted.take(2), 'taken');
});

test('what is asked before it is taken notes no refusal', () => {
  const { counted, pass } = rateOf(1, 2);
  assert.equal(counted.takeIfFree(1), true);
  for (let count = 0; count < 10; count += 1) assert.equal(counted.takeIfFree(1), false);
  pass(1000);
  assert.equal(counted.takeIfFree(1), true);
});
