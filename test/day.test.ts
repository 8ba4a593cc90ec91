import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endProcess, processLogin, type ServerProcess, startProcess, withDataFolder } from './support/process.ts';
import { type Receiver, startReceiver, until } from './support/receiver.ts';
import { request } from './support/server.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Json = any;

const companyCount = 300;
const leadCount = 50;

/** A small company at work: everything goes through HTTP, with the session that the login gave. */
class Office {
  readonly #address: string;
  #cookie = '';

  constructor({ address }: ServerProcess) {
    this.#address = address;
  }

  async signIn(): Promise<void> {
    const reply = await request('POST', `${this.#address}/private/api/auth.php?type=json`, processLogin);
    assert.equal(reply.json.response.auth, true);
    this.#cookie = reply.headers.getSetCookie()[0]!.split(';')[0]!;
  }

  async get(path: string): Promise<Json> {
    const reply = await this.#send('GET', path);
    return reply.status === 204 ? undefined : reply.json;
  }

  /** All items of a list, page by page until there are none. */
  async all(path: string): Promise<Json[]> {
    const items: Json[] = [];
    for (let offset = 0; ; offset += 100) {
      const paging = `limit_rows=100&limit_offset=${offset}`;
      const page = await this.get(`${path}${path.includes('?') ? '&' : '?'}${paging}`);
      if (page === undefined) return items;
      items.push(...page._embedded.items);
    }
  }

  async post(path: string, body: unknown): Promise<Json> {
    return (await this.#send('POST', path, body)).json;
  }

  /** The ids of what is added. */
  async add(path: string, items: readonly object[]): Promise<number[]> {
    const answer = await this.post(`/api/v2/${path}`, { add: items });
    return answer._embedded.items.map((item: { id: number }) => item.id);
  }

  async update(path: string, items: readonly object[]): Promise<void> {
    const answer = await this.post(`/api/v2/${path}`, { update: items });
    assert.equal(answer._embedded.errors, undefined);
    assert.equal(answer._embedded.items.length, items.length);
  }

  async #send(method: string, path: string, body?: unknown) {
    const reply = await request(method, this.#address + path, body, { Cookie: this.#cookie });
    assert.ok(reply.status === 200 || reply.status === 204, `${method} ${path}: ${reply.status} ${reply.text}`);
    return reply;
  }
}

const ids = (linked: Json): number[] => linked.id ?? [];
const seconds = () => Math.floor(Date.now() / 1000);

test('a day of a small company goes through HTTP alone, and in the evening every count and link is right from both sides', async () => {
  await withDataFolder(async (data) => {
    const receiver = await startReceiver();
    const server = await startProcess(data, { KONTORA_SEED: 'empty', KONTORA_WEBHOOK_PRIVATE: 'true' });
    try {
      await day(new Office(server), receiver);
    } finally {
      await endProcess(server);
      await receiver.close();
    }
  });
});

async function day(office: Office, receiver: Receiver): Promise<void> {
  await office.signIn();
  const account = await office.get('/api/v2/account?with=custom_fields,users,pipelines,groups,note_types,task_types');
  const { pipelines, custom_fields: fields, task_types: taskTypes } = account._embedded;
  const stages = Object.values<Json>(Object.values<Json>(pipelines)[0]!.statuses).filter(
    (status) => status.is_editable,
  );
  const phone = Object.values<Json>(fields.contacts).find((field) => field.code === 'PHONE');
  assert.ok(Object.keys(taskTypes).length >= 3);

  const events = [
    ...['add_company', 'update_company', 'delete_company', 'restore_company', 'add_contact', 'add_lead', 'status_lead'],
    ...['add_task', 'update_task', 'note_company', 'delete_lead', 'restore_lead'],
  ];
  await office.post('/api/v2/webhooks/subscribe', { subscribe: [{ url: receiver.url, events }] });

  // A field of our own, used at once.
  const field = { name: 'ИНН', field_type: 1, element_type: 3, origin: 'our import' };
  const [inn] = await office.add('fields', [field]);

  // The morning: 300 companies, each with a contact.
  const companies = await office.add(
    'companies',
    Array.from({ length: companyCount }, (_, index) => ({
      name: `ООО № ${index}`,
      tags: index % 3 === 0 ? 'импорт, опт' : 'импорт',
      custom_fields: [{ id: inn, values: [{ value: String(7_700_000_000 + index) }] }],
    })),
  );
  const contacts = await office.add(
    'contacts',
    companies.map((company_id, index) => ({
      name: `Контакт ${index}`,
      company_id,
      custom_fields: [{ id: phone.id, values: [{ value: `+7926${String(1_000_000 + index)}`, enum: 'WORK' }] }],
    })),
  );

  // 50 leads go through the pipeline: two of three are won.
  const leads = await office.add(
    'leads',
    Array.from({ length: leadCount }, (_, index) => ({
      name: `Сделка ${index}`,
      sale: 1000 * (index + 1),
      company_id: companies[index],
      contacts_id: [contacts[index]],
    })),
  );
  let moves = 0;
  for (const stage of stages.slice(1)) {
    moves += leadCount;
    await office.update(
      'leads',
      leads.map((id) => ({ id, updated_at: seconds() + moves, status_id: stage.id })),
    );
  }
  const isWon = (index: number) => index % 3 !== 0;
  await office.update(
    'leads',
    leads.map((id, index) => ({
      id,
      updated_at: seconds() + moves + 1,
      ...(isWon(index) ? { status_id: 142 } : { status_id: 143, loss_reason_id: 1 }),
    })),
  );
  const won = await office.all('/api/v2/leads?status=142');
  const lost = await office.all('/api/v2/leads?status=143&with=loss_reason_name');
  assert.equal(won.length, leads.filter((_, index) => isWon(index)).length);
  assert.equal(won.length + lost.length, leadCount);
  assert.ok(won.every((lead) => lead.closed_at > 0));
  assert.ok(lost.every((lead) => lead.loss_reason_name === 'Слишком дорого'));

  // Tasks, which the records tell of until they are done.
  const due = seconds() + 3600;
  const tasks = await office.add(
    'tasks',
    companies
      .slice(0, 20)
      .map((element_id) => ({ element_id, element_type: 3, text: 'Позвонить', complete_till_at: due })),
  );
  const closest = async () => (await office.get(`/api/v2/companies?id=${companies.slice(0, 20)}`))._embedded.items;
  assert.deepEqual(new Set((await closest()).map((company: Json) => company.closest_task_at)), new Set([due]));
  const done = tasks.slice(0, 15);
  await office.update(
    'tasks',
    done.map((id) => ({ id, updated_at: seconds() + 1, text: 'Позвонить', is_completed: true })),
  );
  const open = (await closest()).filter((company: Json) => company.closest_task_at > 0);
  assert.deepEqual(
    open.map((company: Json) => company.id),
    companies.slice(15, 20),
  );

  // Notes.
  await office.add(
    'notes',
    companies
      .slice(0, 10)
      .map((element_id) => ({ element_id, element_type: 3, note_type: 4, text: 'Обсудили условия' })),
  );
  const notes = await office.all('/api/v2/notes?type=company&note_type=4');
  assert.equal(notes.length, 10);
  assert.equal((await office.all('/api/v2/notes?type=company&note_type=12')).length, companyCount);
  assert.equal((await office.all('/api/v2/notes?type=lead&note_type=3')).length, leadCount * stages.length);

  // Some are deleted, and half of those come back.
  const deleted = companies.slice(0, 10);
  await office.post('/ajax/companies/multiple/delete/', `ACTION=DELETE&${deleted.map((id) => `ID[]=${id}`).join('&')}`);
  await office.post('/private/deals/delete.php', `ACTION=DELETE&ID=${leads[20]}`);
  assert.equal((await office.all('/api/v2/companies')).length, companyCount - 10);
  assert.equal((await office.get(`/api/v2/contacts?id=${contacts[0]}`))._embedded.items[0].company.id, undefined);
  const restored = deleted.slice(0, 5);
  await office.post('/api/kontora/bin/restore', { companies: restored, leads: [leads[20]] });

  await office.update('companies', [{ id: companies[200], updated_at: seconds() + 1, name: 'ООО «Новое имя»' }]);
  const byNewField = await office.get('/api/v2/companies?query=7700000250');
  assert.deepEqual(
    byNewField._embedded.items.map((company: Json) => company.id),
    [companies[250]],
  );

  await evening(office, {
    companies: new Set(companies.filter((id) => !deleted.slice(5).includes(id))),
    contacts,
    leads,
  });

  // The webhook heard of each thing once.
  const heard = {
    'contacts[add]:company': companyCount,
    'contacts[add]:contact': companyCount,
    'contacts[update]:company': 1,
    'contacts[delete]:company': 10,
    'contacts[restore]:company': 5,
    'leads[add]:': leadCount,
    'leads[status]:': leadCount * stages.length,
    'leads[delete]:lead': 1,
    'leads[restore]:': 1,
    'task[add]:': 20,
    'task[update]:': 15,
    'contacts[note]:': 10,
  };
  const wanted = Object.values(heard).reduce((sum, count) => sum + count, 0);
  await until(() => receiver.received.length >= wanted, 60);
  const counts: Record<string, number> = {};
  for (const { form } of receiver.received) {
    const prefix = Object.keys(form)[0]!.replace(/\[0\].*/, '');
    const key = `${prefix}:${form[`${prefix}[0][type]`] ?? ''}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  assert.deepEqual(counts, heard);
}

interface Kept {
  readonly companies: ReadonlySet<number>;
  readonly contacts: readonly number[];
  readonly leads: readonly number[];
}

/** Every link is seen from both of its ends. */
async function evening(office: Office, kept: Kept): Promise<void> {
  const companies = await office.all('/api/v2/companies');
  const contacts = await office.all('/api/v2/contacts');
  const leads = await office.all('/api/v2/leads');
  assert.deepEqual(new Set(companies.map(({ id }) => id)), kept.companies);
  assert.deepEqual([contacts.length, leads.length], [kept.contacts.length, kept.leads.length]);
  const of = (list: Json[], key: string) => new Map(list.map((item) => [item.id, ids(item[key])]));
  const contactsOfCompany = of(companies, 'contacts');
  const leadsOfCompany = of(companies, 'leads');
  const leadsOfContact = of(contacts, 'leads');
  let links = 0;
  for (const [index, contact] of contacts.entries()) {
    const company = contact.company.id;
    assert.equal(company !== undefined, kept.companies.has(company));
    if (company !== undefined) assert.ok(contactsOfCompany.get(company)!.includes(contact.id));
    links += ids(contact.leads).length;
    assert.equal(contact.id, kept.contacts[index]);
  }
  for (const lead of leads) {
    if (lead.company.id !== undefined) assert.ok(leadsOfCompany.get(lead.company.id)!.includes(lead.id));
    for (const id of ids(lead.contacts)) assert.ok(leadsOfContact.get(id)!.includes(lead.id));
  }
  assert.equal(links, kept.leads.length);
  const sum = (lists: Map<number, number[]>) => [...lists.values()].reduce((total, list) => total + list.length, 0);
  assert.equal(sum(contactsOfCompany), kept.companies.size);
  assert.equal(sum(leadsOfCompany), leads.filter((lead) => lead.company.id !== undefined).length);
}
