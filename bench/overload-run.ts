import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { commonWord } from './floor-data.ts';
import { send, sendWell } from './http-request.ts';
import { loadWith, type SortLoad, type SortResult } from './overload-load.ts';
import { familyOf, pssMb } from './proc.ts';

export const sorts = ['one', 'search', 'batch'] as const;
type Sort = (typeof sorts)[number];
export type Phase = Readonly<Record<Sort, SortResult>> & { readonly memoryMb: number };

export interface OverloadOptions {
  readonly url: string;
  readonly pid: number;
  readonly token: string;
  /** Ids of companies to be read. */
  readonly ids: readonly number[];
  /** For files of the load tool. */
  readonly folder: string;
  /** How long capacity is measured, and then the overload lasts. */
  readonly seconds: { readonly capacity: number; readonly overload: number };
  /** How many times its capacity is offered. */
  readonly factor: number;
  readonly connections: { readonly capacity: number; readonly overload: number };
}

export interface OverloadResult {
  readonly capacity: Phase;
  readonly overload: Phase;
  /** Seconds from the end of the load until reads, searches and writes take what they took before; undefined: not within ten. */
  readonly recovered: number | undefined;
  readonly idleMb: number;
  readonly memoryAfterMb: number;
  /** Batches of the overload that are there. */
  readonly batches: Batches;
}

interface Batches {
  readonly acknowledged: number;
  readonly lost: number;
  readonly half: number;
  /** Whole, but not acknowledged: under way when the load ended. */
  readonly unknown: number;
}

/** The batches of the overload have larger numbers than those before. */
const numbersOfOverload = 1_000_000;

/** Single reads a second beside the load: clients that want no more than before. */
const pacedReads = 300;

/** As many requests of a sort are under way, or wait for their turn, with the limits that hold when nothing is said. */
const mostWaiting = 290;

/** Measures what a server can do, and then offers it many times as much. */
export async function runOverload(options: OverloadOptions): Promise<OverloadResult> {
  const { seconds, factor, connections } = options;
  const idleMb = memoryOf(options.pid);
  const warming = { connections: 4, restMs: 0 };
  await phase(options, 5, 0, { one: warming, search: warming, batch: warming });
  await quiet(options);
  const before = await probe(options, 5);
  const closed = { connections: connections.capacity, restMs: 0 };
  const paced = { connections: 8, restMs: (8 / pacedReads) * 1000 };
  const capacity = await phase(options, seconds.capacity, 0, { one: paced, search: closed, batch: closed });
  await quiet(options);

  const open = (sort: Sort) => {
    const rate = (capacity[sort].served / capacity[sort].seconds) * factor;
    // Those that wait for an answer offer nothing meanwhile.
    const offering = connections.overload - mostWaiting;
    return { connections: connections.overload, restMs: (offering / rate) * 1000 };
  };
  const loads = { one: paced, search: open('search'), batch: open('batch') };
  const overload = await phase(options, seconds.overload, numbersOfOverload, loads);
  const ended = performance.now();
  let recovered: number | undefined;
  while (recovered === undefined && performance.now() - ended < 10_000) {
    const now = await probe(options, 1);
    if (now.every((ms, index) => ms <= 2 * before[index]! + 20)) recovered = (performance.now() - ended) / 1000;
  }
  await quiet(options);
  return {
    ...{ capacity, overload, recovered, idleMb },
    batches: await countBatches(options, overload.batch.acknowledged),
    memoryAfterMb: memoryOf(options.pid),
  };
}

async function phase(
  { url, pid, token, ids, folder }: OverloadOptions,
  seconds: number,
  from: number,
  loads: Readonly<Record<Sort, Pick<SortLoad, 'connections' | 'restMs'>>>,
): Promise<Phase> {
  const shared = { url, token, seconds };
  const read = (sort: Sort, paths: readonly string[]) => ({
    ...loads[sort],
    what: { paths, file: join(folder, sort) },
  });
  let memoryMb = 0;
  const watching = setInterval(() => {
    memoryMb = Math.max(memoryMb, memoryOf(pid));
  }, 500);
  const [one, search, batch] = await Promise.all([
    loadWith({ ...shared, ...read('one', singles(ids)) }),
    loadWith({ ...shared, ...read('search', searches) }),
    loadWith({ ...shared, ...loads.batch, what: { from } }),
  ]);
  clearInterval(watching);
  return { one, search, batch, memoryMb };
}

function singles(ids: readonly number[]): string[] {
  return ids.map((id) => `/api/v2/companies?id=${id}`);
}

const searches = Array.from(
  { length: 10 },
  (_, place) => `/api/v2/companies?limit_rows=20&limit_offset=${place * 10}&query=${encodeURIComponent(commonWord)}`,
);

/** Milliseconds of a read, a search and a write: the longest of so many rounds. */
async function probe({ url, token, ids }: OverloadOptions, rounds: number): Promise<number[]> {
  const headers = { Authorization: `Bearer ${token}` };
  const requests = [
    { path: `/api/v2/companies?id=${ids[0]}`, headers },
    { path: searches[7]!, headers },
    { path: '/api/v2/companies', headers, body: '{"add":[{"name":"Probe"}]}' },
  ];
  const longest = requests.map(() => 0);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, request] of requests.entries()) {
      const began = performance.now();
      const { status } = await send(url, request);
      const took = status === 200 ? performance.now() - began : Number.POSITIVE_INFINITY;
      longest[index] = Math.max(longest[index]!, took);
    }
  }
  return longest;
}

/** Until nothing is left to be done of what was asked before. */
async function quiet(options: OverloadOptions): Promise<void> {
  do await setTimeout(500);
  while ((await probe(options, 2)).some((ms) => ms > 500));
}

function memoryOf(pid: number): number {
  return familyOf(pid).reduce((sum, one) => sum + (pssMb(one) || 0), 0);
}

/** Reads all companies, and counts those of each batch by its number; numbers of the overload only. */
async function countBatches({ url, token }: OverloadOptions, acknowledged: readonly number[]): Promise<Batches> {
  const headers = { Authorization: `Bearer ${token}` };
  const counts = new Map<number, number>();
  for (let offset = 0; ; offset += 500) {
    const bytes = await sendWell(url, { path: `/api/v2/companies?limit_rows=500&limit_offset=${offset}`, headers });
    if (bytes.length === 0) break;
    for (const { name } of JSON.parse(bytes.toString())._embedded.items as { name: string }[]) {
      const number = /^Batch (\d+)$/.exec(name)?.[1];
      if (Number(number) > numbersOfOverload) counts.set(Number(number), (counts.get(Number(number)) ?? 0) + 1);
    }
  }
  const known = new Set(acknowledged);
  return {
    acknowledged: known.size,
    lost: acknowledged.filter((number) => !counts.has(number)).length,
    half: [...counts.values()].filter((count) => count !== 500).length,
    unknown: [...counts.keys()].filter((number) => !known.has(number)).length,
  };
}
