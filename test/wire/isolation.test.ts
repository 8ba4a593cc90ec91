import assert from 'node:assert/strict';
import { get } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { documentAccountId, documentUserId } from '../../seed/document.ts';
import type { User } from '../../src/crm/account.ts';
import type { Rights } from '../../src/crm/rights.ts';
import type { Sequence } from '../../src/crm/store.ts';
import { hashKey, hashToken } from '../../src/http/keys.ts';
import { acme, acmeAdministrator, addAcme, addUser } from '../support/accounts.ts';
import { anything, type Probe, type Things } from '../support/probes.ts';
import { kindPaths } from '../support/refusals.ts';
import { type Reply, startServer, type TestServer, testNow, testToken } from '../support/server.ts';
import {
  bearer,
  groups,
  type Headers,
  isTaken,
  makeSettings,
  makeThings,
  post,
  send,
  stateOf,
} from '../support/things.ts';

// "Not yours" is "does not exist": two servers, of which one holds what somebody must not see and the other never did, are sent the same
// requests, one for every place of the API that takes an id, and must answer and become the same to the byte.

const ours = bearer(testToken);
const acmeToken = `${acme.id.toString(36)}.${'1'.repeat(40)}`;
const theirs = bearer(acmeToken);
const memberToken = `${documentAccountId.toString(36)}.${'2'.repeat(40)}`;
const member = bearer(memberToken);

const sequences: readonly Sequence[] = [
  ...(['contact', 'lead', 'customer', 'tag', 'user', 'field', 'enum', 'pipeline', 'status', 'task', 'note'] as const),
  ...(['webhook', 'delivery'] as const),
];

/** All of an answer but the time at which it was sent, the port of the server, and what is made by chance. */
function shown({ status, headers, text }: Reply, { url }: TestServer): unknown {
  const sent = [...headers].filter(([name]) => name !== 'date');
  const chance = /[0-9a-f]{40}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
  return { status, headers: sent, text: text.replaceAll(new URL(url).host, 'host').replaceAll(chance, 'chance') };
}

async function assertAlike(servers: readonly TestServer[], probe: Probe, headers: Headers): Promise<void> {
  const [one, other] = await Promise.all(
    servers.map(async (server) => shown(await send(server, probe, headers), server)),
  );
  assert.deepEqual(one, other, probe.title);
}

async function assertSameState(servers: readonly TestServer[], headers: Headers): Promise<void> {
  const [one, other] = await Promise.all(servers.map((server) => stateOf(server, headers)));
  assert.equal(one, other);
}

describe('two accounts on one server', () => {
  let shared: TestServer;
  let alone: TestServer;
  let own: Things;
  let foreign: Things;
  let theirState: string;

  const makeOurs = async (server: TestServer) => {
    const settings = await makeSettings(server, documentAccountId, ours, 'ours');
    return makeThings(server, ours, documentUserId, 'ours', settings);
  };
  before(async () => {
    [shared, alone] = [await startServer(), await startServer()];
    const { store } = shared;
    await addAcme(store);
    await store.write(async (tx) => {
      await tx.addToken(acme.id, { hash: hashToken(acmeToken), userId: 101, createdAt: testNow });
      for (const [index, sequence] of sequences.entries())
        await tx.setCounter(acme.id, sequence, 5_000_000 + index * 1000);
      const [boss] = (await tx.settings(acme.id)).users.values();
      const other: User = { ...boss!, id: 5_000_500, login: 'other@acme.example' };
      await tx.addUser(acme.id, other, hashKey('other-key'));
    });
    const settings = await makeSettings(shared, acme.id, theirs, 'secret');
    foreign = await makeThings(shared, theirs, 5_000_500, 'secret', settings);
    own = await makeOurs(shared);
    assert.deepEqual(await makeOurs(alone), own);
    theirState = await stateOf(shared, theirs);
    assert.match(theirState, /secret contacts/);
  });
  after(() => Promise.all([shared.close(), alone.close()]));

  for (const { title, isGet, probes } of groups) {
    test(`${title}: ids of the other account are ids of nothing`, async () => {
      for (const probe of probes(own, foreign)) {
        if (isGet) await send(shared, probe, theirs);
        for (let time = 0; time < (isGet ? 2 : 1); time += 1) {
          await assertAlike([shared, alone], probe, ours);
        }
      }
      if (isGet) return;
      await assertSameState([shared, alone], ours);
      assert.equal(await stateOf(shared, theirs), theirState);
    });
  }

  test('each of these requests is a right one: its owner is answered', async () => {
    const answered = new Map<string, string>();
    for (const { probes } of groups) {
      for (const probe of probes(foreign, foreign)) {
        const reply = await send(shared, probe, theirs);
        const place = `${probe.operation.id} ${probe.place} ${probe.thing}`;
        if (isTaken(reply)) answered.set(place, '');
        else if (answered.get(place) !== '')
          answered.set(place, `${reply.status} ${probe.title} ${reply.text.slice(0, 200)}`);
      }
    }
    assert.ok(answered.size > 200, String(answered.size));
    assert.deepEqual(
      [...answered].filter(([, refusal]) => refusal !== ''),
      [],
    );
  });

  test('a session or key of the one is refused at an address that names the other', async () => {
    const { url } = shared;
    const signedIn = await shared.get('/api/v2/account', {}, acmeAdministrator);
    const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
    const statusAt = (host: string) =>
      new Promise<number>((resolve, reject) => {
        get(`${url}/api/v2/companies`, { headers: { host, cookie } }, (response) => {
          response.resume();
          resolve(response.statusCode!);
        }).on('error', reject);
      });
    const hosts = ['acme.amocrm.ru', 'test.amocrm.ru', 'unknown.amocrm.ru', 'localhost'];
    assert.deepEqual(await Promise.all(hosts.map(statusAt)), [200, 401, 401, 200]);
  });
});

describe('what a user may not see', () => {
  /** Everything else in an account is there for all its users. */
  const records: Partial<Things> = Object.fromEntries(
    [...kindPaths.flatMap((path) => [path, `${path} in bin`]), 'tasks', 'notes', 'words'].map((name) => [name, 1]),
  );
  let full: TestServer;
  let without: TestServer;
  let own: Things;
  let hidden: Partial<Things>;
  let hiddenState: string;
  const rights: Rights = Object.fromEntries(
    ['company', 'contact', 'lead', 'customer'].flatMap((kind) =>
      ['view', 'edit', 'delete'].map((act) => [`${kind}_${act}`, 'M'] as const),
    ),
  );

  /** A member who sees his own, and what an administrator has linked with it, who has made one of everything. */
  async function makeWorld(): Promise<TestServer> {
    const server = await startServer();
    const { store } = server;
    const { id } = await addUser(store, 'member', rights);
    await store.write((tx) =>
      tx.addToken(documentAccountId, { hash: hashToken(memberToken), userId: id, createdAt: testNow }),
    );
    const settings = await makeSettings(server, documentAccountId, ours, 'ours');
    own = await makeThings(server, member, id, 'mine', settings);
    const made = await makeThings(server, ours, documentUserId, 'secret', settings);
    hidden = Object.fromEntries(Object.keys(records).map((name) => [name, made[name as keyof Things]]));
    const links = { contacts_id: hidden.contacts, leads_id: hidden.leads, customers_id: hidden.customers };
    const item = { name: 'shared', responsible_user_id: id, ...links };
    await post(server, '/api/v2/companies', { add: [item] }, ours);
    return server;
  }

  before(async () => {
    [full, without] = [await makeWorld(), await makeWorld()];
    for (const path of kindPaths) {
      const ids = [hidden[path], hidden[`${path} in bin`]];
      if (path === 'customers') await post(without, '/api/v2/customers', { delete: ids }, ours);
      else await post(without, `/ajax/${path}/multiple/delete`, { ID: ids }, ours);
      await post(without, '/api/kontora/bin/purge', { [path]: ids }, ours);
    }
    hiddenState = await stateOfHidden();
    assert.match(hiddenState, /secret/);
  });
  after(() => Promise.all([full.close(), without.close()]));

  async function stateOfHidden(): Promise<string> {
    const queries = kindPaths.flatMap((path) => [
      `/api/v2/${path}?id=${hidden[path]}`,
      `/api/kontora/bin?entity=${path}&id=${hidden[`${path} in bin`]}`,
      `/api/v2/tasks?element_id=${hidden[path]}`,
      `/api/v2/notes?type=${path === 'companies' ? 'company' : path.slice(0, -1)}&element_id=${hidden[path]}`,
    ]);
    const replies = await Promise.all(queries.map((path) => full.get(path, { ...ours }, null)));
    return replies.map(({ text }) => text).join('\n');
  }

  for (const { title, isGet, probes } of groups.filter((group) => group.probes(anything, records).length > 0)) {
    test(`${title}: ids of what he does not see are ids of nothing`, async () => {
      for (const probe of probes(own, hidden)) {
        if (isGet) await send(full, probe, ours);
        for (let time = 0; time < (isGet ? 2 : 1); time += 1) {
          await assertAlike([full, without], probe, member);
        }
      }
      if (isGet) return;
      await assertSameState([full, without], member);
      assert.equal(await stateOfHidden(), hiddenState);
    });
  }
});
