import { setTimeout } from 'node:timers/promises';
import { firstTime, type World } from './oracle.ts';
import { type Random, randomOf } from './random.ts';
import { getOne, getSome, listNotes, listPage, listTasks, search } from './reads.ts';
import type { Servers } from './servers.ts';
import { type Login, listen, makeAccounts, readAccount, signIn } from './set-up.ts';
import { type Statistics, startStatistics } from './statistics.ts';
import type { Client, Storm } from './storm.ts';
import { checkTold, drain, type Told } from './told.ts';
import { connect, type Exchange } from './transport.ts';
import { verifyAll, verifyHubs } from './verify.ts';
import { collectViolations, type Violations } from './violations.ts';
import {
  add,
  addHubs,
  addNote,
  addTasks,
  crowd,
  race,
  remove,
  removeTask,
  restore,
  update,
  updateByRule,
  updateNote,
  updateTask,
} from './writes.ts';

export interface StormOptions {
  readonly clients: number;
  /** Items written and requests that read, together. */
  readonly operations: number;
  readonly accounts?: number;
  /** Accounts that are there already and hold nothing; otherwise they are made by the command line. */
  readonly logins?: readonly Login[];
  /** Above so many nothing is added. */
  readonly records?: number;
  /** So many of the accounts are told of everything by webhooks. */
  readonly webhooks?: number;
  /** And so many clients work in them, where there are other accounts: deliveries are slower than writes. */
  readonly webhookClients?: number;
  /** Seconds between kills of a random process. */
  readonly killEvery?: number | undefined;
  /** Shares of the operations after which a random process is killed. */
  readonly killAt?: readonly number[];
  /** Shares of the operations after which the database is restarted. */
  readonly restartDatabaseAt?: readonly number[];
  readonly restartDatabase?: () => Promise<void>;
  /** Seconds to wait in the end until all events are delivered. */
  readonly drainSeconds?: number;
  readonly seed?: number;
  /** Puts something between the clients and the servers: how a test shows that the oracle sees what it has to. */
  readonly between?: (exchange: Exchange) => Exchange;
  /** Is told a line now and then. */
  readonly progress?: (line: string) => void;
}

export interface StormResult {
  readonly statistics: Statistics;
  readonly violations: Violations;
  readonly kills: number;
  readonly databaseRestarts: number;
  /** Of the storm itself, of the comparison afterwards, and of waiting for webhooks. */
  readonly seconds: { readonly storm: number; readonly verification: number; readonly drain: number };
  /** Records, tasks and notes that were compared in the end, through all processes together. */
  readonly compared: number;
  readonly records: number;
  readonly events: { readonly wanted: number; readonly delivered: number; readonly copies: number };
}

/** How often each thing is done, of a thousand requests. */
const mix: readonly (readonly [weight: number, work: (storm: Storm, client: Client) => Promise<void>])[] = [
  [70, add],
  [230, update],
  [50, updateByRule],
  [70, race],
  [20, crowd],
  [20, remove],
  [14, restore],
  [40, addTasks],
  [45, updateTask],
  [12, removeTask],
  [30, addNote],
  [15, updateNote],
  [150, getOne],
  [70, getSome],
  [30, listPage],
  [70, search],
  [34, listTasks],
  [30, listNotes],
];
const wholeMix = mix.reduce((sum, [weight]) => sum + weight, 0);

/** Drives running servers with many clients at once, holds every answer against the oracle, and in the end everything that is stored. */
export async function runStorm(servers: Servers, options: StormOptions): Promise<StormResult> {
  const { webhooks = 1 } = options;
  const logins = options.logins ?? (await makeAccounts(servers.command, options.accounts ?? 3));
  const { exchange: direct, close } = connect(servers.addresses);
  const exchange = options.between?.(direct) ?? direct;
  const heard: Told[] = [];
  try {
    const violations = collectViolations();
    const read = await Promise.all(logins.map((login, number) => readAccount(direct, login, number)));
    const world: World = { accounts: read, violations, tick: 1, time: firstTime, word: 10_000 };
    const storm: Storm = {
      world,
      statistics: startStatistics(),
      exchange,
      processes: servers.addresses.length,
      operations: options.operations,
      records: options.records ?? 100_000,
      isDisturbed:
        options.killEvery !== undefined || [options.killAt ?? [], options.restartDatabaseAt ?? []].flat().length > 0,
    };
    const clients = await signInAll(direct, world, logins, options);
    // The first client of each account sets it up; it shares nothing with the others but that.
    for (const [number, client] of clients.slice(0, logins.length).entries()) {
      if (number < webhooks) heard.push(await listen(storm, client, servers.command, logins[number]!.subdomain));
      await addHubs(storm, client);
    }
    return await blow(storm, clients, servers, heard, options);
  } finally {
    close();
    await Promise.all(heard.map((told) => told.close()));
  }
}

function signInAll(
  exchange: Exchange,
  { accounts }: World,
  logins: readonly Login[],
  { clients, webhooks = 1, webhookClients = 6, seed = 1 }: StormOptions,
): Promise<Client[]> {
  const [loud, quiet] = [accounts.slice(0, webhooks), accounts.slice(webhooks)];
  const places = Array.from({ length: Math.max(clients, accounts.length) }, (_, number) => {
    if (number < accounts.length) return number;
    const isLoud = quiet.length === 0 || (loud.length > 0 && number < accounts.length + webhookClients - loud.length);
    return isLoud ? number % loud.length : webhooks + (number % quiet.length);
  });
  return Promise.all(
    places.map((place, number) => {
      const how = places.slice(0, number).filter((before) => before === place).length;
      return signIn(exchange, accounts[place]!, logins[place]!, how, seed * 100_000 + number);
    }),
  );
}

async function blow(
  storm: Storm,
  clients: readonly Client[],
  servers: Servers,
  heard: readonly Told[],
  options: StormOptions,
): Promise<StormResult> {
  const { world, statistics } = storm;
  const { violations } = world;
  const { accounts } = world;
  const began = performance.now();
  const trouble = startTrouble(storm, servers, options);
  const reporting = startProgress(storm, trouble, began, options);
  await Promise.all(clients.map((client) => work(storm, client)));
  const stormed = performance.now();
  clearInterval(reporting);
  await trouble.end();

  options.progress?.('comparing everything');
  const firsts = clients.slice(0, accounts.length);
  let compared = 0;
  for (const client of firsts) await verifyHubs(storm, client);
  for (let process = 0; process < storm.processes; process += 1) {
    for (const client of firsts) compared += await verifyAll(storm, client, process);
  }
  const verified = performance.now();

  options.progress?.('waiting for webhooks');
  await Promise.all(heard.map((told) => drain(told, options.drainSeconds ?? 900)));
  for (const told of heard) checkTold(told, [...trouble.kills, ...trouble.restarts], violations);
  const sum = (count: (told: Told) => number) => heard.reduce((total, told) => total + count(told), 0);
  return {
    statistics,
    violations,
    kills: trouble.kills.length,
    databaseRestarts: trouble.restarts.length / 2,
    seconds: {
      storm: (stormed - began) / 1000,
      verification: (verified - stormed) / 1000,
      drain: (performance.now() - verified) / 1000,
    },
    compared,
    records: countRecords(world),
    events: {
      wanted: sum(({ wanted }) => wanted),
      delivered: sum(({ deliveries }) => deliveries.size),
      copies: sum(({ copies }) => copies.length),
    },
  };
}

function countRecords({ accounts }: World): number {
  return accounts.reduce(
    (sum, { order }) => sum + order.companies.length + order.contacts.length + order.leads.length,
    0,
  );
}

async function work(storm: Storm, client: Client): Promise<void> {
  while (storm.statistics.operations < storm.operations) {
    const chosen = pickWork(client.random);
    const isFull = chosen === add && countRecords(storm.world) >= storm.records;
    await (isFull ? update : chosen)(storm, client);
  }
}

function pickWork(random: Random): (storm: Storm, client: Client) => Promise<void> {
  let rest = random.whole(wholeMix);
  for (const [weight, chosen] of mix) {
    rest -= weight;
    if (rest < 0) return chosen;
  }
  return update;
}

/** What is done to the servers while the clients work; times are of performance.now(). */
interface Trouble {
  readonly kills: readonly number[];
  /** Each restart of the database gives two: when it began and when it was over. */
  readonly restarts: readonly number[];
  /** No more of it. */
  end(): Promise<void>;
}

function startTrouble(
  { statistics, processes }: Storm,
  servers: Servers,
  { killEvery, killAt = [], operations, restartDatabaseAt = [], restartDatabase, seed = 1 }: StormOptions,
): Trouble {
  const random = randomOf(seed + 7);
  const kills: number[] = [];
  const restarts: number[] = [];
  const stop = new AbortController();
  const kill = async () => {
    kills.push(performance.now());
    await servers.kill(random.whole(processes));
  };
  const killing = async () => {
    while (killEvery !== undefined && !stop.signal.aborted) {
      await setTimeout(killEvery * 1000, undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) return;
      await kill();
    }
  };
  const restart = async () => {
    restarts.push(performance.now());
    await restartDatabase?.();
    restarts.push(performance.now());
  };
  const at = async (shares: readonly number[], work: () => Promise<void>) => {
    for (const share of [...shares].sort((one, other) => one - other)) {
      while (statistics.operations < share * operations) {
        await setTimeout(100);
        if (stop.signal.aborted) return;
      }
      await work();
    }
  };
  const all = Promise.all([killing(), at(killAt, kill), at(restartDatabaseAt, restart)]);
  // A server that does not come up again fails the run where it is awaited.
  all.catch(() => undefined);
  return {
    kills,
    restarts,
    end: async () => {
      stop.abort();
      await all;
    },
  };
}

function startProgress(storm: Storm, { kills }: Trouble, began: number, { progress }: StormOptions): NodeJS.Timeout {
  const { statistics, world } = storm;
  let before = 0;
  const everySeconds = 10;
  return setInterval(() => {
    const { operations } = statistics;
    const rate = Math.round((operations - before) / everySeconds);
    const wrong = [...world.violations.bySort.values()].reduce((sum, count) => sum + count, 0);
    const parts = [`${Math.round((performance.now() - began) / 1000)} s`, `${operations} operations, ${rate}/s`];
    progress?.([...parts, `${countRecords(world)} records`, `${kills.length} kills`, `${wrong} violations`].join('; '));
    before = operations;
  }, everySeconds * 1000);
}
