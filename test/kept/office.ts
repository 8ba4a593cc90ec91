import type { FastifyInstance } from 'fastify';
import { documentAccount, documentAccountId, documentUserId } from '../../seed/document.ts';
import { createAccount } from '../../seed/empty.ts';
import { createApp } from '../../src/cli/serve.ts';
import { Threads } from '../../src/cli/threads.ts';
import type { Actor, User, WireProfile } from '../../src/crm/account.ts';
import type { Rights } from '../../src/crm/rights.ts';
import type { ReadTx, Store } from '../../src/crm/store.ts';
import { defaultRetrySeconds } from '../../src/crm/webhook.ts';
import { hashToken } from '../../src/http/keys.ts';
import { defaultLimits } from '../../src/http/limits.ts';
import { profileOf } from '../../src/v2/errors.ts';
import type { Random } from '../store/random.ts';
import { acme } from '../support/accounts.ts';
import { problemsAt } from '../support/problems.ts';
import { administrator, engine, fail, inThreads, openTestStore, type Reply, request } from '../support/server.ts';

/** Somebody who asks: what the answer is compared for depends on what he sees. */
export interface Person {
  readonly account: number;
  readonly userId: number;
}

/** What will be done when it is called, by dice that are thrown already. Of a request: its answer. */
export type Act = () => Promise<Reply | undefined>;

interface Process {
  app: FastifyInstance;
  url: string;
  profile: WireProfile;
  store: Store;
  /** Writes of this server that have begun, and those that are not over. */
  writes: number;
  readonly open: Set<Promise<unknown>>;
  readonly threads: Threads | undefined;
}

/**
 * Two accounts on servers of one database. On PostgreSQL there are two servers, of which one presents as the documents print and the
 * other as live servers sent it; on SQLite one, which is restarted under either.
 */
export interface Office {
  readonly random: Random;
  /** The database as another process opens it: the command line, which renames users behind the servers' backs. */
  readonly outside: Store;
  readonly accounts: readonly number[];
  readonly servers: number;
  now: number;
  /** Users who see everything, and others. */
  people(account: number): readonly Person[];
  boss(account: number): Person;
  /** Hires somebody, who can ask from then on. */
  hire(account: number, rights: Rights, groupId: number): Promise<void>;
  get(person: Person, server: number, path: string, headers?: Record<string, string>): Promise<Reply>;
  /** To any of the servers. */
  post(person: Person, path: string, body: unknown): Act;
  /** After what the server writes by itself has been written; of one with threads, most likely. */
  settled(server: number): Promise<void>;
  /** Those of its threads are not counted. */
  writesOf(server: number): number;
  profile(actor: Actor, server: number): WireProfile;
  actor(tx: ReadTx, person: Person): Promise<Actor>;
  restart(server: number): Promise<void>;
  /** What a check of the database tells. */
  problems(): Promise<string[]>;
  close(): Promise<void>;
}

const webhooks = { allowPrivate: false, retrySeconds: defaultRetrySeconds };
const profiles: readonly WireProfile[] = ['documented', 'recorded'];
const tokenOf = ({ account, userId }: Person) => `${account.toString(36)}.${String(userId).padStart(40, '0')}`;

export async function openOffice(random: Random, now: number): Promise<Office> {
  const { store, openAgain, remove, place, folder } = await openTestStore();
  await documentAccount(store, administrator);
  // This one has a profile of its own, the other takes the server's.
  await createAccount(store, { ...acme, wire: 'recorded' }, { login: 'boss@acme.example', keyHash: 'no key' });
  const outside = await openAgain();
  const accounts = [documentAccountId, acme.id];
  const people: Person[] = [
    { account: documentAccountId, userId: documentUserId },
    { account: acme.id, userId: 101 },
  ];
  const processes: Process[] = [];
  for (const profile of engine === 'PostgreSQL' ? profiles : profiles.slice(0, 1)) {
    processes.push(await start(processes.length === 0 ? store : await openAgain(), profile));
  }
  for (const person of people) await giveToken(outside, person, now);
  // Ids that are those of the other account, too.
  await outside.write(async (tx) => {
    await tx.setCounter(acme.id, 'contact', 1099264);
    await tx.setCounter(acme.id, 'lead', 1090411);
    await tx.setCounter(acme.id, 'customer', 466816);
  });

  function start(opened: Store, profile: WireProfile): Promise<Process> {
    return startProcess(opened, profile, folder, () => office.now);
  }

  const office: Office = {
    random,
    outside,
    accounts,
    servers: processes.length,
    now,
    people: (account) => people.filter((person) => person.account === account),
    boss: (account) => people.find((person) => person.account === account)!,
    async hire(account, rights, groupId) {
      const userId = await addUser(outside, account, rights, groupId);
      const person = { account, userId };
      await giveToken(outside, person, now);
      people.push(person);
    },
    get: (person, server, path, headers = {}) =>
      request('GET', processes[server]!.url + path, undefined, {
        authorization: `Bearer ${tokenOf(person)}`,
        ...headers,
      }),
    post(person, path, body) {
      const server = random.whole(0, processes.length - 1);
      const headers = { authorization: `Bearer ${tokenOf(person)}` };
      return () => request('POST', processes[server]!.url + path, body, headers);
    },
    async settled(server) {
      const { open, threads } = processes[server]!;
      // What a thread writes is not seen here.
      if (threads) await new Promise((resolve) => setTimeout(resolve, 2));
      while (open.size > 0) await Promise.allSettled(open);
    },
    writesOf: (server) => processes[server]!.writes,
    profile: (actor, server) => profileOf(actor.account, processes[server]!.profile),
    async actor(tx, { account, userId }) {
      const [found, settings] = [(await tx.findAccount(account))!, await tx.settings(account)];
      return { account: found, settings, user: settings.users.get(userId)! };
    },
    async restart(server) {
      const old = processes[server]!;
      await stop(old);
      processes[server] = await start(await openAgain(), old.profile === 'documented' ? 'recorded' : 'documented');
    },
    problems: () => problemsAt(place),
    async close() {
      for (const process of processes) await stop(process);
      await outside.close();
      await remove();
    },
  };
  for (const account of accounts) {
    await outside.write((tx) => tx.addGroups(account, [{ id: 1, name: 'Другой отдел' }]));
    await office.hire(account, {}, 1);
    await office.hire(account, { company_view: 'G', contact_view: 'M', lead_view: 'G' }, 1);
  }
  return office;
}

async function startProcess(
  store: Store,
  profile: WireProfile,
  folder: string | undefined,
  clock: () => number,
): Promise<Process> {
  const open = new Set<Promise<unknown>>();
  const watched: Store = {
    read: (work, account) => store.read(work, account),
    write(work) {
      process.writes += 1;
      const written = store.write(work);
      open.add(written);
      const forget = () => open.delete(written);
      written.then(forget, forget);
      return written;
    },
    check: () => store.check(),
    close: () => store.close(),
  };
  const threads =
    inThreads && folder ? new Threads({ folder, profile, webhooks, limits: defaultLimits }, fail) : undefined;
  const app = createApp(watched, profile, webhooks, clock, threads);
  const process: Process = { app, url: '', profile, store, writes: 0, open, threads };
  process.url = await app.listen({ port: 0, host: '127.0.0.1' });
  return process;
}

async function stop({ app, store, open, threads }: Process): Promise<void> {
  await app.close();
  await threads?.stop();
  while (open.size > 0) await Promise.allSettled(open);
  await store.close();
}

function giveToken(store: Store, person: Person, now: number): Promise<void> {
  const token = { hash: hashToken(tokenOf(person)), userId: person.userId, createdAt: now };
  return store.write((tx) => tx.addToken(person.account, token));
}

/** As `kontora user add` does. */
function addUser(store: Store, account: number, rights: Rights, groupId: number): Promise<number> {
  return store.write(async (tx) => {
    const [id] = await tx.nextIds(account, 'user', 1);
    const login = `user${id}@${account}.example`;
    const rest = { lastName: null, language: 'ru', phone: '', isAdmin: false, isActive: true } as const;
    const user: User = { id: id!, login, name: `User ${id}`, groupId, rights, ...rest };
    await tx.addUser(account, user, 'no key');
    return id!;
  });
}
