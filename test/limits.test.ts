import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readConfig, UsageError } from '../src/config.ts';
import { defaultLimits, limitRanges } from '../src/http/limits.ts';

const page = readFileSync(new URL('../docs/limits.md', import.meta.url), 'utf8');
const flagOf = (name: string) => `--limit-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

test('a flag goes before the environment, and that before the default', () => {
  const env = { KONTORA_LIMIT_OPEN_BODY: '2000', KONTORA_LIMIT_RATE: '7' };
  const { limits } = readConfig(['--limit-open-body', '3000', '--limit-waiting-seconds=5'], env);
  assert.deepEqual(limits, { ...defaultLimits, openBody: 3000, rate: 7, waitingSeconds: 5 });
  assert.deepEqual(readConfig([], {}).limits, defaultLimits);
});

test('each takes whole numbers of its range', () => {
  for (const [name, [normal, least, most]] of Object.entries(limitRanges)) {
    assert.ok(least <= normal && normal <= most, name);
    const flag = flagOf(name);
    for (const right of [least, most]) {
      assert.equal(readConfig([flag, String(right)], {}).limits[name as keyof typeof limitRanges], right);
    }
    for (const wrong of [String(least - 1), String(most + 1), '1e3', '8MiB', '', ' 5', '5.5']) {
      assert.throws(
        () => readConfig([`${flag}=${wrong}`], {}),
        (error) => error instanceof UsageError && error.message.startsWith(`${flag} is a whole number from ${least}`),
        `${flag}=${wrong}`,
      );
    }
  }
});

test('the page of limits has every setting with its default, and no other', () => {
  const told = [...page.matchAll(/^\| `(--limit-[a-z-]+)` \| (\d+) \|/gm)].map(([, flag, normal]) => [flag, normal]);
  const there = Object.entries(defaultLimits).map(([name, normal]) => [flagOf(name), String(normal)]);
  assert.deepEqual(told.toSorted(), there.toSorted());
});
