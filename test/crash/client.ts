import { type Answer, findDifference } from '../model/answers.ts';
import { Dice } from '../model/dice.ts';
import { type Asked, imagine } from '../model/imagine.ts';
import { paths } from '../model/kinds.ts';
import { tokenOf } from '../model/people.ts';
import { prologue } from '../model/prologue.ts';
import { answer } from '../model/requests.ts';
import type { Sent } from '../model/spelling.ts';
import type { Account, User } from '../model/state.ts';
import { imagineSender, readEverything } from '../model/steps.ts';
import type { Random } from '../storm/random.ts';
import type { Exchange } from '../storm/transport.ts';

/** What became of a request that was not answered as usual. */
export type Unanswered = 'perhaps done' | 'not done';

/** One after the other sends requests, and knows what of them has to be there. */
export interface Client {
  /** Sends one request. @returns whether it was answered as usual @throws Error when the answer is wrong */
  step(exchange: Exchange): Promise<boolean>;
  /** Compares everything that can be read; a request of which nobody knows is there whole or not at all. @throws Error */
  verify(exchange: Exchange, counts: Counts): Promise<void>;
}

export interface Counts {
  /** Writes that were answered with success. */
  acknowledged: number;
  /** Requests under way when the server was killed: found done, and not done. */
  done: number;
  undone: number;
  /** Answers that were compared. */
  compared: number;
}

interface Pending {
  readonly user: User;
  readonly asked: Asked;
  /** Unix seconds between which the server may have taken it. */
  readonly from: number;
  readonly to: number;
}

/** What one account's people do, as the model imagines it, and now and then a batch as large as may be. */
export class ModelClient implements Client {
  #account: Account;
  readonly #random: Random;
  readonly #counts: Counts;
  #pending: Pending | undefined;
  readonly #prologue: Asked[];

  constructor(account: Account, place: number, random: Random, counts: Counts) {
    this.#account = account;
    this.#random = random;
    this.#counts = counts;
    this.#prologue = prologue(account, place % 2);
  }

  async step(exchange: Exchange): Promise<boolean> {
    const account = this.#account;
    const [boss] = account.users.values();
    const dice = new Dice(Array.from({ length: 300 }, () => this.#random.whole(1000)));
    let user = imagineSender(dice, account);
    let asked = this.#prologue[0];
    if (asked) user = boss!;
    else if (this.#random.chance(0.15)) [user, asked] = [boss!, imagineLarge(account, this.#random)];
    else asked = imagine(dice, account, user, now());
    const from = now();
    const got = await send(exchange, account.id, user.id, asked.sent);
    if (typeof got === 'string') {
      if (got === 'perhaps done') this.#pending = { user, asked, from, to: now() };
      return false;
    }
    this.#prologue.shift();
    const expected = answer(account, user, asked.meaning, asked.sent.url, Number(got.timestamp));
    this.#compare(asked.sent, expected, got);
    if (asked.sent.method === 'POST' && got.status === 200) this.#counts.acknowledged += 1;
    return true;
  }

  async verify(exchange: Exchange, counts: Counts): Promise<void> {
    const pending = this.#pending;
    this.#pending = undefined;
    const asBefore = await this.#findDifference(exchange, this.#account);
    if (asBefore === undefined) {
      if (pending && pending.asked.sent.method === 'POST') counts.undone += 1;
      return;
    }
    if (pending === undefined) throw new Error(asBefore);
    const { user, asked, from, to } = pending;
    const differences = [`as before: ${asBefore}`];
    for (let at = from; at <= to; at += 1) {
      const done = structuredClone(this.#account);
      answer(done, done.users.get(user.id)!, asked.meaning, asked.sent.url, at);
      const asDone = await this.#findDifference(exchange, done);
      if (asDone === undefined) {
        counts.done += 1;
        this.#account = done;
        return;
      }
      differences.push(`as done at ${at}: ${asDone}`);
    }
    throw new Error(`half there: ${JSON.stringify(asked.sent)}\n${differences.join('\n')}`);
  }

  /** Records twice: what was not kept as bytes by the first look is by the second. */
  async #findDifference(exchange: Exchange, account: Account): Promise<string | undefined> {
    const [boss] = account.users.values();
    const all = readEverything(account);
    for (const { meaning, sent } of [...all, ...all.filter((asked) => asked.meaning.do === 'list')]) {
      const got = await send(exchange, account.id, boss!.id, sent);
      if (typeof got === 'string') throw new Error(`${sent.url}: nobody answers`);
      this.#counts.compared += 1;
      const expected = answer(account, boss!, meaning, sent.url, Number(got.timestamp));
      const difference = findDifference(expected, got, account.profile, Number(got.timestamp));
      if (difference !== undefined) return `${sent.url}: ${difference}`;
    }
    return undefined;
  }

  #compare(sent: Sent, expected: ReturnType<typeof answer>, got: Answer): void {
    const difference = findDifference(expected, got, this.#account.profile, Number(got.timestamp));
    if (difference !== undefined) throw new Error(`${JSON.stringify(sent)}: ${difference}`);
    this.#counts.compared += 1;
  }
}

/** Hundreds of companies at once: added, with tags and links, or changed. */
function imagineLarge(account: Account, random: Random): Asked {
  const name = `партия ${random.whole(1_000_000)}`;
  const none = { fields: [], link: {}, unlink: {}, own: {} };
  const known = [...account.records.company.values()].filter(({ isDeleted }) => !isDeleted);
  const updatedAt = now() + 1_000_000 + random.whole(1000);
  if (known.length > 100 && random.chance(0.6)) {
    const some = known.slice(random.whole(known.length - 100)).slice(0, 100 + random.whole(400));
    const update = some.map(({ id }) => ({ ...none, id, name: `${name} ${id}`, updatedAt }));
    const items = update.map(({ id, name }) => ({ id, name, updated_at: updatedAt }));
    return save({ add: [], update }, { update: items });
  }
  const contacts = [...account.records.contact.values()].filter(({ isDeleted }) => !isDeleted).slice(0, 3);
  const ids = contacts.map(({ id }) => id);
  const names = Array.from({ length: 100 + random.whole(400) }, (_, index) => `${name} ${index}`);
  const add = names.map((one, index) => ({
    ...{ ...none, name: one, tags: [{ name }] },
    ...(index === 0 && ids.length > 0 && { link: { contact: ids } }),
  }));
  const items = names.map((one, index) => ({
    ...{ name: one, tags: name },
    ...(index === 0 && ids.length > 0 && { contacts_id: ids }),
  }));
  return save({ add, update: [] }, { add: items });
}

function save(batch: Pick<Extract<Asked['meaning'], { do: 'save' }>['batch'], 'add' | 'update'>, body: object): Asked {
  return {
    meaning: { do: 'save', batch: { kind: 'company', remove: [], ...batch } },
    sent: { method: 'POST', url: `/api/v2/${paths.company}`, headers: {}, body: JSON.stringify(body) },
  };
}

/** Unix seconds: the servers are processes on this machine. */
function now(): number {
  return Math.floor(Date.now() / 1000);
}

async function send(
  exchange: Exchange,
  account: number,
  user: number,
  { method, url, headers, body }: Sent,
): Promise<Answer | Unanswered> {
  const reply = await exchange({
    ...{ process: 0, method, path: url, ...(body !== undefined && { body }) },
    headers: { ...headers, authorization: `Bearer ${tokenOf(account, user)}`, host: 'localhost' },
  });
  if (reply === 'refused') return 'not done';
  if (reply === 'dropped') return 'perhaps done';
  // docs: errors; the database was away
  if (reply.status === 503) return reply.text.includes('неизвестно') ? 'perhaps done' : 'not done';
  const { 'content-type': type, 'runtime-timestamp': timestamp } = reply.headers!;
  return { status: reply.status, text: reply.text, type: type ?? '', timestamp: String(timestamp) };
}
