import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { key, login, startServer, type TestServer, testNow } from '../support/server.ts';

// The ready-made checks of live-tested client suites. source: reference §22
for (const wire of ['documented', 'recorded'] as const) {
  describe(`the twelve checks of live-tested clients hold, ${wire} profile`, () => {
    const empty = wire === 'documented' ? [] : {};
    let server: TestServer;
    before(async () => {
      server = await startServer({ wire });
    });
    after(() => server.close());

    const addCompany = async (item: object): Promise<number> => {
      const { json } = await server.post('/api/v2/companies', { add: [item] });
      return json._embedded.items[0].id;
    };
    const getCompany = async (id: number) => (await server.get(`/api/v2/companies?id=${id}`)).json._embedded.items[0];
    const update = (item: object) => server.post('/api/v2/companies', { update: [item] });

    test('1 a company of only a name gets an integer id and reads back with empty links', async () => {
      const reply = await server.post('/api/v2/companies', { add: [{ name: 'Wabeco' }] });
      assert.equal(reply.status, 200);
      const { id } = reply.json._embedded.items[0];
      assert.ok(Number.isInteger(id));
      assert.equal(reply.json._embedded.errors, undefined);
      const company = await getCompany(id);
      assert.deepEqual([company.leads, company.contacts, company.customers], [empty, empty, empty]);
    });

    test('2 an update with a future updated_at is taken, echoed and stored', async () => {
      const id = await addCompany({ name: 'Wabeco' });
      const reply = await update({ id, updated_at: testNow + 10, name: 'Wabeco 2' });
      assert.equal(reply.status, 200);
      assert.equal(reply.json._embedded.items[0].updated_at, testNow + 10);
      const company = await getCompany(id);
      assert.deepEqual([company.name, company.updated_at], ['Wabeco 2', testNow + 10]);
    });

    test('3 an update older than that is refused inside a 200 answer and changes nothing', async () => {
      const id = await addCompany({ name: 'Wabeco', updated_at: testNow + 10 });
      const reply = await update({ id, updated_at: testNow, name: 'x' });
      assert.equal(reply.status, 200);
      assert.deepEqual(reply.json._embedded, {
        items: [],
        errors: { update: { [id]: 'Last modified date is older than in database' } },
      });
      assert.equal((await getCompany(id)).name, 'Wabeco');
    });

    test('4 a good and a stale update in one batch give one item and one error', async () => {
      const [good, stale] = [await addCompany({ name: 'a' }), await addCompany({ name: 'b' })];
      const reply = await server.post('/api/v2/companies', {
        update: [
          { id: good, updated_at: testNow, name: 'a2' },
          { id: stale, updated_at: 1, name: 'b2' },
        ],
      });
      assert.equal(reply.status, 200);
      assert.deepEqual(
        reply.json._embedded.items.map((item: { id: number }) => item.id),
        [good],
      );
      assert.deepEqual(Object.keys(reply.json._embedded.errors.update), [String(stale)]);
    });

    test('5 nothing found is 204 without a body: unknown id, offset past the end, change date in the future', async () => {
      const future = { 'If-Modified-Since': 'Tue, 24 Nov 2037 18:30:01 UTC' };
      for (const [path, headers] of [
        ['/api/v2/companies?id=999999999', {}],
        ['/api/v2/companies?limit_rows=1&limit_offset=999999', {}],
        ['/api/v2/companies', future],
      ] as const) {
        const reply = await server.get(path, headers);
        assert.deepEqual([reply.status, reply.text], [204, ''], path);
      }
    });

    test('6 a query finds an e-mail in other letter case, and a punctuated phone by its last ten digits', async () => {
      const id = await addCompany({
        name: 'Поиск',
        custom_fields: [
          { id: 4396819, values: [{ value: 'Some.One@Example.com', enum: 'WORK' }] },
          { id: 4396818, values: [{ value: '+7 (926) 123-45-67', enum: 'WORK' }] },
        ],
      });
      for (const query of ['SOME.ONE@EXAMPLE.COM', '9261234567', '89261234567', '+79261234567']) {
        const reply = await server.get(`/api/v2/companies?query=${encodeURIComponent(query)}`);
        assert.equal(reply.status, 200, query);
        assert.deepEqual(
          reply.json._embedded.items.map((item: { id: number }) => item.id),
          [id],
          query,
        );
      }
    });

    test('7 a company deleted by either call is found no more, by id, in lists or as a link', async () => {
      const [one, other] = [await addCompany({ name: 'одна', leads_id: 45615 }), await addCompany({ name: 'другая' })];
      const ajax = await server.post('/ajax/companies/multiple/delete/', `ACTION=DELETE&ID[]=${one}`, {
        'X-Requested-With': 'XMLHttpRequest',
      });
      assert.equal(ajax.json.status, 'success');
      const action = { entity_type: 3, multiaction_type: 4, data: { data: { ACTION: 'DELETE' } }, ids: [other] };
      const set = await server.post('/ajax/v1/multiactions/set', { request: { multiactions: { add: [action] } } });
      assert.deepEqual(set.json, { response: { multiactions: { set: { errors: [] } } } });
      for (const id of [one, other]) {
        const reply = await server.get(`/api/v2/companies?id=${id}`);
        assert.deepEqual([reply.status, reply.text], [204, '']);
      }
      const listed = (await server.get('/api/v2/companies')).json._embedded.items.map(
        (item: { id: number }) => item.id,
      );
      assert.ok(!listed.includes(one) && !listed.includes(other));
      const lead = (await server.get('/api/v2/leads?id=45615')).json._embedded.items[0];
      assert.deepEqual(lead.company, empty);
    });

    test('8 a wrong key is 401 with auth false and the code as a string', async () => {
      const reply = await server.post(
        '/private/api/auth.php?type=json',
        { USER_LOGIN: login, USER_HASH: 'no' },
        {},
        null,
      );
      assert.equal(reply.status, 401);
      assert.equal(reply.json.response.auth, false);
      assert.equal(reply.json.response.error_code, '110');
      const right = await server.post('/private/api/auth.php', { USER_LOGIN: login, USER_HASH: key }, {}, null);
      assert.equal(right.json.response.auth, true);
    });

    test('9 an add as form data equals the add as JSON', async () => {
      const fields = [{ id: 4396818, values: [{ value: '89999517535', enum: 'MOB' }] }];
      const fromJson = await getCompany(await addCompany({ name: 'Ромашка', tags: 'a,b', custom_fields: fields }));
      const form = new URLSearchParams({
        'add[0][name]': 'Ромашка',
        'add[0][tags]': 'a,b',
        'add[0][custom_fields][0][id]': '4396818',
        'add[0][custom_fields][0][values][0][value]': '89999517535',
        'add[0][custom_fields][0][values][0][enum]': 'MOB',
      });
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
      const { json } = await server.post('/api/v2/companies', form.toString(), headers);
      const fromForm = await getCompany(json._embedded.items[0].id);
      const comparable = ({ id, _links, ...rest }: { id: number; _links: object }) => rest;
      assert.deepEqual(comparable(fromForm), comparable(fromJson));
    });

    test('10 unlinking one of two leads leaves the other, and the lead has no company any more', async () => {
      const { json } = await server.post('/api/v2/leads', { add: [{ name: 'первая' }, { name: 'вторая' }] });
      const [first, second] = json._embedded.items.map((item: { id: number }) => item.id);
      const id = await addCompany({ name: 'Сделки', leads_id: `${first},${second}` });
      assert.deepEqual((await getCompany(id)).leads.id, [first, second]);
      await update({ id, updated_at: testNow, unlink: { leads_id: [first] } });
      assert.deepEqual((await getCompany(id)).leads.id, [second]);
      const lead = (await server.get(`/api/v2/leads?id=${first}`)).json._embedded.items[0];
      assert.deepEqual(lead.company, empty);
    });

    test('11 an address updated with city only keeps the city only', async () => {
      const part = (value: string, subtype: string) => ({ value, subtype });
      const values = [
        part('ул. Мира, 1', 'address_line_1'),
        part('Москва', 'city'),
        part('101000', 'zip'),
        part('RU', 'country'),
      ];
      const id = await addCompany({ name: 'Адрес', custom_fields: [{ id: 4400115, values }] });
      const address = async () =>
        (await getCompany(id)).custom_fields[0].values.map((v: { subtype: string }) => v.subtype);
      assert.deepEqual(
        await address(),
        ['1', '3', '4', '5', '6'].filter((s) => s !== '4'),
      );
      await update({ id, updated_at: testNow, custom_fields: [{ id: 4400115, values: [part('Орёл', 'city')] }] });
      assert.deepEqual(await address(), ['3']);
    });

    test("12 a phone written with WORK reads with that enum's id", async () => {
      const id = await addCompany({
        name: 'Телефон',
        custom_fields: [{ id: 4396818, values: [{ value: '8999', enum: 'WORK' }] }],
      });
      const [phone] = (await getCompany(id)).custom_fields;
      assert.strictEqual(phone.values[0].enum, wire === 'documented' ? '3685087' : 3685087);
    });
  });
}
