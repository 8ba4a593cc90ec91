import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Client, createClient } from '../../client/client.ts';
import { addUser } from '../support/accounts.ts';
import { key, login, startServer, type TestServer, testNow } from '../support/server.ts';

for (const wire of ['documented', 'recorded'] as const) {
  describe(`the client on the ${wire} wire`, () => {
    let server: TestServer;
    let crm: Client;
    before(async () => {
      server = await startServer({ wire });
      crm = createClient({ baseUrl: server.url, auth: { login, key } });
    });
    after(() => server.close());

    test('nothing has one form: empty lists, no ids, null', async () => {
      const company = (await crm.companies.find(41389))!;
      assert.deepEqual([company.name, company.tags, company.custom_fields], ['ООО Ромашка', [], []]);
      assert.deepEqual([company.leads, company.contacts, company.customers], [{ id: [] }, { id: [] }, { id: [] }]);
      const lead = (await crm.leads.find(1090408))!;
      assert.deepEqual([lead.company, lead.main_contact, lead.contacts.id], [null, null, []]);
      assert.equal(lead.pipeline?.id, 10104);
      assert.equal(await crm.companies.find(5), undefined);
      assert.deepEqual(await crm.companies.list({ query: 'такой нет' }), []);
    });

    test('what was read can be sent back, and ids of enums are texts', async () => {
      const phone = { id: 4396818, values: [{ value: '+7 900 000-00-01', enum: 'WORK' }] };
      const role = { id: 3789654, values: ['2615948'] };
      const [added] = await crm.contacts.add([
        { name: 'Павел', tags: ['опт', 'юг'], company_id: 41389, custom_fields: [phone, role] },
      ]);
      const read = (await crm.contacts.find(added!.id))!;
      assert.deepEqual(
        read.custom_fields.map(({ id, values }) => [id, values]),
        [
          [4396818, [{ value: '+7 900 000-00-01', enum: '3685087' }]],
          [3789654, [{ value: 'Поставщик', enum: '2615948' }]],
        ],
      );
      assert.deepEqual(
        read.tags.map((tag) => tag.name),
        ['опт', 'юг'],
      );
      assert.deepEqual([read.company?.id, read.company?.name], [41389, 'ООО Ромашка']);
      assert.deepEqual(await crm.contacts.update([read]), [{ id: read.id, updated_at: read.updated_at }]);
      assert.deepEqual(await crm.contacts.find(read.id), read);
      await crm.contacts.delete([read.id]);
    });

    test('records are found in the order asked for; the server’s clock is known', async () => {
      const found = await crm.leads.find([45615, 7, 43510, 45615]);
      assert.deepEqual(
        found.map(({ id }) => id),
        [45615, 43510, 45615],
      );
      assert.ok(crm.now() - testNow >= -1 && crm.now() - testNow < 60, `${crm.now()}`);
    });

    test('links are made and undone', async () => {
      const company = (await crm.companies.find(41389))!;
      const saved = await crm.companies.link(company, { contacts_id: [1099268, 1099269], leads_id: 43510 });
      assert.deepEqual(saved, { id: 41389, updated_at: company.updated_at });
      const { contacts, leads } = (await crm.companies.find(41389))!;
      assert.deepEqual([contacts.id, leads.id], [[1099268, 1099269], [43510]]);
      await crm.companies.unlink(company, { contacts_id: [1099268] });
      assert.deepEqual((await crm.companies.find(41389))!.contacts.id, [1099269]);
      assert.equal((await crm.contacts.find(1099268))!.company, null);
    });

    test('batches of any size go in parts, with a result for each item in order', async () => {
      const drafts = Array.from({ length: 1203 }, (_, index) => ({ name: `Лот ${index}` }));
      const added = await crm.leads.add(drafts);
      const read = await crm.leads.find(added.map(({ id }) => id));
      assert.deepEqual(
        read.map(({ name }) => name),
        drafts.map(({ name }) => name),
      );

      const updates = [
        { ...read[0]!, name: 'Новая' },
        { id: read[1]!.id, updated_at: 1, name: 'поздно' },
        { id: 77, updated_at: testNow },
        // The same once more, and too late.
        { id: read[0]!.id, updated_at: 1, name: 'поздно' },
        { ...read[2]!, name: 'Тоже' },
      ];
      const results = await crm.leads.update(updates);
      const stale = { error: 'Last modified date is older than in database', reason: 'stale' };
      assert.deepEqual(results, [
        { id: read[0]!.id, updated_at: testNow },
        { id: read[1]!.id, ...stale },
        { id: 77, error: 'Lead not found', reason: 'not_found' },
        { id: read[0]!.id, ...stale },
        { id: read[2]!.id, updated_at: testNow },
      ]);
      assert.deepEqual(await crm.leads.add([]), []);
      assert.deepEqual(await crm.leads.find([]), []);
    });

    test('of a batch that fails midway one learns what is done', async () => {
      const drafts = Array.from({ length: 700 }, (_, index) => ({ name: index < 600 ? `Клиент ${index}` : '' }));
      const error = await crm.customers.add(drafts).catch((error) => error);
      assert.equal(error.name, 'KontoraError');
      assert.deepEqual([error.status, error.code, error.done.length, error.isUncertain], [400, 205, 500, false]);
      assert.match(error.message, /^Название обязательно \(add\/100\/name/);
      assert.equal((await crm.customers.find(error.done[499].id))!.name, 'Клиент 499');
      assert.equal((await Array.fromAsync(crm.customers.all())).length, 500);
    });

    test('bodies stay below what the server takes', async () => {
      const long = 'я'.repeat(10_000);
      const values = [{ value: { name: long, address: long, line2: long } }];
      const field = await crm.fields.add([{ name: 'Реквизиты', field_type: 15, element_type: 3, origin: wire }]);
      const draft = { name: 'Большая', custom_fields: [{ id: field[0]!.id, values }] };
      const added = await crm.companies.add(Array.from({ length: 150 }, () => draft));
      assert.equal(new Set(added.map(({ id }) => id)).size, 150);
      assert.deepEqual(await crm.companies.delete(added.map(({ id }) => id)), []);
    });

    test('pages go to the end', async () => {
      const pages = await Array.fromAsync(crm.contacts.pages({ limit_rows: 2 }));
      const ids = pages.map((page) => page.map(({ id }) => id));
      assert.deepEqual(ids, [[1099181, 1099268], [1099269]]);
      const rest = await Array.fromAsync(crm.contacts.all({ limit_rows: 1, limit_offset: 1 }));
      assert.deepEqual(
        rest.map(({ id }) => id),
        [1099268, 1099269],
      );
      const leads = await Array.fromAsync(crm.leads.pages({ limit_rows: 9999 }));
      assert.deepEqual(
        leads.map((page) => page.length),
        [500, 500, 208],
      );
      for (const wrong of [0, -3, Number.NaN]) {
        assert.equal((await Array.fromAsync(crm.contacts.all({ limit_rows: wrong }))).length, 3);
      }
    });

    test('filters narrow lists', async () => {
      const ids = async (query: Parameters<typeof crm.leads.list>[0], ifModifiedSince?: number | Date) =>
        (await crm.leads.list(query, { ifModifiedSince })).map(({ id }) => id);
      assert.deepEqual(await ids({ query: 'аренда' }), [43510, 45615]);
      assert.deepEqual(await ids({ query: 'аренда', responsible_user_id: [504141, 5] }), [43510, 45615]);
      assert.deepEqual(await ids({ query: 'аренда', responsible_user_id: [] }), []);
      assert.deepEqual(await ids({ query: 'аренда', responsible_user_id: 5 }), []);
      assert.deepEqual(await ids({ query: 'аренда', filter: { active: 1, tasks: 2 } }), []);
      const old = { date_create: { from: 1, to: 1508320306 } };
      assert.deepEqual(await ids({ filter: old, limit_rows: 2 }), [43510, 45615]);
      assert.deepEqual(await ids({}, testNow + 5), []);
      assert.equal((await ids({}, new Date((testNow - 5) * 1000))).length, 500);
      const [lead] = await crm.leads.list({ query: 'склада', with: 'loss_reason_name' });
      assert.equal(lead!.loss_reason_name, '');
    });

    test('what is deleted is in the bin, comes back, or is gone', async () => {
      const seller = await addUser(server.store, 'client-seller', { company_delete: 'D', customer_delete: 'D' });
      const theirs = createClient({ baseUrl: server.url, auth: seller });
      for (const kind of ['companies', 'contacts', 'customers'] as const) {
        const [one, other] = (await crm[kind].add([{ name: 'первая' }, { name: 'вторая' }])).map(({ id }) => id);
        assert.deepEqual(await crm[kind].delete([one!, other!, 99]), []);
        assert.deepEqual((await crm[kind].bin.list()).map(({ id }) => id).slice(-2), [one, other]);
        assert.deepEqual((await Array.fromAsync(crm[kind].bin.all({ limit_rows: 1 }))).at(-1)!.name, 'вторая');
        assert.deepEqual(await crm[kind].bin.restore([one!, 99]), { done: [one], refused: [] });
        assert.deepEqual(await crm[kind].bin.purge([other!]), { done: [other], refused: [] });
        assert.equal(await crm[kind].bin.find(other!), undefined);
        if (kind === 'contacts') continue;
        const [kept] = await theirs[kind].delete([one!, 99]);
        assert.deepEqual([kept!.id, kept!.reason], [one, 'no_right']);
      }
      const [task] = await crm.tasks.add([{ text: 'Позвонить' }]);
      assert.deepEqual(await crm.tasks.delete([task!.id]), []);
      assert.equal(await crm.tasks.find(task!.id), undefined);
    });

    test('tasks and notes are read and written', async () => {
      const [added] = await crm.tasks.add([{ element_id: 41389, element_type: 3, text: 'Договор', task_type: 2 }]);
      const task = (await crm.tasks.find(added!.id))!;
      assert.deepEqual([task.result, task.is_completed], [null, false]);
      const done = { ...task, is_completed: true, result: { text: 'Отправлен' } };
      assert.deepEqual(await crm.tasks.update([done]), [{ id: task.id, updated_at: testNow }]);
      const [read] = await crm.tasks.list({ type: 'company', element_id: [41389], filter: { status: 1 } });
      assert.equal(read!.result?.text, 'Отправлен');
      const open = { status: 0, pipe: { 10104: [8550001] } } as const;
      assert.deepEqual(await crm.tasks.list({ filter: open }), []);

      const place = { element_id: 41389, element_type: 3 };
      const text = { ...place, note_type: 4, text: 'Перезвонить' };
      const call = { ...place, note_type: 10, params: { PHONE: '+7', DURATION: 42 } };
      const [first, second] = await crm.notes.add([text, call]);
      const results = await crm.notes.update([
        { id: first!.id, updated_at: testNow, text: 'Перезвонили' },
        { id: second!.id, updated_at: testNow, text: 'x' },
      ]);
      assert.deepEqual(results, [
        { id: first!.id, updated_at: testNow },
        { id: second!.id, error: 'Access denied', reason: 'no_right' },
      ]);
      const notes = await Array.fromAsync(crm.notes.all({ type: 'company', element_id: 41389, note_type: [4, 10] }));
      assert.deepEqual(
        notes.map(({ text }) => text),
        ['Перезвонили', undefined],
      );
      assert.deepEqual(notes[1]!.params, { PHONE: '+7', DURATION: 42 });
      assert.equal((await crm.notes.find(first!.id, { type: 'company' }))!.text, 'Перезвонили');
    });
  });
}
