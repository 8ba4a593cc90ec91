import assert from 'node:assert/strict';

/**
 * What work takes that may be refused by 400: milliseconds of all threads, as the garbage collector has its own; the least of three times,
 * for whatever else the machine is doing.
 */
export function cpuOf(work: () => unknown): number {
  return Math.min(...[1, 2, 3].map(() => cpuOnce(work)));
}

function cpuOnce(work: () => unknown): number {
  const began = process.cpuUsage();
  try {
    work();
  } catch (error) {
    assert.equal((error as { status?: unknown }).status, 400);
  }
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}
