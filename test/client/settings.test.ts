import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Client, createClient, createOAuth, KontoraError } from '../../client/client.ts';
import { addUser } from '../support/accounts.ts';
import { addIntegration, codeFor } from '../support/integrations.ts';
import { key, login, startServer, type TestServer, testNow, testToken } from '../support/server.ts';

for (const wire of ['documented', 'recorded'] as const) {
  describe(`the account through the client on the ${wire} wire`, () => {
    let server: TestServer;
    let crm: Client;
    before(async () => {
      server = await startServer({ wire });
      crm = createClient({ baseUrl: server.url, auth: { token: testToken } });
    });
    after(() => server.close());

    test('the account has the parts that were asked for', async () => {
      assert.deepEqual((await crm.account())._embedded, {});
      const account = await crm.account(['users', 'groups', 'custom_fields', 'note_types', 'task_types', 'pipelines']);
      const { users, groups, custom_fields, note_types, task_types, pipelines } = account._embedded;
      assert.equal(users[504141]!.rights['company_view'], 'A');
      assert.equal(custom_fields['companies']![3789654]!.enums![2615948], 'Поставщик');
      assert.deepEqual(custom_fields['customers'], {});
      assert.equal(groups[0]!.id, 0);
      assert.deepEqual([note_types[4]!.code, task_types[1]!.id], ['COMMON', 1]);
      assert.equal(pipelines[10104]!.statuses[142]!.id, 142);
    });

    test('pipelines are listed, set and deleted', async () => {
      const stages = [{ name: 'Знакомство' }, { name: 'Счёт' }];
      const { added, errors } = await crm.pipelines.set({ add: [{ name: 'Партнёры', statuses: stages }, { sort: 5 }] });
      const id = added[0]!.id;
      assert.deepEqual(errors, ['add/1: Pipeline name is required']);
      const update = { [id]: { name: 'Дилеры', is_main: true }, 77: { name: 'нет такой' } };
      assert.deepEqual(await crm.pipelines.set({ update }), {
        added: [],
        updated: [id],
        errors: ['update/77: Pipeline not found'],
      });
      const listed = await crm.pipelines.list();
      assert.deepEqual(
        listed.map(({ name, is_main }) => [name, is_main]),
        [
          ['Воронка', false],
          ['Дилеры', true],
        ],
      );
      const { done, refused } = await crm.pipelines.delete([id, 77]);
      assert.deepEqual([done, refused], [[id], [{ id: 77, error: 'Pipeline not found', reason: 'not_found' }]]);
    });

    test('fields are made and deleted', async () => {
      const color = { name: 'Цвет', field_type: 4, element_type: 2, origin: 'shop', enums: ['белый', 'чёрный'] };
      const [{ id }, other] = (await crm.fields.add([color, { ...color, name: 'Фон' }])) as [
        { id: number },
        { id: number },
      ];
      const { custom_fields } = (await crm.account(['custom_fields']))._embedded;
      assert.deepEqual(Object.values(custom_fields['leads']![id]!.enums!), ['белый', 'чёрный']);
      assert.deepEqual(
        await crm.fields.delete([
          { id, origin: 'shop' },
          { id: other.id, origin: 'wrong' },
        ]),
        {
          done: [id],
          refused: [{ id: other.id, error: 'Custom field not found', reason: 'not_found' }],
        },
      );
    });

    test('webhooks are subscribed and unsubscribed', async () => {
      assert.deepEqual(await crm.webhooks.list(), []);
      const url = 'https://shop.example/hook';
      const results = await crm.webhooks.subscribe([
        { url, events: ['add_company', 'update_lead'] },
        { url: 'ftp://shop.example', events: ['add_company'] },
      ]);
      assert.deepEqual(results, [
        { url, result: true },
        { url: 'ftp://shop.example', result: false, notice: 'Invalid url' },
      ]);
      await crm.webhooks.unsubscribe([{ url, events: ['update_lead'] }]);
      assert.deepEqual(
        (await crm.webhooks.list()).map(({ url, events }) => [url, events]),
        [[url, ['add_company']]],
      );
      await crm.webhooks.unsubscribe([{ url }]);
      assert.deepEqual(await crm.webhooks.list(), []);
      assert.deepEqual(await crm.webhooks.subscribe([]), []);
    });

    test('the change log goes on behind a cursor, and tells how things were', async () => {
      const before = await Array.fromAsync(crm.changes());
      const after = before.at(-1)?.id ?? 0;
      const [added] = await crm.companies.add([{ name: 'Была', tags: 'опт' }]);
      await crm.companies.update([{ id: added!.id, updated_at: testNow + 9, name: 'Стала', tags: '' }]);
      const seen: unknown[] = [];
      for await (const change of crm.changes({ after, entity: 'companies' })) {
        seen.push([change.entity_id, change.action, change.after['name']]);
      }
      assert.deepEqual(seen, [
        [added!.id, 'add', 'Была'],
        [added!.id, 'update', 'Стала'],
      ]);
      const [last] = await Array.fromAsync(crm.changes({ entity: 'companies', id: added!.id, after: after + 1 }));
      assert.deepEqual(await Array.fromAsync(crm.changes({ after: last!.id + 1 })), []);
      server.setNow(testNow + 60);
      await crm.companies.update([{ id: added!.id, updated_at: testNow + 60, name: 'Теперь' }]);
      const [then] = await crm.history('companies', [added!.id, 5], testNow);
      assert.deepEqual([then!.name, then!.tags, then!.leads], ['Стала', [], { id: [] }]);
      assert.deepEqual(await crm.history('companies', [added!.id], testNow - 1), []);
      assert.deepEqual(await crm.history('tasks', [1], testNow), []);
      server.setNow(testNow);
    });

    test('more than one page of changes is told', async () => {
      const start = (await Array.fromAsync(crm.changes())).at(-1)!.id;
      await crm.tasks.add(Array.from({ length: 700 }, (_, index) => ({ text: `дело ${index}` })));
      const changes = await Array.fromAsync(crm.changes({ after: start, entity: 'tasks' }));
      assert.deepEqual([changes.length, new Set(changes.map(({ id }) => id)).size], [700, 700]);
    });
  });
}

describe('who asks', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  /** What was sent, beside the answers of the real server. */
  function spied(): { sent: { url: string; headers: Headers }[]; fetch: typeof fetch } {
    const sent: { url: string; headers: Headers }[] = [];
    return {
      sent,
      fetch: (input, init) => {
        sent.push({ url: String(input), headers: new Headers(init?.headers) });
        return fetch(input, init);
      },
    };
  }

  test('a login and key are sent once, in a body; requests at once wait for one session', async () => {
    const { sent, fetch } = spied();
    const crm = createClient({ baseUrl: server.url, auth: { login, key }, fetch });
    await Promise.all([crm.companies.find(41389), crm.leads.list(), crm.account()]);
    assert.equal(sent.filter(({ url }) => url.includes('auth.php')).length, 1);
    assert.deepEqual(
      sent.filter(({ url }) => url.includes(key)),
      [],
    );
    assert.match(sent.at(-1)!.headers.get('cookie')!, /^session_id=[^;]+; BITRIX_SM_LOGIN=/);
  });

  test('a session that is over is opened again, for reads and writes', async () => {
    const { sent, fetch } = spied();
    const crm = createClient({ baseUrl: server.url, auth: { login, key }, fetch });
    await crm.account();
    server.setNow(testNow + 3600);
    const [added] = await crm.companies.add([{ name: 'После перерыва' }]);
    assert.equal((await crm.companies.list({ query: 'После перерыва' })).length, 1);
    assert.ok(added!.id > 0);
    assert.equal(sent.filter(({ url }) => url.includes('auth.php')).length, 2);
    server.setNow(testNow);
  });

  test('a wrong key is told as the server tells it, and is in no text', async () => {
    const crm = createClient({ baseUrl: server.url, auth: { login, key: 'secret-7b1' } });
    const error = await crm.companies.list().catch((error) => error);
    assert.ok(error instanceof KontoraError);
    assert.deepEqual([error.status, error.code, error.message], [401, 110, 'Неверный логин или пароль']);
    assert.equal(error.request, 'POST /private/api/auth.php');
    assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /secret-7b1/);
  });

  test('a session by hand, as a page has it', async () => {
    const crm = createClient({ baseUrl: server.url, auth: 'cookie' });
    await assert.rejects(crm.account(), { status: 401, code: 110 });
    const { user, accounts } = await crm.signIn({ login, key });
    assert.deepEqual([user.id, accounts[0]!.subdomain], [504141, 'test']);
    assert.equal((await crm.account()).current_user, 504141);
    await assert.rejects(crm.signIn({ login, key: 'wrong' }), { code: 110 });
    assert.equal((await crm.account()).current_user, 504141);
    const { sent, fetch } = spied();
    const other = createClient({ baseUrl: server.url, auth: 'cookie', fetch });
    await other.signIn({ login, key });
    await other.account();
    const cookie = sent.at(-1)!.headers.get('cookie')!;
    const again = () => other.request({ path: '/api/v2/account', headers: { Cookie: cookie } });
    await again();
    await other.signOut();
    await assert.rejects(again(), { status: 401, code: 110 });
    await other.signOut();
    assert.equal((await crm.account()).current_user, 504141);
  });

  test('rights are the user’s', async () => {
    const seller = await addUser(server.store, 'client-reader', { company_add: 'D' });
    const crm = createClient({ baseUrl: server.url, auth: seller });
    await assert.rejects(crm.companies.add([{ name: 'нельзя' }]), { status: 403, code: 202 });
    await assert.rejects(crm.fields.delete([{ id: 1, origin: 'x' }]), { status: 403, code: 244 });
    await assert.rejects(crm.pipelines.set({ add: [{ name: 'нельзя' }] }), { status: 403, code: 244 });
  });

  test('an integration exchanges its code, refreshes, and its tokens work', async () => {
    const program = await addIntegration(server, 'client-oauth');
    const { id: clientId, secret: clientSecret, redirectUri } = program;
    const oauth = createOAuth({ baseUrl: server.url, clientId, clientSecret, redirectUri });
    assert.equal(oauth.consentUrl('a&b'), `${server.url}/oauth?client_id=client-oauth&state=a%26b`);
    const code = await codeFor(server, program);
    const tokens = await oauth.exchange(code);
    assert.equal(tokens.token_type, 'Bearer');
    const refreshed = await oauth.refresh(tokens.refresh_token);
    let asked = 0;
    const token = async () => [tokens, refreshed][asked++ % 2]!.access_token;
    const crm = createClient({ baseUrl: server.url, auth: { token } });
    assert.equal((await crm.account()).current_user, 504141);
    assert.equal((await crm.domain()).subdomain, 'test');
    assert.equal(asked, 2);
    await assert.rejects(oauth.exchange(code), { status: 400, message: 'Authorization code has been revoked' });
    const stranger = createOAuth({ baseUrl: server.url, clientId, clientSecret: 'wrong', redirectUri });
    await assert.rejects(stranger.exchange('x'), { status: 401, message: 'Client authentication failed' });
  });

  test('what has no method of its own can be asked for', async () => {
    const crm = createClient({ baseUrl: server.url, auth: { token: testToken } });
    const body = await crm.request<{ openapi: string }>({ path: '/openapi.json' });
    assert.match(body!.openapi, /^3\.1/);
    assert.equal(await crm.request({ path: '/api/v2/companies', query: { id: 5 } }), undefined);
    await assert.rejects(crm.request({ path: '/api/v2/nothing' }), {
      status: 404,
      code: 104,
      request: 'GET /api/v2/nothing',
    });
  });
});
