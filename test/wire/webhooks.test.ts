import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { documentAccountId } from '../../seed/document.ts';
import type { Store } from '../../src/crm/store.ts';
import { WebhookWorker } from '../../src/v2/webhook-worker.ts';
import { acmeAdministrator, addAcme, addUser } from '../support/accounts.ts';
import { type Received, type Receiver, startReceiver, until } from '../support/receiver.ts';
import { assertProblem } from '../support/refusals.ts';
import { startServer, type TestServer, testNow } from '../support/server.ts';

const settings = { allowPrivate: true, retrySeconds: [300, 900, 900, 3600] };
const romashka = 41389;
const lead = 1090408;

let server: TestServer;
let receiver: Receiver;
let worker: WebhookWorker;
let clock = testNow;
before(async () => {
  server = await startServer({ webhooks: settings });
  receiver = await startReceiver();
  worker = new WebhookWorker(
    server.store,
    () => clock,
    settings,
    (error) => assert.fail(String(error)),
  );
  worker.start();
});
after(async () => {
  await worker.stop();
  await receiver.close();
  await server.close();
});

async function subscribe(events: readonly string[], url = receiver.url): Promise<void> {
  const reply = await server.post('/api/v2/webhooks/subscribe', { subscribe: [{ url, events }] });
  assert.deepEqual(reply.json._embedded.items, [{ url, result: true }]);
}

async function unsubscribe(url = receiver.url): Promise<void> {
  await server.post('/api/v2/webhooks/unsubscribe', { unsubscribe: [{ url }] });
}

/** What arrives because of some work, when it is so much. */
async function arriving(count: number, work: () => Promise<unknown>): Promise<Received[]> {
  receiver.received.length = 0;
  await work();
  await until(() => receiver.received.length >= count);
  return [...receiver.received];
}

async function post(path: string, body: unknown): Promise<number> {
  const reply = await server.post(`/api/v2/${path}`, body);
  assert.equal(reply.status, 200, reply.text);
  return reply.json._embedded.items[0].id;
}

describe('subscriptions', () => {
  test('add up by address, are listed, and end event by event or all at once; form data does as well', async () => {
    const url = 'http://127.0.0.1:9/other';
    assert.equal((await server.get('/api/v2/webhooks')).status, 204);
    await subscribe(['add_company'], url);
    const form = new URLSearchParams({ 'subscribe[0][url]': url, 'subscribe[0][events][0]': 'delete_company' });
    assert.equal((await server.post('/api/v2/webhooks/subscribe', form.toString())).status, 200);
    const [listed] = (await server.get('/api/v2/webhooks')).json._embedded.items;
    assert.deepEqual([listed.url, listed.events], [url, ['add_company', 'delete_company']]);
    await server.post('/api/v2/webhooks/unsubscribe', { unsubscribe: [{ url, events: ['add_company'] }] });
    assert.deepEqual((await server.get('/api/v2/webhooks')).json._embedded.items[0].events, ['delete_company']);
    await server.post('/api/v2/webhooks/unsubscribe', { unsubscribe: [{ url, events: ['delete_company'] }] });
    assert.equal((await server.get('/api/v2/webhooks')).status, 204);
  });

  test('what cannot be subscribed says why in notice, and the others go on', async () => {
    const url = 'http://127.0.0.1:9/good';
    const wanted = [
      { url: 'ftp://example.com', events: ['add_company'] },
      { url: 'nowhere', events: ['add_company'] },
      { url: 'http://user:password@example.com', events: ['add_company'] },
      { url: 'http://example.com', events: ['fly_company'] },
      { url: 'http://example.com', events: [] },
      { url, events: ['add_company'] },
    ];
    const reply = await server.post('/api/v2/webhooks/subscribe', { subscribe: wanted });
    const items: { result: boolean; notice?: string }[] = reply.json._embedded.items;
    assert.deepEqual(
      items.map(({ result, notice }) => [result, notice?.split(':')[0]]),
      [
        [false, 'Invalid url'],
        [false, 'Invalid url'],
        [false, 'Invalid url'],
        [false, 'Unknown events'],
        [false, 'No events'],
        [true, undefined],
      ],
    );
    await unsubscribe(url);
    const gone = await server.post('/api/v2/webhooks/unsubscribe', { unsubscribe: [{ url }] });
    assert.deepEqual(gone.json._embedded.items, [{ url, result: false, notice: 'Webhook not found' }]);
  });

  test('an account has a hundred of them at most', async () => {
    const urls = Array.from({ length: 101 }, (_, index) => ({
      url: `http://127.0.0.1:9/${index}`,
      events: ['add_lead'],
    }));
    const reply = await server.post('/api/v2/webhooks/subscribe', { subscribe: urls });
    const results = reply.json._embedded.items.map((item: { result: boolean }) => item.result);
    assert.deepEqual([results.filter(Boolean).length, results.at(-1)], [100, false]);
    await server.post('/api/v2/webhooks/unsubscribe', { unsubscribe: urls });
  });

  test('are for administrators, and each account has its own', async () => {
    const seller = await addUser(server.store, 'hook-seller', {});
    const body = { subscribe: [{ url: receiver.url, events: ['add_company'] }] };
    assertProblem(await server.post('/api/v2/webhooks/subscribe', body, {}, seller), 403, 244);
    assertProblem(
      await server.post('/api/v2/webhooks/unsubscribe', { unsubscribe: body.subscribe }, {}, seller),
      403,
      244,
    );
    assertProblem(await server.get('/api/v2/webhooks', {}, seller), 403, 244);
    await addAcme(server.store);
    await subscribe(['add_company']);
    assert.equal((await server.get('/api/v2/webhooks', {}, acmeAdministrator)).status, 204);
    await server.post('/api/v2/companies', { add: [{ name: 'чужая' }] }, {}, acmeAdministrator);
    const [received] = await arriving(1, () => post('companies', { add: [{ name: 'своя' }] }));
    assert.equal(received!.form['contacts[add][0][name]'], 'своя');
    await unsubscribe();
  });

  test('bad bodies are refused with 400', async () => {
    const bodies = ['', '[]', '5', '{}', '{"subscribe":[]}', '{"subscribe":5}', '{"subscribe":[5]}'];
    const odd = [
      { url: {} },
      { url: 'x'.repeat(3000) },
      { url: 'http://example.com', events: { a: 1 } },
      { url: 5, events: [{}] },
    ];
    for (const body of [...bodies, ...odd.map((item) => JSON.stringify({ subscribe: [item] }))]) {
      assertProblem(await server.post('/api/v2/webhooks/subscribe', body));
    }
  });

  test('private addresses are refused unless the server allows them', async () => {
    const careful = await startServer();
    try {
      const hosts = [
        '127.0.0.1',
        'localhost',
        '10.1.2.3',
        '169.254.169.254',
        '[::1]',
        '[::ffff:127.0.0.1]',
        '2130706433',
        '0x7f.1',
      ];
      const subscribe = hosts.map((host) => ({ url: `http://${host}/`, events: ['add_lead'] }));
      const reply = await careful.post('/api/v2/webhooks/subscribe', { subscribe });
      const results = reply.json._embedded.items.map((item: { result: boolean }) => item.result);
      assert.deepEqual(
        results,
        hosts.map(() => false),
      );
    } finally {
      await careful.close();
    }
  });
});

describe('deliveries', () => {
  test('a company comes as a contact of type company, with the headers of the original', async () => {
    await subscribe(['add_company', 'update_company', 'delete_company', 'restore_company', 'responsible_company']);
    const fields = [{ id: 4396818, values: [{ value: '+7 926 123-45-67', enum: 'WORK' }] }];
    let id = 0;
    const [added] = await arriving(1, async () => {
      id = await post('companies', { add: [{ name: 'ООО «Ясень & Ко»', leads_id: [lead], custom_fields: fields }] });
    });
    assert.deepEqual(added!.form, {
      'contacts[add][0][id]': String(id),
      'contacts[add][0][name]': 'ООО «Ясень & Ко»',
      'contacts[add][0][responsible_user_id]': '504141',
      'contacts[add][0][group_id]': '0',
      'contacts[add][0][date_create]': String(testNow),
      'contacts[add][0][last_modified]': String(testNow),
      'contacts[add][0][created_user_id]': '504141',
      'contacts[add][0][modified_user_id]': '504141',
      [`contacts[add][0][linked_leads_id][${lead}][ID]`]: String(lead),
      'contacts[add][0][custom_fields][0][id]': '4396818',
      'contacts[add][0][custom_fields][0][name]': 'Телефон',
      'contacts[add][0][custom_fields][0][code]': 'PHONE',
      'contacts[add][0][custom_fields][0][values][0][value]': '+7 926 123-45-67',
      'contacts[add][0][custom_fields][0][values][0][enum]': '3685087',
      'contacts[add][0][created_at]': String(testNow),
      'contacts[add][0][updated_at]': String(testNow),
      'contacts[add][0][type]': 'company',
      'account[subdomain]': 'test',
      'account[id]': String(documentAccountId),
      'account[_links][self]': 'https://test.amocrm.ru',
    });
    const { 'content-type': type, 'user-agent': agent, accept, connection } = added!.headers;
    assert.deepEqual(
      [type, agent, accept, connection],
      ['application/x-www-form-urlencoded', 'amoCRM-WebHook-client/1.0', '*/*', 'close'],
    );
    assert.match(added!.body, /^contacts%5Badd%5D%5B0%5D%5Bid%5D=/);

    const other = await addUser(server.store, 'hook-owner', {});
    const moved = await arriving(2, () =>
      post('companies', { update: [{ id, updated_at: testNow + 1, responsible_user_id: other.id }] }),
    );
    assert.equal(moved[0]!.form['contacts[update][0][responsible_user_id]'], String(other.id));
    assert.equal(moved[1]!.form['contacts[responsible][0][old_responsible_user_id]'], '504141');
    const [deleted] = await arriving(1, () => server.post('/ajax/companies/multiple/delete/', `ID[]=${id}`));
    assert.equal(deleted!.form['contacts[delete][0][id]'], String(id));
    assert.equal(deleted!.form['contacts[delete][0][type]'], 'company');
    const [restored] = await arriving(1, () => server.post('/api/kontora/bin/restore', { companies: [id] }));
    assert.equal(restored!.form['contacts[restore][0][name]'], 'ООО «Ясень & Ко»');
    await unsubscribe();
  });

  test('a lead tells its budget, and from which stage it came', async () => {
    await subscribe(['add_lead', 'status_lead']);
    let id = 0;
    const [added] = await arriving(1, async () => {
      id = await post('leads', { add: [{ name: 'Сделка' }] });
    });
    assert.equal(added!.form['leads[add][0][price]'], '');
    const [moved] = await arriving(1, () =>
      post('leads', { update: [{ id, updated_at: testNow + 1, sale: 500, status_id: 142 }] }),
    );
    assert.deepEqual(
      ['status_id', 'old_status_id', 'price', 'pipeline_id'].map((key) => moved!.form[`leads[status][0][${key}]`]),
      ['142', '8550001', '500', '10104'],
    );
    await unsubscribe();
  });

  test('a contact names its company, a customer and a task have keys of their own, a note is nested', async () => {
    await subscribe(['add_contact', 'add_customer', 'add_task', 'update_task', 'note_company', 'delete_task']);
    const [contact] = await arriving(1, () => post('contacts', { add: [{ name: 'Пётр', company_id: romashka }] }));
    assert.deepEqual(
      ['company_name', 'linked_company_id', 'type'].map((key) => contact!.form[`contacts[add][0][${key}]`]),
      ['ООО Ромашка', String(romashka), 'contact'],
    );
    const [customer] = await arriving(1, () => post('customers', { add: [{ name: 'П', next_price: 7 }] }));
    assert.equal(customer!.form['customers[add][0][next_price]'], '7');
    let task = 0;
    const item = { element_id: romashka, element_type: 3, text: 'Договор', complete_till_at: testNow };
    const [added] = await arriving(1, async () => {
      task = await post('tasks', { add: [item] });
    });
    assert.equal(added!.form['task[add][0][complete_till]'], '2017-10-26 17:32:00');
    assert.equal(added!.form['task[add][0][status]'], '0');
    const [closed] = await arriving(1, () =>
      post('tasks', {
        update: [{ id: task, updated_at: testNow, text: 'Договор', is_completed: 1, result: { text: 'Готов' } }],
      }),
    );
    assert.deepEqual(
      ['status', 'action_close', 'result][text'].map((key) => closed!.form[`task[update][0][${key}]`]),
      ['1', '1', 'Готов'],
    );
    const [note] = await arriving(1, () =>
      post('notes', { add: [{ element_id: romashka, element_type: 3, note_type: 4, text: 'Привет' }] }),
    );
    assert.deepEqual(
      ['note_type', 'element_type', 'text', 'date_create'].map((key) => note!.form[`contacts[note][0][note][${key}]`]),
      ['4', '3', 'Привет', '2017-10-26 17:32:00'],
    );
    await unsubscribe();
  });

  test('what fails is tried again by the table, in order for each thing, and ends as done or failed', async () => {
    await subscribe(['add_company', 'update_company']);
    receiver.answer(500);
    receiver.received.length = 0;
    const id = await post('companies', { add: [{ name: 'Упрямая' }] });
    await post('companies', { update: [{ id, updated_at: testNow + 1, name: 'Упрямая-2' }] });
    const states = () => server.store.read(async (tx) => (await tx.deliveries(documentAccountId, {}, 2)).reverse());
    for (const [attempts, wait] of [
      [1, 300],
      [2, 900],
      [3, 900],
      [4, 3600],
    ] as const) {
      await until(async () => (await states())[0]!.attempts === attempts);
      assert.deepEqual([(await states())[0]!.nextAt - clock, (await states())[1]!.attempts], [wait, 0]);
      clock += wait;
    }
    await until(async () => (await states())[0]!.status === 'failed');
    receiver.answer(204);
    clock += 1;
    await until(async () => (await states())[1]!.status === 'done' || (await states())[1]!.attempts > 0);
    const first = receiver.received.slice(0, 5);
    assert.deepEqual(new Set(first.map(({ body }) => body)).size, 1);
    const [failed] = await states();
    assert.equal((await server.store.read((tx) => tx.attemptsOf(documentAccountId, failed!.id))).length, 5);

    await server.store.write((tx) => tx.redeliver(documentAccountId, [failed!.id], clock));
    await until(async () => (await states())[0]!.status === 'done');
    receiver.answer(200);
    await unsubscribe();
  });

  test('a redirect is not followed, and counts as a failure', async () => {
    await subscribe(['add_company']);
    receiver.answer(302);
    await arriving(1, () => post('companies', { add: [{ name: 'Перенаправленная' }] }));
    await until(async () => {
      const [delivery] = await server.store.read((tx) => tx.deliveries(documentAccountId, {}, 1));
      return delivery?.attempts === 1;
    });
    assert.deepEqual(
      receiver.received.map(({ url }) => url),
      ['/hook'],
    );
    receiver.answer(200);
    await unsubscribe();
  });

  test('a signed one carries its id, the time and a signature of both and the body', async () => {
    await subscribe(['add_company']);
    await server.store.write(async (tx) => {
      const [webhook] = await tx.webhooks(documentAccountId);
      await tx.saveWebhook(documentAccountId, { ...webhook!, secret: 'geheim' });
    });
    const [{ headers, body } = assert.fail()] = await arriving(1, () =>
      post('companies', { add: [{ name: 'Подписанная' }] }),
    );
    const text = `${headers['x-kontora-timestamp']}.${headers['x-kontora-delivery']}.${body}`;
    const expected = createHmac('sha256', 'geheim').update(text).digest('hex');
    assert.equal(headers['x-kontora-signature'], `sha256=${expected}`);
    await unsubscribe();
  });

  test('each tells the state after its own change, however late it is delivered', async () => {
    const late = await startReceiver();
    await late.close();
    await subscribe(['add_company', 'update_company'], late.url);
    const id = await post('companies', { add: [{ name: 'Раз' }] });
    for (const [index, name] of ['Два', 'Три'].entries()) {
      await post('companies', { update: [{ id, updated_at: testNow + 1 + index, name }] });
    }
    const again = await startReceiver(Number(new URL(late.url).port));
    clock += 301;
    await until(() => again.received.length === 3);
    assert.deepEqual(
      again.received.map(({ form }) => form['contacts[add][0][name]'] ?? form['contacts[update][0][name]']),
      ['Раз', 'Два', 'Три'],
    );
    await again.close();
    await unsubscribe(late.url);
  });

  test('a private address that a name leads to is not called', async () => {
    const before = receiver.received.length;
    const careful = new WebhookWorker(server.store, () => clock, { ...settings, allowPrivate: false }, assert.ifError);
    await worker.stop();
    await subscribe(['add_company']);
    await post('companies', { add: [{ name: 'Осторожная' }] });
    careful.start();
    await until(async () => {
      const [delivery] = await server.store.read((tx) => tx.deliveries(documentAccountId, {}, 1));
      return delivery?.attempts === 1;
    });
    await careful.stop();
    const [delivery] = await server.store.read((tx) => tx.deliveries(documentAccountId, {}, 1));
    const [attempt] = await server.store.read((tx) => tx.attemptsOf(documentAccountId, delivery!.id));
    assert.deepEqual([attempt?.code, attempt?.error, receiver.received.length], [0, 'the address is private', before]);
    const told = (await server.get(`/api/kontora/deliveries?id=${delivery!.id}`)).json.deliveries[0].log;
    assert.deepEqual(told, [{ at: attempt!.at, code: 0, error: 'the name has no public address' }]);
    await unsubscribe();
  });

  test('every account has its own delivered, and one whose outbox cannot be read holds up no other', async () => {
    const two = await startServer({ webhooks: settings });
    await addAcme(two.store);
    const body = { subscribe: [{ url: receiver.url, events: ['add_company'] }] };
    for (const as of [undefined, acmeAdministrator]) {
      assert.equal((await two.post('/api/v2/webhooks/subscribe', body, {}, as)).status, 200);
      assert.equal((await two.post('/api/v2/companies', { add: [{ name: 'Новая' }] }, {}, as)).status, 200);
    }
    let inTrouble = true;
    const errors: unknown[] = [];
    const trouble: Store = {
      read: (work) =>
        two.store.read((tx) =>
          work({
            ...tx,
            async dueWebhooks(account, now) {
              if (inTrouble && account === documentAccountId) throw new Error('trouble');
              return tx.dueWebhooks(account, now);
            },
          }),
        ),
      write: (work) => two.store.write(work),
      check: () => two.store.check(),
      close: () => two.store.close(),
    };
    const both = new WebhookWorker(
      trouble,
      () => testNow,
      settings,
      (error) => errors.push(error),
    );
    receiver.received.length = 0;
    const tellers = () => receiver.received.map(({ form }) => form['account[subdomain]']);
    both.start();
    await until(() => receiver.received.length === 1);
    assert.deepEqual(tellers(), ['acme']);
    assert.match(String(errors[0]), /trouble/);
    inTrouble = false;
    await until(() => receiver.received.length === 2);
    assert.deepEqual(tellers(), ['acme', 'test']);
    await both.stop();
    await two.close();
  });
});
