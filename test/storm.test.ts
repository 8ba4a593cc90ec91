import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createAccount } from '../seed/empty.ts';
import { hashKey, hashToken, newToken } from '../src/http/keys.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import {
  addingTwice,
  answeringOld,
  between,
  changing,
  droppingConnections,
  hidingRefusals,
  itemsOf,
  losingUpdate,
  mixingAccounts,
  updatingTwice,
} from './storm/faults.ts';
import type { Json } from './storm/oracle.ts';
import { runStorm, type StormOptions } from './storm/run.ts';
import { type Servers, startServers } from './storm/servers.ts';
import type { Login } from './storm/set-up.ts';
import { checkTold, expectEvent, startTold } from './storm/told.ts';
import { collectViolations } from './storm/violations.ts';
import { withDataFolder } from './support/process.ts';

/** Accounts for one storm after the other. */
const logins = Array.from({ length: 40 }, (_, number): Login & { readonly id: number } => {
  const id = 30_000_000 + number;
  const subdomain = `storm-${number}`;
  return { id, subdomain, login: `${subdomain}@example.com`, key: `key-${number}`, token: newToken(id) };
});
const unused = [...logins];
let servers: Servers;
let end: () => void;
let ended: Promise<void>;

before(async () => {
  await new Promise<void>((resolve, reject) => {
    ended = withDataFolder(async (data) => {
      await makeAccounts(data);
      servers = await startServers({ processes: 1, where: ['--data', data] });
      resolve();
      await new Promise<void>((stop) => {
        end = stop;
      });
      await servers.stop();
    });
    ended.catch(reject);
  });
});

/** By the store itself, which is faster than so many commands. */
async function makeAccounts(data: string): Promise<void> {
  const store = await openSqlite(data);
  for (const { id, subdomain, login, key, token } of logins) {
    await createAccount(store, { id, subdomain, name: subdomain, wire: null }, { login, keyHash: hashKey(key) });
    await store.write((tx) => tx.addToken(id, { hash: hashToken(token), userId: 101, createdAt: 0 }));
  }
  await store.close();
}

function takeLogins(count: number): Login[] {
  return unused.splice(0, count);
}

after(async () => {
  end();
  await ended;
});

test('three thousand operations of many clients at once: every answer is right, and every event is told once', async () => {
  const { violations, statistics, events } = await runStorm(servers, {
    clients: 32,
    operations: 3000,
    webhookClients: 3,
    drainSeconds: 60,
  });
  assert.deepEqual(violations.first, []);
  assert.ok(statistics.operations >= 3000);
  assert.ok(events.wanted > 30);
  assert.deepEqual([events.delivered, events.copies], [events.wanted, 0]);
});

test('writes without an answer are found out about, whether they were done or not', async () => {
  const { violations, statistics } = await storm({
    between: between(droppingConnections(12)),
    // Long after the end: connections may end, and no process is killed.
    killEvery: 3600,
    operations: 300,
  });
  const { written, absent, logged, unlogged } = statistics.unknown;
  assert.deepEqual(violations.first, []);
  assert.ok(written + logged > 0 && absent + unlogged > 0);
});

const isContended = ({ name }: Json) => /^\S+ k\d+m$/.test(name);
let wasGiven: number | undefined;

const faults: readonly [what: string, fault: Parameters<typeof between>[0], ...seen: string[]][] = [
  ['an acknowledged update is lost', losingUpdate((item) => !isContended(item)), 'wrong state', 'event not told'],
  ['an update of a contended record is lost', losingUpdate(isContended), 'lost update'],
  ['an update is written twice', updatingTwice, 'event told too often'],
  ['a batch is added twice', addingTwice, 'unknown record', 'event told too often'],
  [
    'an id is given twice',
    changing('POST', (items, sent) => {
      if (!itemsOf(sent, 'add')) return items;
      const [{ id }] = items;
      const given = { ...items[0], id: wasGiven ?? id };
      wasGiven = given.id;
      return [given, ...items.slice(1)];
    }),
    'doubled id',
  ],
  ['a read shows an older state', answeringOld(), 'wrong state', 'stale contended state'],
  ['an account sees another one', mixingAccounts(), 'another account'],
  ['a record is left out', changing('GET', (items) => items.slice(1)), 'record missing'],
  [
    'a nearest task is wrong',
    changing('GET', (items) => items.map((item) => ({ ...item, closest_task_at: item.closest_task_at + 1 }))),
    'wrong state',
  ],
  [
    'a link is seen from one end only',
    changing('GET', (items) => items.map((item) => ({ ...item, ...(item.company && { company: [] }) }))),
    'wrong state',
  ],
  [
    'a name has two tags',
    changing('GET', (items) =>
      items.map((item) => ({
        ...item,
        tags: item.tags.map(({ id, name }: Json) => ({ id: id + (item.id % 2), name })),
      })),
    ),
    'doubled tag',
  ],
  ['an older update counts', hidingRefusals, 'older update accepted'],
  ['connections end for no reason', droppingConnections(12), 'failure without a cause'],
];

for (const [what, fault, ...seen] of faults) {
  test(`the storm sees it when ${what}`, async () => {
    wasGiven = undefined;
    const webhooks = seen.some((sort) => sort.startsWith('event')) ? 1 : 0;
    const { violations } = await storm({ between: between(fault), webhooks });
    for (const sort of seen) assert.ok(violations.bySort.has(sort), `${sort}: ${[...violations.bySort.keys()]}`);
  });
}

function storm(options: Partial<StormOptions>) {
  // Few records, so that each is written and read often; and enough operations that every fault meets what shows it.
  const few = { logins: takeLogins(2), clients: 9, operations: 1200, records: 60 };
  return runStorm(servers, { ...few, webhooks: 0, drainSeconds: 2, ...options });
}

test('a delivery may come twice only where a process was killed with it', async () => {
  const violations = collectViolations();
  const told = await startTold(violations);
  const company = { type: 'company', id: 5, name: 'n', updatedAt: 7 } as const;
  expectEvent(told, 'add', company);
  const body =
    'contacts[add][0][id]=5&contacts[add][0][name]=n&contacts[add][0][updated_at]=7&contacts[add][0][type]=company';
  const signature = `sha256=${createHmac('sha256', '').update(`1.9.${body}`).digest('hex')}`;
  const headers = { 'X-Kontora-Delivery': '9', 'X-Kontora-Timestamp': '1', 'X-Kontora-Signature': signature };
  const post = () => fetch(told.url, { method: 'POST', body, headers }).then((answer) => answer.text());
  await post();
  checkTold(told, [], violations);
  assert.deepEqual(violations.first, []);
  const killed = performance.now();
  await post();
  checkTold(told, [killed], violations);
  assert.deepEqual(violations.first, []);
  checkTold(told, [], violations);
  assert.deepEqual([...violations.bySort.keys()], ['delivery repeated']);
  await told.close();
});
