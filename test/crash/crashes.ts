import { setTimeout } from 'node:timers/promises';
import { openAccount } from '../model/people.ts';
import { type Random, randomOf } from '../storm/random.ts';
import { connect } from '../storm/transport.ts';
import { endProcess, type ServerProcess } from '../support/process.ts';
import { type Client, type Counts, ModelClient } from './client.ts';
import { ImportClient } from './import-client.ts';
import type { CrashPlace } from './place.ts';
import { openTokens } from './token-client.ts';

export interface CrashOptions {
  readonly place: CrashPlace;
  readonly kills: number;
  readonly seed: number;
  /** After so many kills the work begins anew in new accounts: comparing large ones takes long. */
  readonly killsPerHistory?: number;
  /** Disturbs the database instead of killing the server, after every so many kills. */
  readonly disturb?: { readonly every: number; readonly work: (random: Random) => Promise<void> };
  readonly progress?: (line: string) => void;
}

export interface CrashResult extends Counts {
  kills: number;
  /** Of these: while it was starting after a kill. */
  duringStart: number;
  disturbances: number;
  histories: number;
  /** Milliseconds from the start of a process to its being ready, each. */
  readonly restarts: number[];
  seconds: number;
}

const modelClients = 4;
/** Milliseconds after the first write of a life within which it ends. */
const longestLife = 300;
let account = 40_000_000;

/** Kills a server at random moments of what many clients do, and compares what is there with what was acknowledged. @throws Error */
export async function runCrashes({ place, kills, seed, ...options }: CrashOptions): Promise<CrashResult> {
  const began = performance.now();
  const result: CrashResult = {
    ...{ acknowledged: 0, done: 0, undone: 0, compared: 0 },
    ...{ kills: 0, duringStart: 0, disturbances: 0, histories: 0, restarts: [], seconds: 0 },
  };
  const random = randomOf(seed);
  while (result.kills < kills) {
    const most = Math.min(kills, result.kills + (options.killsPerHistory ?? 20));
    await runHistory(place, most, random, result, options.disturb);
    result.histories += 1;
    result.seconds = (performance.now() - began) / 1000;
    options.progress?.(tell(result));
  }
  return result;
}

export function tell({ kills, acknowledged, done, undone, disturbances, seconds }: CrashResult): string {
  return [
    `${kills} kills`,
    ...(disturbances > 0 ? [`${disturbances} times the database`] : []),
    `${acknowledged} writes acknowledged`,
    `${done} + ${undone} under way, done + not done`,
    `${Math.round(seconds)} s`,
  ].join('; ');
}

async function runHistory(
  place: CrashPlace,
  most: number,
  random: Random,
  result: CrashResult,
  disturb: CrashOptions['disturb'],
): Promise<void> {
  const clients = await place.onStore(async (store) => {
    const made: Client[] = [];
    for (let number = 0; number < modelClients + 2; number += 1) {
      account += 1;
      const profile = number % 2 === 0 ? 'documented' : 'recorded';
      const opened = await openAccount(store, account, profile, 0);
      if (number < modelClients) made.push(new ModelClient(opened, number, randomOf(random.whole(2 ** 31)), result));
      else
        made.push(
          number === modelClients
            ? new ImportClient(account, random, result)
            : await openTokens(store, account, result),
        );
    }
    return made;
  });
  let server = await start(place, result);
  let isNext = false;
  try {
    while (result.kills < most) {
      isNext = disturb !== undefined && !isNext && result.kills > 0 && result.kills % disturb.every === 0;
      const trouble = isNext ? () => disturb!.work(random) : () => endProcess(server, 'SIGKILL');
      await work(server, clients, random, trouble);
      if (isNext) result.disturbances += 1;
      else {
        result.kills += 1;
        if (result.kills < most && random.chance(0.1)) {
          await place.startInVain(random.whole(400));
          result.kills += 1;
          result.duringStart += 1;
        }
        await place.settle();
        server = await start(place, result);
      }
      await verify(server, clients, result);
    }
  } finally {
    await endProcess(server);
  }
  const damage = await place.findDamage();
  if (damage.length > 0) throw new Error(`kontora check: ${damage.join('\n')}`);
}

async function start(place: CrashPlace, { restarts }: CrashResult): Promise<ServerProcess> {
  const began = performance.now();
  const server = await place.start();
  restarts.push(performance.now() - began);
  return server;
}

/** All clients at once, until the trouble comes. */
async function work(
  { address }: ServerProcess,
  clients: readonly Client[],
  random: Random,
  trouble: () => Promise<void>,
): Promise<void> {
  const { exchange, close } = connect([address]);
  let isOver = false;
  let written = () => {};
  const firstWrite = new Promise<void>((resolve) => {
    written = resolve;
  });
  const working = Promise.all(
    clients.map(async (client) => {
      while (!isOver && (await client.step(exchange))) written();
    }),
  );
  // Where it fails, it fails below.
  working.catch(() => written());
  // The thread that writes starts with the first write.
  if (!random.chance(0.1)) await firstWrite;
  await setTimeout(random.whole(longestLife));
  await trouble();
  isOver = true;
  await working.finally(close);
}

async function verify({ address }: ServerProcess, clients: readonly Client[], counts: Counts): Promise<void> {
  const { exchange, close } = connect([address]);
  await Promise.all(clients.map((client) => client.verify(exchange, counts))).finally(close);
}
