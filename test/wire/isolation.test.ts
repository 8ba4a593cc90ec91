import assert from 'node:assert/strict';
import { get } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { documentAccountId, documentUserId } from '../../seed/document.ts';
import type { User } from '../../src/crm/account.ts';
import type { Rights } from '../../src/crm/rights.ts';
import type { Sequence } from '../../src/crm/store.ts';
import { hashKey, hashToken } from '../../src/http/keys.ts';
import { aField } from '../store/builders.ts';
import { acme, acmeAdministrator, addAcme, addUser } from '../support/accounts.ts';
import {
  anything,
  elementTypes,
  openOperations,
  operations,
  type Probe,
  probesOf,
  type Things,
} from '../support/probes.ts';
import { kindPaths, listing } from '../support/refusals.ts';
import { type Reply, startServer, type TestServer, testNow, testToken } from '../support/server.ts';

// "Not yours" is "does not exist": two servers, of which one holds what somebody must not see and the other never did, are sent the same
// requests, one for every place of the API that takes an id, and must answer and become the same to the byte.

type Headers = Readonly<Record<string, string>>;
interface World {
  readonly server: TestServer;
}

const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
const ours = bearer(testToken);
const acmeToken = `${acme.id.toString(36)}.${'1'.repeat(40)}`;
const theirs = bearer(acmeToken);
const memberToken = `${documentAccountId.toString(36)}.${'2'.repeat(40)}`;
const member = bearer(memberToken);

const sequences: readonly Sequence[] = [
  ...(['contact', 'lead', 'customer', 'tag', 'user', 'field', 'enum', 'pipeline', 'status', 'task', 'note'] as const),
];

const send = ({ server }: World, { operation, url, body }: Probe, headers: Headers): Promise<Reply> =>
  operation.method === 'GET' ? server.get(url, { ...headers }, null) : server.post(url, body, { ...headers }, null);

/** All of an answer but the time at which it was sent. */
function shown({ status, headers, text }: Reply): unknown {
  return { status, headers: [...headers].filter(([name]) => name !== 'date'), text };
}

async function post({ server }: World, path: string, body: unknown, headers: Headers): Promise<Reply> {
  const reply = await server.post(path, body, { ...headers }, null);
  assert.equal(reply.status, 200, reply.text);
  return reply;
}

const firstId = (reply: Reply): number => reply.json._embedded.items[0].id;

/** Everything that they can read, the log of all changes and the bin among it. */
async function stateOf({ server }: World, headers: Headers): Promise<string> {
  const paths = ['changes', ...kindPaths.map((path) => `bin?entity=${path}`)].map((path) => `/api/kontora/${path}`);
  const own = [...paths, '/api/v2/webhooks', '/api/v2/pipelines'].map(
    async (path) => (await server.get(path, { ...headers }, null)).text,
  );
  return [await listing(server, { ...headers }), ...(await Promise.all(own))].join('\n');
}

async function assertAlike(worlds: readonly World[], probe: Probe, headers: Headers): Promise<void> {
  const [one, other] = await Promise.all(worlds.map((world) => send(world, probe, headers)));
  assert.deepEqual(shown(one!), shown(other!), probe.title);
}

async function assertSameState(worlds: readonly World[], headers: Headers): Promise<void> {
  const [one, other] = await Promise.all(worlds.map((world) => stateOf(world, headers)));
  assert.equal(one, other);
}

/** One of everything, made by whoever sends these headers; `word` is in every text. */
async function makeThings(
  world: World,
  headers: Headers,
  userId: number,
  word: string,
  settings: Partial<Things> = {},
): Promise<Things> {
  const things: Record<string, number | string> = { ...settings, user: userId, words: word };
  for (const path of kindPaths) {
    const texts = { name: `${word} ${path}`, tags: `${word} ${path}` };
    const item = { ...texts, responsible_user_id: userId, ...(path === 'leads' && { status_id: settings.status }) };
    const ids = (await post(world, `/api/v2/${path}`, { add: [item, item] }, headers)).json._embedded.items;
    [things[path], things[`${path} in bin`]] = ids.map(({ id }: { id: number }) => id);
    const gone = things[`${path} in bin`];
    if (path === 'customers') await post(world, '/api/v2/customers', { delete: [gone] }, headers);
    else await post(world, `/ajax/${path}/multiple/delete`, { ID: gone }, headers);
  }
  const elements = kindPaths.map((path) => ({
    element_id: things[path],
    element_type: elementTypes[path],
    text: word,
  }));
  const by = { responsible_user_id: userId, created_by: userId, task_type: settings.taskType };
  const tasks = elements.map((element) => ({ ...element, ...by }));
  things['tasks'] = firstId(await post(world, '/api/v2/tasks', { add: tasks }, headers));
  const notes = elements.map((element) => ({ ...element, note_type: 4 }));
  things['notes'] = firstId(await post(world, '/api/v2/notes', { add: notes }, headers));
  const [company] = (await world.server.get(`/api/v2/companies?id=${things['companies']}`, { ...headers }, null)).json
    ._embedded.items;
  things['tag'] = company.tags[0].id;
  return things as Things;
}

/** What only administrators make: settings. */
async function makeSettings(world: World, account: number, headers: Headers, word: string): Promise<Partial<Things>> {
  const origin = `${word}_origin`;
  const draft = { name: word, statuses: { 0: { name: word, color: '#fffeb2' } } };
  const pipelines = { request: { pipelines: { add: [draft, draft] } } };
  const added = (await post(world, '/private/api/v2/json/pipelines/set', pipelines, headers)).json.response.pipelines;
  const [pipeline, idle]: { id: number; statuses: object }[] = Object.values(added.add.pipelines);
  const url = `https://${word}.example/hook`;
  await post(world, '/api/v2/webhooks/subscribe', { subscribe: [{ url, events: ['add_company'] }] }, headers);
  const status = Number(Object.keys(pipeline!.statuses).findLast((id) => id !== '142' && id !== '143'));
  const [field, option] = await world.server.store.write(async (tx) => {
    const [fieldId] = await tx.nextIds(account, 'field', 1);
    const [enumId] = await tx.nextIds(account, 'enum', 1);
    const kinds = ['contact', 'company', 'lead', 'customer'] as const;
    const enums = [{ id: enumId!, value: word }];
    await tx.addFields(account, [aField(fieldId!, { name: word, type: 5, kinds, enums, origin })]);
    const own = account === acme.id ? 5_000_777 : 777;
    await tx.addTaskTypes(account, [{ id: own, name: word }]);
    await tx.addLossReasons(account, [{ id: own, name: word }]);
    return [fieldId!, enumId!] as const;
  });
  const own = account === acme.id ? 5_000_777 : 777;
  const stages = { pipeline: pipeline!.id, 'idle pipeline': idle!.id, status };
  return { ...stages, origin, url, field, enum: option, taskType: own, lossReason: own, change: 1 };
}

/** Requests with ids in them, by operation; those last that take away what the others need. */
const groups = operations
  .filter(({ id }) => !(openOperations as readonly string[]).includes(id))
  .flatMap((operation) =>
    [false, true].map((last) => ({
      last,
      title: `${operation.method} ${operation.path}`,
      isGet: operation.method === 'GET',
      probes: (own: Things, foreign: Partial<Things>) =>
        probesOf(operation, own, foreign).filter((probe) => takesAway(probe) === last),
    })),
  )
  .sort((a, b) => Number(a.last) - Number(b.last))
  .filter(({ probes }) => probes(anything, anything).length > 0);

function takesAway({ operation: { id, path }, place }: Probe): boolean {
  return place.startsWith('delete') || /delete|multiactions|unsubscribe|purge|restore/i.test(`${id} ${path}`);
}

describe('two accounts on one server', () => {
  let shared: World;
  let alone: World;
  let own: Things;
  let foreign: Things;
  let theirState: string;

  const makeOurs = async (world: World) => {
    const settings = await makeSettings(world, documentAccountId, ours, 'ours');
    return makeThings(world, ours, documentUserId, 'ours', settings);
  };
  before(async () => {
    [shared, alone] = [{ server: await startServer() }, { server: await startServer() }];
    const { store } = shared.server;
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
  after(() => Promise.all([shared.server.close(), alone.server.close()]));

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
        const { status, text } = await send(shared, probe, theirs);
        const place = `${probe.operation.id} ${probe.place} ${probe.thing}`;
        const isTaken = status === 200 && !/"errors?":(?!\[\])|"refused":\[|"refused":1|"result":false/.test(text);
        if (isTaken) answered.set(place, '');
        else if (answered.get(place) !== '') answered.set(place, `${status} ${probe.title} ${text.slice(0, 200)}`);
      }
    }
    assert.ok(answered.size > 200, String(answered.size));
    assert.deepEqual(
      [...answered].filter(([, refusal]) => refusal !== ''),
      [],
    );
  });

  test('a session or key of the one is refused at an address that names the other', async () => {
    const { url } = shared.server;
    const signedIn = await shared.server.get('/api/v2/account', {}, acmeAdministrator);
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
  let full: World;
  let without: World;
  let own: Things;
  let hidden: Partial<Things>;
  let hiddenState: string;
  const rights: Rights = Object.fromEntries(
    ['company', 'contact', 'lead', 'customer'].flatMap((kind) =>
      ['view', 'edit', 'delete'].map((act) => [`${kind}_${act}`, 'M'] as const),
    ),
  );

  /** A member who sees his own, and what an administrator has linked with it, who has made one of everything. */
  async function makeWorld(): Promise<World> {
    const world = { server: await startServer() };
    const { store } = world.server;
    const { id } = await addUser(store, 'member', rights);
    await store.write((tx) =>
      tx.addToken(documentAccountId, { hash: hashToken(memberToken), userId: id, createdAt: testNow }),
    );
    const settings = await makeSettings(world, documentAccountId, ours, 'ours');
    own = await makeThings(world, member, id, 'mine', settings);
    const made = await makeThings(world, ours, documentUserId, 'secret', settings);
    hidden = Object.fromEntries(Object.keys(records).map((name) => [name, made[name as keyof Things]]));
    const links = { contacts_id: hidden.contacts, leads_id: hidden.leads, customers_id: hidden.customers };
    const item = { name: 'shared', responsible_user_id: id, ...links };
    await post(world, '/api/v2/companies', { add: [item] }, ours);
    return world;
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
  after(() => Promise.all([full.server.close(), without.server.close()]));

  async function stateOfHidden(): Promise<string> {
    const queries = kindPaths.flatMap((path) => [
      `/api/v2/${path}?id=${hidden[path]}`,
      `/api/kontora/bin?entity=${path}&id=${hidden[`${path} in bin`]}`,
      `/api/v2/tasks?element_id=${hidden[path]}`,
      `/api/v2/notes?type=${path === 'companies' ? 'company' : path.slice(0, -1)}&element_id=${hidden[path]}`,
    ]);
    const replies = await Promise.all(queries.map((path) => full.server.get(path, { ...ours }, null)));
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
