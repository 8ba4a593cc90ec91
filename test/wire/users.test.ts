import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { documentAccountId, documentUserId } from '../../seed/document.ts';
import { acmeAdministrator, addAcme, addUser } from '../support/accounts.ts';
import { answerFaults } from '../support/api-description.ts';
import { assertProblem, assertRefused, assertSignInRefused } from '../support/refusals.ts';
import { type Credentials, key, login, startServer, type TestServer } from '../support/server.ts';

// Users and groups as an administrator makes them. What may name whose things is in isolation.test.ts, who may what in roles.test.ts.

let server: TestServer;
before(async () => {
  server = await startServer();
  await addAcme(server.store);
});
after(() => server.close());

/** Posts, and holds the answer against its description. */
async function post(path: string, body: unknown, as?: Credentials | null, headers: Record<string, string> = {}) {
  const url = `/api/kontora/${path}`;
  const reply = await server.post(url, body, headers, as);
  const { status, text } = reply;
  assert.equal(
    answerFaults({ method: 'POST', url }, { status, type: reply.headers.get('content-type'), body: text }),
    undefined,
    text,
  );
  return reply;
}

async function list(path: string) {
  const url = `/api/kontora/${path}`;
  const { status, text, headers, json } = await server.get(url);
  assert.equal(
    answerFaults({ method: 'GET', url }, { status, type: headers.get('content-type'), body: text }),
    undefined,
  );
  return json;
}

let count = 0;
async function add(draft: object = {}): Promise<{ user: { id: number; login: string }; as: Credentials }> {
  count += 1;
  const reply = await post('users/add', { login: `user${count}@example.com`, ...draft });
  assert.equal(reply.status, 200, reply.text);
  const { user, api_key } = reply.json;
  return { user, as: { login: user.login, key: api_key } };
}

const statusOf = async (as: Credentials) => (await server.get('/api/v2/account', {}, as)).status;
const cookieOf = async (as: Credentials) =>
  (await server.post('/private/api/auth.php', { USER_LOGIN: as.login, USER_HASH: as.key }, {}, null)).headers
    .getSetCookie()[0]!
    .split(';')[0]!;
const byCookie = (cookie: string) => server.get('/api/v2/account', { cookie }, null);

describe('users', () => {
  test('a new one has what was said, a key that works, and may do everything where nothing was said', async () => {
    const { user, as } = await add({
      ...{ login: ' Olga@Example.com ', name: ' Ольга ', last_name: 'Ким', phone_number: '+7 1', language: 'en' },
      rights: { company_view: 'M', lead_add: 'D' },
    });
    const { rights, ...rest } = user as unknown as { rights: Record<string, string> };
    assert.deepEqual(rest, {
      ...{ id: user.id, login: 'olga@example.com', name: 'Ольга', last_name: 'Ким', phone_number: '+7 1' },
      ...{ language: 'en', group_id: 0, is_active: true, is_admin: false },
    });
    assert.deepEqual([rights['company_view'], rights['lead_add'], rights['lead_view']], ['M', 'D', 'A']);
    assert.equal(Object.keys(rights).length, 25);
    assert.equal(await statusOf(as), 200);
    const { user: plain } = await add();
    assert.equal((plain as unknown as { name: string }).name, plain.login);
    assert.deepEqual((await list('users')).users.at(-1), { ...plain, has_password: false });
  });

  test('what is changed holds with the next request, and the rest stays', async () => {
    const { user, as } = await add({ name: 'Пётр', last_name: 'Ли', rights: { company_view: 'M', lead_view: 'G' } });
    const before = (await server.get('/api/v2/companies', {}, as)).status;
    assert.equal(before, 204);
    const { user: changed } = (
      await post('users/update', { id: user.id, rights: { company_view: 'A' }, last_name: '' })
    ).json;
    assert.equal((await server.get('/api/v2/companies', {}, as)).status, 200);
    assert.deepEqual([changed.name, changed.last_name, changed.rights.lead_view], ['Пётр', null, 'G']);
    const nothing = (await post('users/update', { id: user.id })).json.user;
    assert.deepEqual(nothing, changed);
    assert.deepEqual(
      (await list('users')).users.find(({ id }: { id: number }) => id === user.id),
      { ...changed, has_password: false },
    );
  });

  test('a new login is the one to sign in with, and the old one is free', async () => {
    const { user, as } = await add();
    await post('users/update', { id: user.id, login: 'Renamed@example.com' });
    assertSignInRefused(await server.get('/api/v2/account', {}, as), '110');
    assert.equal(await statusOf({ ...as, login: 'renamed@example.com' }), 200);
    await add({ login: as.login });
    await post('users/update', { id: user.id, login: 'RENAMED@example.com' });
    assert.equal(await statusOf({ ...as, login: 'renamed@example.com' }), 200);
  });

  test('whoever is switched off is signed out for good', async () => {
    const { user, as } = await add();
    const cookie = await cookieOf(as);
    assert.equal((await byCookie(cookie)).status, 200);
    await post('users/update', { id: user.id, is_active: false });
    assertSignInRefused(await server.get('/api/v2/account', {}, as), '112');
    assert.equal((await byCookie(cookie)).status, 401);
    await post('users/update', { id: user.id, is_active: true });
    assert.equal((await byCookie(cookie)).status, 401);
    assert.equal(await statusOf(as), 200);
  });

  test('a new key ends the old one and the sessions', async () => {
    const { user, as } = await add();
    const cookie = await cookieOf(as);
    const reply = await post('users/key', { id: user.id });
    assert.equal(reply.headers.get('cache-control'), 'no-store');
    assert.equal((await byCookie(cookie)).status, 401);
    assertSignInRefused(await server.get('/api/v2/account', {}, as), '110');
    assert.equal(await statusOf({ ...as, key: reply.json.api_key }), 200);
  });

  test('whoever renews his own key goes on with the session that asked, and with no other', async () => {
    const { user, as } = await add({ is_admin: true });
    const [asking, other] = [await cookieOf(as), await cookieOf(as)];
    const { api_key } = (await post('users/key', { id: user.id }, null, { cookie: asking })).json;
    assert.equal((await byCookie(asking)).status, 200);
    assert.equal((await byCookie(other)).status, 401);
    assert.equal(await statusOf({ ...as, key: api_key }), 200);
    await post('users/update', { id: user.id, is_active: false });
  });

  test('nobody shuts himself out, and an administrator stays', async () => {
    const { user, as } = await add({ is_admin: true });
    for (const change of [{ is_active: false }, { is_admin: 0 }]) {
      assertProblem(await post('users/update', { id: user.id, ...change }, as), 400, 436);
      assertProblem(await post('users/update', { id: documentUserId, ...change }), 400, 436);
    }
    assert.equal((await post('users/update', { id: documentUserId, is_active: false }, as)).status, 200);
    assertProblem(await post('users/update', { id: user.id, is_admin: false }, as), 400, 436);
    assert.equal((await post('users/update', { id: documentUserId, is_active: true }, as)).status, 200);
    assert.equal((await post('users/update', { id: user.id, is_admin: false })).status, 200);
    assertProblem(await post('users/add', { login: 'x@example.com' }, as), 403, 244);
  });

  test('an account whose last administrators take it from each other at once keeps one', async () => {
    const own = await startServer();
    const other = await addUser(own.store, 'second', {}, { isAdmin: true });
    const path = '/api/kontora/users/update';
    const replies = await Promise.all([
      own.post(path, { id: other.id, is_admin: false }),
      own.post(path, { id: documentUserId, is_admin: false }, {}, other),
    ]);
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 403]);
    const { users } = await own.store.read((tx) => tx.settings(documentAccountId));
    assert.equal([...users.values()].filter(({ isAdmin }) => isAdmin).length, 1);
    await own.close();
  });
});

describe('groups', () => {
  test('are added, renamed and deleted; their users come to group 0', async () => {
    const { group } = (await post('groups/add', { name: ' Опт ' })).json;
    assert.equal(group.name, 'Опт');
    const { user, as } = await add({ group_id: group.id, rights: { company_view: 'G' } });
    await post('users/update', { id: documentUserId, group_id: group.id });
    assert.equal((await server.get('/api/v2/companies', {}, as)).status, 200);
    assert.deepEqual((await post('groups/update', { id: group.id, name: 'Розница' })).json.group.name, 'Розница');
    assert.deepEqual((await list('groups')).groups.at(-1), { id: group.id, name: 'Розница', users: 2 });
    assert.deepEqual((await post('groups/delete', { id: group.id })).json, { id: group.id, moved: 2 });
    const { users } = await list('users');
    assert.equal(users.find(({ id }: { id: number }) => id === user.id).group_id, 0);
    assert.deepEqual(
      (await list('groups')).groups.map(({ id }: { id: number }) => id),
      [0],
    );
    const [company] = (await server.get('/api/v2/companies')).json._embedded.items;
    assert.equal(company.group_id, 0);
  });

  test('group 0 can be renamed, not deleted', async () => {
    assert.equal((await post('groups/update', { id: '0', name: 'Все' })).status, 200);
    assertProblem(await post('groups/delete', { id: 0 }), 400, 434);
  });
});

test('bad input is refused with 400 and changes nothing', async () => {
  const { user } = await add();
  await post('groups/add', { name: 'есть' });
  const drafts: object[] = [
    ...[{ login: '' }, { login: ' ' }, { login: 'a\u0000b' }, { login: 'x'.repeat(255) }, { login: [] }, { login }],
    ...[{ login: user.login.toUpperCase() }, { name: ' ' }, { name: 'x'.repeat(1001) }, { name: {} }],
    ...[{ group_id: 77 }, { group_id: -1 }, { group_id: 'x' }, { language: 'de' }, { is_admin: 'maybe' }],
    ...[{ is_active: 2 }, { rights: [] }, { rights: 'x' }, { rights: { company_fly: 'A' } }],
    ...[{ rights: { company_view: 'Z' } }, { rights: { company_add: 'M' } }, { rights: { company_view: ['A'] } }],
    JSON.parse('{"rights":{"__proto__":"A"}}'),
  ];
  const sent: [string, unknown][] = [
    ...drafts.flatMap((draft): [string, unknown][] => [
      ['users/add', { login: 'fresh@example.com', ...draft }],
      ...('login' in draft && draft.login === user.login.toUpperCase()
        ? []
        : [['users/update', { id: user.id, ...draft }] as [string, unknown]]),
    ]),
    ...['users/add', 'users/update', 'users/key', 'groups/add', 'groups/update', 'groups/delete'].flatMap((path) =>
      [undefined, '[]', '5', '{}'].map((body): [string, unknown] => [path, body]),
    ),
    ...[{ id: 1 }, { id: '1x' }, { id: -1 }, { id: 0 }, { id: [user.id] }, { id: 2 ** 60 }].flatMap(
      (body): [string, unknown][] => [
        ['users/update', { ...body, name: 'x' }],
        ['users/key', body],
      ],
    ),
    ...['', ' ', 'есть', [], 'x'.repeat(1001)].flatMap((name): [string, unknown][] => [
      ['groups/add', { name }],
      ['groups/update', { id: 0, name }],
    ]),
    ...[77, -1, 'x', '', null].map((id): [string, unknown] => ['groups/delete', { id }]),
    ...[77, -1, 'x', '', null].map((id): [string, unknown] => ['groups/update', { id, name: 'y' }]),
  ];
  await assertRefused(
    server,
    sent.map(
      ([path, body]) =>
        () =>
          post(path, body),
    ),
  );
});

test('the same login may be in two accounts; each is changed alone', async () => {
  const { user } = await add({ login: acmeAdministrator.login });
  await post('users/update', { id: user.id, login: 'no-boss@acme.example', is_active: false });
  assert.equal(await statusOf(acmeAdministrator), 200);
  assert.equal(await statusOf({ login, key }), 200);
});
