import { type Answer, type Expected, findDifference } from './answers.ts';
import { Dice } from './dice.ts';
import { type Asked, imagine } from './imagine.ts';
import { kinds, paths } from './kinds.ts';
import type { Paging } from './pages.ts';
import { openAccount, tokenOf } from './people.ts';
import { prologue } from './prologue.ts';
import { answer, type Meaning } from './requests.ts';
import type { Server } from './server.ts';
import { spellGet } from './spelling.ts';
import type { Account, Note, User } from './state.ts';

/** What happens next: dice decide it when its time has come. */
export interface Step {
  readonly dice: readonly number[];
}

/** A server, what it has to know, and what was done so far. */
export interface World {
  readonly server: Server;
  accounts: Account[];
  now: number;
  /** Requests that were answered. */
  operations: number;
  readonly told: string[];
  /** How often what was answered, over all histories. */
  readonly tally: Tally;
}

export type Tally = Map<string, number>;

let accountId = 30_000_000;
/** Rows that a list shows at most. doc: companies */
const pageSize = 500;

/** Two accounts that nobody has used yet, one of each profile. */
export async function newWorld(server: Server, tally: Tally): Promise<World> {
  const now = 1_700_000_000;
  const accounts = [];
  for (const profile of ['documented', 'recorded'] as const) {
    accountId += 1;
    accounts.push(await openAccount(server.store, accountId, profile, now));
  }
  const world: World = { server, accounts, now, operations: 0, told: [], tally };
  for (const [place, account] of accounts.entries()) {
    const boss = account.users.values().next().value!;
    for (const asked of prologue(account, place)) await ask(world, account, boss, asked);
  }
  world.told.length = 0;
  return world;
}

export interface Chances {
  /** Of a kill, and of a kill while a request is under way. */
  readonly kill: number;
  readonly killDuring: number;
}

/** Does one step. @throws Error when an answer is not the one that the oracle gives */
export async function take(world: World, step: Step, chances: Chances): Promise<void> {
  const dice = new Dice(step.dice);
  world.now += dice.pick([0, 1, 0, 2, 10]);
  const place = dice.chance(0.15) ? 1 : 0;
  const account = world.accounts[place]!;
  const user = imagineSender(dice, account);
  if (dice.chance(chances.kill)) return kill(world);
  if (dice.chance(chances.killDuring)) return killDuring(world, place, user, imagine(dice, account, user, world.now));
  if (dice.chance(0.02)) return administrate(world, dice, account);
  if (dice.chance(0.06)) return together(world, dice, place);
  const asked = imagine(dice, account, user, world.now);
  const isForBoss = /^(define|set|delete pipelines|purge)/.test(asked.meaning.do) && dice.chance(0.7);
  await ask(world, account, isForBoss ? account.users.values().next().value! : user, asked);
}

/** The administrator most often, and who sees all. */
export function imagineSender(dice: Dice, { users }: Account): User {
  const [boss, second, ...others] = [...users.values()];
  return dice.pick([boss!, boss!, boss!, second!, second!, ...others, others.at(-1)!]);
}

async function ask(world: World, account: Account, user: User, { meaning, sent }: Asked): Promise<void> {
  world.told.push(JSON.stringify({ account: account.id, user: user.id, now: world.now, sent }));
  const got = await world.server.send(sent, tokenOf(account.id, user.id), world.now);
  const expected = answer(account, user, meaning, sent.url, world.now);
  world.operations += 1;
  const difference = findDifference(expected, got!, account.profile, world.now);
  if (difference !== undefined) throw new Error(`${sent.method} ${sent.url}: ${difference}`);
  count(world.tally, meaning, got!);
}

function count(tally: Tally, meaning: Meaning, { status, text }: Answer): void {
  const add = (what: string) => tally.set(`${meaning.do}: ${what}`, (tally.get(`${meaning.do}: ${what}`) ?? 0) + 1);
  const { _embedded, detail } = status === 204 ? {} : JSON.parse(text);
  const code = /^\D+(\d+)/.exec(detail ?? '')?.[1];
  add(code === undefined ? String(status) : `${status}, code ${code}`);
  for (const texts of Object.values<Record<string, string>>(_embedded?.errors ?? {})) {
    for (const refused of new Set(Object.values(texts))) add(`200 with "${refused}"`);
  }
}

/** As `kontora user set` does. */
async function administrate(world: World, dice: Dice, account: Account): Promise<void> {
  const [boss, ...staff] = [...account.users.values()];
  const before = dice.pick(staff);
  const level = () => dice.pick(['A', 'G', 'M'] as const);
  const rights = dice.chance(0.5)
    ? { ...before.rights, [`${dice.pick(kinds)}_view`]: level(), [`${dice.pick(kinds)}_edit`]: level() }
    : before.rights;
  const isActive = before.isActive ? !dice.chance(0.15) : true;
  const user: User = {
    ...before,
    groupId: dice.pick(account.groups).id,
    name: `User ${dice.next()}`,
    rights,
    isActive,
  };
  world.told.push(JSON.stringify({ account: account.id, set: user, by: boss!.id }));
  account.users.set(user.id, user);
  await world.server.store.write((tx) =>
    tx.setUser(account.id, { ...user, lastName: null, language: 'ru', phone: '' }),
  );
}

async function kill(world: World): Promise<void> {
  world.told.push('"kill"');
  await world.server.kill();
}

/** What was under way is done or not, as a whole. */
async function killDuring(world: World, place: number, user: User, { meaning, sent }: Asked): Promise<void> {
  const account = world.accounts[place]!;
  world.told.push(JSON.stringify({ account: account.id, user: user.id, now: world.now, sent, killed: true }));
  const sending = world.server.send(sent, tokenOf(account.id, user.id), world.now);
  await new Promise((resolve) => setTimeout(resolve, meaning.do.startsWith('list') ? 0 : 2));
  await world.server.kill();
  const got = await sending;
  const done = structuredClone(account);
  const expected = answer(done, done.users.get(user.id)!, meaning, sent.url, world.now);
  if (got !== undefined) {
    world.operations += 1;
    const difference = findDifference(expected, got, account.profile, world.now);
    if (difference !== undefined) throw new Error(`${sent.method} ${sent.url}, killed: ${difference}`);
    world.accounts[place] = done;
    return;
  }
  const asBefore = await compareAll(world, account);
  if (asBefore === undefined) return;
  const asDone = await compareAll(world, done);
  if (asDone !== undefined) throw new Error(`${sent.url}, killed, was done in part: ${asBefore} and ${asDone}`);
  world.accounts[place] = done;
}

/** Several at once, in one account: as if one had come after the other, in whatever order. */
async function together(world: World, dice: Dice, place: number): Promise<void> {
  const account = world.accounts[place]!;
  const all = Array.from({ length: 2 + dice.whole(1) }, () => {
    const user = imagineSender(dice, account);
    return { user, ...imagine(dice, account, user, world.now) };
  });
  world.told.push(
    ...all.map(({ user, sent }) =>
      JSON.stringify({ account: account.id, user: user.id, now: world.now, sent, at: 'once' }),
    ),
  );
  const got = await Promise.all(
    all.map(({ user, sent }) => world.server.send(sent, tokenOf(account.id, user.id), world.now)),
  );
  world.operations += all.length;
  const differences: string[] = [];
  const possible: Account[] = [];
  for (const order of ordersOf([...all.keys()])) {
    const copy = structuredClone(account);
    const difference = order
      .map((index) => {
        const { user, meaning, sent } = all[index]!;
        const expected = answer(copy, copy.users.get(user.id)!, meaning, sent.url, world.now);
        const differs = findDifference(expected, got[index]!, account.profile, world.now);
        return differs && `${order}: ${sent.method} ${sent.url}: ${differs}`;
      })
      .find((found) => found !== undefined);
    if (difference === undefined) possible.push(copy);
    else differences.push(difference);
  }
  // What the answers leave open, such as whose note came first, everything that can be read tells.
  for (const copy of possible) {
    const difference = possible.length > 1 ? await compareAll(world, copy) : undefined;
    if (difference === undefined) {
      world.accounts[place] = copy;
      return;
    }
    differences.push(difference);
  }
  throw new Error(`in no order:\n${differences.join('\n')}`);
}

function ordersOf(list: readonly number[]): number[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((first) => ordersOf(list.filter((other) => other !== first)).map((rest) => [first, ...rest]));
}

/** Everything that the administrator can read of an account, page by page. */
export function readEverything(account: Account): Asked[] {
  const dice = new Dice([]);
  const pages = (count: number) =>
    Array.from({ length: Math.floor(count / pageSize) + 1 }, (_, number) =>
      number === 0 ? {} : { limit: pageSize, offset: number * pageSize },
    );
  const parameters = ({ limit, offset }: Paging) => ({ limit_rows: limit, limit_offset: offset });
  const notesOf = (kind: Note['element']['kind']) =>
    [...account.notes.values()].filter(({ element }) => element.kind === kind).length;
  return [
    ...kinds.flatMap((kind) =>
      pages(account.records[kind].size).map(
        (page): Asked => ({
          meaning: { do: 'list', kind, filter: page },
          sent: spellGet(dice, `/api/v2/${paths[kind]}`, parameters(page)),
        }),
      ),
    ),
    ...pages(account.tasks.size).map(
      (page): Asked => ({
        meaning: { do: 'list tasks', filter: page },
        sent: spellGet(dice, '/api/v2/tasks', parameters(page)),
      }),
    ),
    ...[...kinds, 'task' as const].flatMap((kind) =>
      pages(notesOf(kind)).map(
        (page): Asked => ({
          meaning: { do: 'list notes', filter: { kind, ...page } },
          sent: spellGet(dice, '/api/v2/notes', { type: kind, ...parameters(page) }),
        }),
      ),
    ),
    ...kinds.map(
      (kind): Asked => ({
        meaning: { do: 'list bin', filter: { kind } },
        sent: spellGet(dice, '/api/kontora/bin', { entity: paths[kind] }),
      }),
    ),
    {
      meaning: { do: 'show account', words: ['custom_fields', 'pipelines', 'users', 'groups'] },
      sent: spellGet(dice, '/api/v2/account', { with: 'custom_fields,pipelines,users,groups' }),
    },
  ];
}

/** Compares all of it. @returns the first difference */
export async function compareAll(world: World, account: Account): Promise<string | undefined> {
  const [boss] = account.users.values();
  for (const { meaning, sent } of readEverything(account)) {
    const expected: Expected = answer(account, boss!, meaning, sent.url, world.now);
    const got = await world.server.send(sent, tokenOf(account.id, boss!.id), world.now);
    world.operations += 1;
    const difference = findDifference(expected, got!, account.profile, world.now);
    if (difference !== undefined) return `${sent.url}: ${difference}`;
  }
  return undefined;
}
