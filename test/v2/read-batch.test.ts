import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Draft, KindName, UpdateDraft } from '../../src/crm/entity.ts';
import { parseBrackets } from '../../src/http/brackets.ts';
import { defaultLimits } from '../../src/http/limits.ts';
import { Problems } from '../../src/v2/input.ts';
import { type ReadBatch, readBatch } from '../../src/v2/read-batch.ts';

function read(body: unknown, kind: KindName = 'company'): ReadBatch {
  const problems = new Problems(defaultLimits);
  const batch = readBatch(kind, body, problems);
  assert.equal(problems.text(), undefined);
  return batch;
}

/** What is found wrong with a body. */
function wrongWith(body: unknown): string {
  const problems = new Problems(defaultLimits);
  readBatch('company', body, problems);
  return problems.text() ?? '';
}

function added(item: object, kind: KindName = 'company'): Draft {
  return read({ add: [{ name: 'ООО Компания', ...item }] }, kind).add[0]!;
}

function updated(item: object, kind: KindName = 'company'): UpdateDraft {
  return read({ update: [{ id: 41389, updated_at: 1508965200, ...item }] }, kind).update[0]!;
}

describe('what is no batch is refused with the code of the documents', () => {
  const item = { name: 'a' };
  const bodies = [
    ['no body', undefined, 206],
    ['an empty object', {}, 206],
    ['a list', [item], 206],
    ['a text', 'add', 206],
    ['add that is empty', { add: [] }, 201],
    ['update that is empty', { update: [] }, 208],
    ['an update without an id', { update: [{ updated_at: 1508965200 }] }, 209],
    ['an update with id 0', { update: [{ id: 0, updated_at: 1508965200 }] }, 209],
    ['more than 500 items', { add: Array.from({ length: 501 }, () => item) }, 400],
    ['more than 500 items in two lists', { add: Array.from({ length: 500 }, () => item), update: [{ id: 1 }] }, 400],
  ] as const;
  for (const [title, body, code] of bodies) {
    test(`${title}: ${code}`, () =>
      assert.throws(() => readBatch('company', body, new Problems(defaultLimits)), { status: 400, code }));
  }
});

describe('items that are no objects are no batch', () => {
  for (const items of ['a', 5, [5], [null], [['a']], { name: 'a' }]) {
    test(JSON.stringify(items), () => {
      assert.throws(() => readBatch('company', { add: items }, new Problems(defaultLimits)), { status: 400 });
      assert.throws(() => readBatch('company', { update: items }, new Problems(defaultLimits)), { status: 400 });
    });
  }
});

test('500 items are a batch', () => {
  assert.equal(read({ add: Array.from({ length: 500 }, () => ({ name: 'a' })) }).add.length, 500);
});

test('one list may be empty beside a filled one', () => {
  assert.equal(read({ add: [{ name: 'a' }], update: [] }).add.length, 1);
  assert.equal(read({ add: [], update: [{ id: 1, updated_at: 1 }] }).update.length, 1);
});

test('add and update may stand in one request', () => {
  const batch = read({ add: [{ name: 'a' }], update: [{ id: 1, updated_at: 1 }] });
  assert.deepEqual([batch.add.length, batch.update.length], [1, 1]);
});

test('an object with numbers for keys is a list of items', () => {
  const { add } = read({ add: { 1: { name: 'b' }, 0: { name: 'a' } } });
  assert.deepEqual(
    add.map(({ name }) => name),
    ['a', 'b'],
  );
});

test('numbers may come as texts', () => {
  const item = { responsible_user_id: '504141', created_by: '0', created_at: '1509051600', updated_at: '1509051700' };
  const draft = added(item);
  assert.equal(draft.responsibleUserId, 504141);
  assert.equal(draft.createdBy, 0);
  assert.equal(draft.createdAt, 1509051600);
  assert.equal(draft.updatedAt, 1509051700);
  const { id, updatedAt } = read({ update: [{ id: '1097', updated_at: '1795458623' }] }).update[0]!;
  assert.deepEqual([id, updatedAt], [1097, 1795458623]);
});

test('an update at time 0 or at none has no time', () => {
  assert.equal(updated({ updated_at: 0 }).updatedAt, undefined);
  assert.equal(updated({ updated_at: undefined }).updatedAt, undefined);
});

test('null says nothing', () => {
  const draft = added({ created_at: null, responsible_user_id: null, tags: null, custom_fields: null, leads_id: null });
  assert.deepEqual(draft, added({}));
});

test('what GET shows may be sent back: it is not a command', () => {
  const echo = {
    account_id: 13667499,
    group_id: 0,
    closest_task_at: 0,
    updated_by: 504141,
    leads: { id: [1090408], _links: {} },
    contacts: { id: [1099181], _links: {} },
    customers: [],
    _links: { self: { href: '/api/v2/companies?id=41389', method: 'get' } },
    setUpdatedTime: false,
  };
  assert.deepEqual(updated(echo), updated({}));
});

describe('a value that cannot be read is told with its place', () => {
  const bodies = [
    [{ add: [{ name: 'a' }, { name: ['a'] }] }, 'add/1/name'],
    [{ add: [{ name: 'a', created_at: 'yesterday' }] }, 'add/0/created_at'],
    [{ add: [{ name: 'a', leads_id: { id: [1] } }] }, 'add/0/leads_id'],
    [{ add: [{ name: 'a', tags: true }] }, 'add/0/tags'],
    [{ add: [{ name: 'a', custom_fields: 'b' }] }, 'add/0/custom_fields'],
    [{ add: [{ name: 'a', custom_fields: [{ values: [] }] }] }, 'add/0/custom_fields/0/id'],
    [{ update: [{ id: 1, unlink: 'leads_id' }] }, 'update/0/unlink'],
  ] as const;
  for (const [body, place] of bodies) {
    test(place, () => assert.ok(wrongWith(body).includes(place)));
  }
});

describe('tags', () => {
  const names = ['недвижимость', 'аренда'];
  const spellings = [
    ['one text with commas', 'недвижимость,аренда'],
    ['one text with blanks', ' недвижимость ,  аренда '],
    ['a list of names', names],
    ['an object of names', { 0: 'недвижимость', 2: 'аренда' }],
  ] as const;
  for (const [title, tags] of spellings) {
    test(`may be ${title}`, () =>
      assert.deepEqual(
        added({ tags }).tags?.map(({ name }) => name),
        names,
      ));
  }

  test('may be what GET shows', () => {
    assert.deepEqual(added({ tags: [{ id: 61883, name: 'недвижимость' }] }).tags, [
      { id: 61883, name: 'недвижимость' },
    ]);
  });

  test('in a list may be ids, as numbers or as texts', () => {
    assert.deepEqual(
      added({ tags: [61883, '61884'] }).tags?.map(({ id }) => id),
      [61883, 61884],
    );
  });

  test('in one text are names, never ids', () => {
    assert.deepEqual(added({ tags: '61883,2017' }).tags, [{ name: '61883' }, { name: '2017' }]);
  });

  for (const none of ['', [], {}]) {
    test(`are cleared by ${JSON.stringify(none)}`, () => assert.deepEqual(updated({ tags: none }).tags, []));
  }

  test('stay when they are not named', () => assert.equal(updated({}).tags, undefined));
});

describe('links', () => {
  for (const ids of [[45615, 43510], ['45615', '43510'], '45615,43510', { 0: 45615, 1: '43510' }]) {
    test(`are read from ${JSON.stringify(ids)}`, () =>
      assert.deepEqual(added({ leads_id: ids }).link.lead, [45615, 43510]));
  }

  test('of a company are contacts, leads and customers', () => {
    const { link } = added({ contacts_id: [1], leads_id: [2], customers_id: [3], company_id: 4 });
    assert.deepEqual(link, { contact: [1], lead: [2], customer: [3] });
  });

  test('of a contact are a company, leads and customers', () => {
    const { link } = added({ company_id: '4', leads_id: [2], customers_id: '3', contacts_id: [1] }, 'contact');
    assert.deepEqual(link, { company: [4], lead: [2], customer: [3] });
  });

  for (const kind of ['lead', 'customer'] as const) {
    test(`of a ${kind} are a company and contacts`, () => {
      assert.deepEqual(added({ company_id: 4, contacts_id: 1 }, kind).link, { company: [4], contact: [1] });
    });
  }

  test('to remove stand in unlink, as lists, single ids or texts', () => {
    const { unlink, link } = updated({ unlink: { contacts_id: ['1'], leads_id: 2, customers_id: '3,4' } });
    assert.deepEqual(unlink, { contact: [1], lead: [2], customer: [3, 4] });
    assert.deepEqual(link, {});
  });

  test('to remove from a contact name one company', () => {
    assert.deepEqual(updated({ unlink: { company_id: 41389, leads_id: [2] } }, 'contact').unlink, {
      company: [41389],
      lead: [2],
    });
  });

  test('company_name is a contact’s alone', () => {
    assert.equal(added({ company_name: 'ООО Новая' }, 'contact').newCompanyName, 'ООО Новая');
    assert.equal(added({ company_name: 'ООО Новая' }, 'company').newCompanyName, undefined);
  });
});

describe('custom fields', () => {
  const fieldId = 4396818;
  const valuesOf = (values: unknown) => added({ custom_fields: [{ id: fieldId, values }] }).fields[0]?.values;

  test('may be a list or an object, with ids as numbers or texts', () => {
    const values = [{ value: '5' }];
    for (const fields of [
      [{ id: fieldId, values }],
      [{ id: String(fieldId), values }],
      { [fieldId]: { id: fieldId, values } },
    ]) {
      const [draft] = added({ custom_fields: fields }).fields;
      assert.equal(draft?.fieldId, fieldId);
      assert.equal(draft?.values[0]?.value, '5');
    }
  });

  test('value, enum and subtype are read, other keys are not', () => {
    const [value] = valuesOf([{ value: 'a', enum: 'WORK', subtype: 'city', name: 'Телефон' }]) ?? [];
    assert.deepEqual(value, { value: 'a', enum: 'WORK', subtype: 'city' });
  });

  test('bare values are values', () => {
    const values = valuesOf(['2615948', 2648159]) ?? [];
    assert.deepEqual(
      values.map(({ value }) => value),
      ['2615948', 2648159],
    );
  });

  test('an item of goods is a value, bare or wrapped', () => {
    const goods = { description: 'Ковёр', unit_price: 1500, discount: { type: 'amount', value: 5 } };
    for (const values of [[goods], [{ value: goods }]]) assert.deepEqual(valuesOf(values)?.[0]?.value, goods);
  });

  test('an empty list of values is kept: it clears the field', () => {
    assert.deepEqual(
      added({ custom_fields: [{ id: fieldId, values: [] }] }).fields.map(({ values }) => values),
      [[]],
    );
  });

  test('a field without values says nothing', () => {
    assert.deepEqual(added({ custom_fields: [{ id: fieldId, name: 'Телефон', is_system: true }] }).fields, []);
  });

  for (const none of [[], {}, '']) {
    test(`${JSON.stringify(none)} lists no fields`, () =>
      assert.deepEqual(updated({ custom_fields: none }).fields, []));
  }
});

describe('request_id comes back', () => {
  const ids = [
    [5, 5],
    ['5', 5],
    ['a-1', 'a-1'],
    [0, 0],
    [undefined, undefined],
  ] as const;
  for (const [sent, kept] of ids) {
    test(`${JSON.stringify(sent)} as ${JSON.stringify(kept)}`, () =>
      assert.deepEqual(read({ add: [{ name: 'a', request_id: sent }] }).requestIds.add, [kept]));
  }
});

test('a form says the same as JSON', () => {
  const form = parseBrackets(
    new URLSearchParams([
      ['add[0][name]', 'ООО Компания'],
      ['add[0][responsible_user_id]', '504141'],
      ['add[0][tags]', 'недвижимость,аренда'],
      ['add[0][leads_id][0]', '45615'],
      ['add[0][leads_id][1]', '43510'],
      ['add[0][custom_fields][0][id]', '4396818'],
      ['add[0][custom_fields][0][values][0][value]', '89999517535'],
      ['add[0][custom_fields][0][values][0][enum]', '3685087'],
      ['add[0][custom_fields][1][id]', '3789654'],
      ['add[0][custom_fields][1][values][0]', '2615948'],
      ['add[0][custom_fields][1][values][1]', '2648159'],
      ['add[0][custom_fields][2][id]', '4400115'],
    ]).toString(),
    defaultLimits,
  );
  const json = {
    add: [
      {
        name: 'ООО Компания',
        responsible_user_id: 504141,
        tags: 'недвижимость,аренда',
        leads_id: [45615, 43510],
        custom_fields: [
          { id: 4396818, values: [{ value: '89999517535', enum: '3685087' }] },
          { id: 3789654, values: ['2615948', '2648159'] },
        ],
      },
    ],
  };
  assert.deepEqual(read(form), read(json));
});
