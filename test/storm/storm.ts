import { setTimeout } from 'node:timers/promises';
import {
  type Account,
  beginWrite,
  type Json,
  type Kind,
  type Rec,
  type Task,
  type Tick,
  type World,
} from './oracle.ts';
import type { Random } from './random.ts';
import { countAnswer, countRequest, type Statistics } from './statistics.ts';
import type { Exchange, Reply } from './transport.ts';

/** What all clients share. */
export interface Storm {
  readonly world: World;
  readonly statistics: Statistics;
  readonly exchange: Exchange;
  readonly processes: number;
  /** Operations after which the clients stop, and records above which nothing is added. */
  readonly operations: number;
  readonly records: number;
  /** Processes are killed, or the database restarted: connections may end and 5xx may come. */
  readonly isDisturbed: boolean;
}

/** One that signs in in its own way, does one thing after the other, and owns what it has added. */
export interface Client {
  readonly account: Account;
  readonly random: Random;
  readonly headers: Readonly<Record<string, string>>;
  /** Login and key, where they go with each request. */
  readonly query: string;
  readonly own: Readonly<Record<Kind, Rec[]>>;
  readonly bin: Rec[];
  readonly tasks: Task[];
}

/** What a read showed; `items` of a 204 is empty. */
export interface Shown {
  readonly items: readonly Json[];
  readonly json: Json;
  /** When it was sent. */
  readonly since: Tick;
}

/** The answer to a write, undefined where it was refused with an error; `unknown`: it was written, or not. */
export type Written = { readonly status: number; readonly json: Json } | 'unknown';

const patienceMs = 180_000;

/** Asks until somebody answers. */
export async function read(storm: Storm, client: Client, sort: string, path: string, process?: number): Promise<Shown> {
  for (const end = performance.now() + patienceMs; performance.now() < end; ) {
    storm.world.tick += 1;
    const since = storm.world.tick;
    const reply = await send(storm, client, sort, 1, 'GET', path, undefined, process);
    if (typeof reply === 'object' && reply.status < 500) {
      if (reply.status !== 200 && reply.status !== 204) unexpected(storm, client, `GET ${path}`, reply);
      const json = reply.status === 200 ? JSON.parse(reply.text) : undefined;
      return { items: json?._embedded?.items ?? json?.changes ?? [], json, since };
    }
    await setTimeout(50);
  }
  throw new Error(`nobody answers GET ${path}`);
}

/** Sends a write once; again only where surely nothing arrived. */
export async function write(
  storm: Storm,
  client: Client,
  sort: string,
  operations: number,
  path: string,
  body: object,
  refusals: readonly number[] = [],
): Promise<Written> {
  for (const end = performance.now() + patienceMs; performance.now() < end; ) {
    const reply = await send(storm, client, sort, operations, 'POST', path, JSON.stringify(body));
    if (reply === 'dropped' || (reply !== 'refused' && reply.status >= 500)) return 'unknown';
    if (reply !== 'refused') {
      if (reply.status !== 200 && !refusals.includes(reply.status)) unexpected(storm, client, `POST ${path}`, reply);
      return { status: reply.status, json: JSON.parse(reply.text) };
    }
    await setTimeout(50);
  }
  throw new Error(`nobody takes POST ${path}`);
}

function unexpected({ world }: Storm, { account }: Client, what: string, reply: Exclude<Reply, string>): void {
  world.violations.add('unexpected answer', `${account.mark} ${what.slice(0, 200)}: ${reply.status} ${reply.text}`);
}

async function send(
  storm: Storm,
  client: Client,
  sort: string,
  operations: number,
  method: 'GET' | 'POST',
  path: string,
  body?: string,
  process = client.random.whole(storm.processes),
): Promise<Reply> {
  const { headers, query } = client;
  const start = performance.now();
  const to = query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`;
  const reply = await storm.exchange({ process, method, path: to, headers, ...(body !== undefined && { body }) });
  countAnswer(storm.statistics, typeof reply === 'string' ? reply : `${Math.floor(reply.status / 100)}xx`);
  if (typeof reply === 'object' && reply.status < 500) {
    countRequest(storm.statistics, sort, operations, performance.now() - start);
  } else if (!storm.isDisturbed) {
    const what = typeof reply === 'string' ? reply : `${reply.status} ${reply.text}`;
    storm.world.violations.add('failure without a cause', `${method} ${path.slice(0, 200)}: ${what}`);
  }
  return reply;
}

/** A write and what it changes, if it is done. */
export interface Change {
  readonly sort: string;
  readonly operations: number;
  readonly path: string;
  readonly body: object;
  /** Records that look different afterwards. */
  readonly touched: readonly Rec[];
  /** Other answers than 200 with which it may be refused, with nothing written. */
  readonly refusals?: readonly number[];
  /** Whether it was done, where no answer has told so: what then would be the answer's items. */
  readonly probe: () => Promise<readonly Json[] | undefined>;
  readonly apply: (items: readonly Json[], json: Json) => void;
}

/** @returns the status; 0 where it was never heard of */
export async function change(storm: Storm, client: Client, what: Change): Promise<number> {
  const end = beginWrite(storm.world, what.touched);
  const { sort, operations, path, body, refusals } = what;
  try {
    const written = await write(storm, client, sort, operations, path, body, refusals);
    if (written === 'unknown') {
      const items = await findOut(what.probe);
      storm.statistics.unknown[items ? 'written' : 'absent'] += 1;
      if (items) what.apply(items, undefined);
      return 0;
    }
    if (written.status === 200) what.apply(written.json._embedded?.items ?? [], written.json);
    return written.status;
  } finally {
    end();
  }
}

/** What a dead process has sent may still be under way: what is not there is looked for again. */
async function findOut(probe: Change['probe']): Promise<readonly Json[] | undefined> {
  for (const wait of [300, 700, 1500]) {
    await setTimeout(wait);
    const items = await probe();
    if (items) return items;
  }
  return undefined;
}
