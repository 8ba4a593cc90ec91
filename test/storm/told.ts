import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Violations } from './violations.ts';

/** Events that one account's webhook must be told of, each so often as it happened, and those that it was told of. */
export interface Told {
  readonly url: string;
  readonly expected: Map<string, number>;
  readonly received: Map<string, number>;
  /** First arrivals, in milliseconds of performance.now(), by the delivery's id. */
  readonly deliveries: Map<string, number>;
  /** Second arrivals of a delivery. */
  readonly copies: { readonly first: number; readonly again: number; readonly what: string }[];
  /** The latest `updated_at` that was told of a record. */
  readonly latest: Map<string, number>;
  wanted: number;
  /** Key of the signature. */
  secret: string;
  close(): Promise<void>;
}

export interface Happened {
  readonly type: 'company' | 'contact';
  readonly id: number;
  readonly name: string;
  readonly updatedAt: number;
}

export type Action = 'add' | 'update' | 'delete' | 'restore';

export const events = ['company', 'contact'].flatMap((type) =>
  ['add', 'update', 'delete', 'restore'].map((action) => `${action}_${type}`),
);

/** So long after an arrival its process may be killed before it has written the success down. */
const inFlightMs = 10_000;

/** It happened, and has to be told. */
export function expectEvent(told: Told | undefined, action: Action, { type, id, name, updatedAt }: Happened): void {
  if (told === undefined) return;
  count(told.expected, keyOf(action, type, id, name, updatedAt));
  told.wanted += 1;
}

/** What a deletion tells is the id alone. */
function keyOf(action: string, type: string, id: unknown, name: unknown, updatedAt: unknown): string {
  return action === 'delete' ? `delete ${type} ${id}` : `${action} ${type} ${id} ${updatedAt} ${name}`;
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

/** A receiver that checks the signature, the order of what happened to each record, and keeps what it was told. */
export async function startTold(violations: Violations): Promise<Told> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.end('thanks');
    receive(told, Buffer.concat(chunks).toString('utf8'), request.headers, violations);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const told: Told = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    expected: new Map(),
    received: new Map(),
    deliveries: new Map(),
    copies: [],
    latest: new Map(),
    wanted: 0,
    secret: '',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return told;
}

function receive(told: Told, body: string, headers: NodeJS.Dict<string | string[]>, violations: Violations): void {
  const form = new URLSearchParams(body);
  const action = /^contacts\[(\w+)\]/.exec(form.keys().next().value ?? '')?.[1] ?? '';
  const value = (key: string) => form.get(`contacts[${action}][0][${key}]`);
  const key = keyOf(action, value('type') ?? '', value('id'), value('name'), value('updated_at'));
  const delivery = String(headers['x-kontora-delivery']);
  const signed = `${headers['x-kontora-timestamp']}.${delivery}.${body}`;
  const signature = `sha256=${createHmac('sha256', told.secret).update(signed).digest('hex')}`;
  if (headers['x-kontora-signature'] !== signature) violations.add('wrong signature', key);
  const first = told.deliveries.get(delivery);
  if (first !== undefined) {
    told.copies.push({ first, again: performance.now(), what: `${delivery}: ${key}` });
    return;
  }
  told.deliveries.set(delivery, performance.now());
  count(told.received, key);
  if (action === 'delete') return;
  const id = String(value('id'));
  const updatedAt = Number(value('updated_at'));
  if (updatedAt < (told.latest.get(id) ?? 0)) violations.add('webhook out of order', key);
  told.latest.set(id, updatedAt);
}

/** Waits until all is told, but no longer than nothing arrives for a minute, and not longer than `seconds`. */
export async function drain(told: Told, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000;
  let before = -1;
  let since = performance.now();
  while (performance.now() < end && told.deliveries.size < told.wanted) {
    if (told.deliveries.size !== before) {
      before = told.deliveries.size;
      since = performance.now();
    }
    if (performance.now() - since > 60_000) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  // What comes after the last one is a copy that must not come.
  await new Promise((resolve) => setTimeout(resolve, 1500));
}

/**
 * Each event is told once; a copy of a delivery only where its process was killed, or the database restarted, before the success was
 * written down.
 * @param kills when, as performance.now()
 */
export function checkTold(told: Told, kills: readonly number[], violations: Violations): void {
  for (const [key, wanted] of told.expected) {
    const got = told.received.get(key) ?? 0;
    if (got < wanted) violations.add('event not told', `${key}: ${got} times, not ${wanted}`);
  }
  for (const [key, got] of told.received) {
    const wanted = told.expected.get(key) ?? 0;
    if (got > wanted) violations.add('event told too often', `${key}: ${got} times, not ${wanted}`);
  }
  for (const { first, again, what } of told.copies) {
    const killed = kills.some((at) => at > first - 100 && at < first + inFlightMs && at < again);
    if (!killed) violations.add('delivery repeated', `${what}, and no process was killed with it`);
  }
}
