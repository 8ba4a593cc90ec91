import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Actor } from '../../src/crm/account.ts';
import type { Batch, EntityRow, KindName } from '../../src/crm/entity.ts';
import type { Link } from '../../src/crm/link.ts';
import type { LoadedBatch } from '../../src/crm/load-batch.ts';
import { acceptBatch, type BatchPlan, countIds, type Item, planBatch } from '../../src/crm/plan-batch.ts';
import type { StoredTag } from '../../src/crm/store.ts';
import {
  acme,
  actor,
  addDraft,
  anna,
  boris,
  changedAt,
  galina,
  ivan,
  loaded,
  now,
  phone,
  position,
  romashka,
  strangerId,
  target,
  updateDraft,
  vera,
  web,
} from '../support/office.ts';

/** Ids of new records of every kind and of new tags count up from these. */
const firstId = 1099264;
const firstTagId = 61883;

const rent = 45615;
const sale = 43510;

function batch({ add = [], update = [] }: Partial<Batch>): Batch {
  return { add, update };
}

function accept(who: Actor, kind: KindName, parts: Partial<Batch>, known: LoadedBatch = loaded()): Item[] {
  return acceptBatch(who, kind, batch(parts), known, now);
}

/** What saving a batch would do, with as many ids as it asks for. */
function plan(who: Actor, kind: KindName, parts: Partial<Batch>, known: LoadedBatch = loaded()): BatchPlan {
  const items = accept(who, kind, parts, known);
  const counts = countIds(items, known);
  const ids = {
    entities: range(firstId, counts.entities),
    companies: range(firstId + counts.entities, counts.companies),
    tags: range(firstTagId, counts.tags),
  };
  return planBatch(who, items, known, ids, now);
}

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

/** The row that a plan writes for a record. */
function written({ changes }: BatchPlan, id: number, kind: KindName = 'company'): EntityRow | undefined {
  return changes.find(({ after }) => after.kind === kind && after.id === id)?.after;
}

function issues(items: readonly Item[]): (string | undefined)[] {
  return items.map(({ issue }) => issue);
}

describe('an update is taken unless it is older than the record', () => {
  const times = [
    ['of the very second of the last change', changedAt, undefined],
    ['a second later', changedAt + 1, undefined],
    ['of the far future', 4102444800, undefined],
    ['in milliseconds', 1619342253000, undefined],
    ['a second earlier', changedAt - 1, 'stale'],
    ['without a time', undefined, 'stale'],
  ] as const;
  for (const [title, updatedAt, issue] of times) {
    test(`${title}: ${issue ?? 'taken'}`, () => {
      const [item] = accept(
        actor(anna()),
        'company',
        { update: [updateDraft(romashka(), { updatedAt, name: 'ООО Лютик' })] },
        loaded([romashka()]),
      );
      assert.equal(item?.issue, issue);
      assert.equal(item?.row.name, issue ? romashka().name : 'ООО Лютик');
      assert.equal(item?.row.updatedAt, issue ? changedAt : updatedAt);
    });
  }
});

describe('an update changes what it names and nothing else', () => {
  const before = () => romashka({ values: [{ fieldId: web().id, values: [{ value: 'http://company.moc' }] }] });

  test('a bare update keeps everything but who and when', () => {
    const [item] = accept(
      actor(galina()),
      'company',
      { update: [updateDraft(before(), { updatedAt: changedAt + 10 })] },
      loaded([before()]),
    );
    assert.deepEqual(item?.row, { ...before(), updatedAt: changedAt + 10, updatedBy: galina().id });
  });

  test('name, responsible user and fields are taken', () => {
    const draft = updateDraft(before(), {
      name: 'ООО Лютик',
      responsibleUserId: vera().id,
      fields: [{ path: 'update/0/custom_fields/0', fieldId: web().id, values: [{ value: 'example.moc' }] }],
    });
    const [item] = accept(actor(galina()), 'company', { update: [draft] }, loaded([before()]));
    assert.equal(item?.row.name, 'ООО Лютик');
    assert.equal(item?.row.responsibleUserId, vera().id);
    assert.deepEqual(item?.row.values, [{ fieldId: web().id, values: [{ value: 'http://example.moc' }] }]);
  });

  test('an empty name is passed over', () => {
    const [item] = accept(
      actor(galina()),
      'company',
      { update: [updateDraft(before(), { name: '' })] },
      loaded([before()]),
    );
    assert.equal(item?.row.name, before().name);
  });

  test('a creator that the account does not know is not believed', () => {
    const draft = updateDraft(before(), { createdBy: strangerId });
    const [item] = accept(actor(galina()), 'company', { update: [draft] }, loaded([before()]));
    assert.equal(item?.row.createdBy, before().createdBy);
  });
});

describe('a record that is added', () => {
  const added = (parts: Parameters<typeof addDraft>[0]) =>
    accept(actor(anna()), 'company', { add: [addDraft(parts)] })[0]!.row;

  test('belongs to the caller and has the time of the request, unless it says otherwise', () => {
    const row = added({ name: 'Wabeco' });
    assert.equal(row.name, 'Wabeco');
    assert.equal(row.responsibleUserId, anna().id);
    assert.equal(row.createdBy, anna().id);
    assert.equal(row.updatedBy, anna().id);
    assert.equal(row.createdAt, now);
    assert.equal(row.updatedAt, now);
  });

  test('keeps the times that it came with', () => {
    const row = added({ createdAt: 1509051600, updatedAt: 1509051700 });
    assert.equal(row.createdAt, 1509051600);
    assert.equal(row.updatedAt, 1509051700);
  });

  test('keeps its responsible user and its creator when the account knows them', () => {
    const row = added({ responsibleUserId: vera().id, createdBy: boris().id });
    assert.equal(row.responsibleUserId, vera().id);
    assert.equal(row.createdBy, boris().id);
  });

  test('may be made by a robot, who is user 0', () => {
    assert.equal(added({ createdBy: 0 }).createdBy, 0);
  });

  test('was made by the caller if the account does not know its creator', () => {
    assert.equal(added({ createdBy: strangerId }).createdBy, anna().id);
  });

  test('was changed by the caller, whoever made it', () => {
    assert.equal(added({ createdBy: 0 }).updatedBy, anna().id);
  });

  for (const name of [undefined, '']) {
    test(`needs a name: ${JSON.stringify(name)} refuses the request`, () => {
      assert.throws(() => added({ name }), { reason: 'name_required', path: 'add/0/name' });
    });
  }
});

test('a responsible user whom the account does not know refuses the request, of additions and of updates', () => {
  const added = { add: [addDraft({ responsibleUserId: strangerId })] };
  assert.throws(() => accept(actor(anna()), 'company', added), {
    reason: 'user_not_found',
    path: 'add/0/responsible_user_id',
  });
  const updated = { update: [updateDraft(romashka(), { responsibleUserId: strangerId })] };
  assert.throws(() => accept(actor(anna()), 'company', updated, loaded([romashka()])), {
    reason: 'user_not_found',
    path: 'update/0/responsible_user_id',
  });
});

describe('one refused update does not stop the others', () => {
  const who = () => actor(anna({ company_edit: 'M' }));
  const stale = updateDraft(romashka(), { updatedAt: changedAt - 1 });
  const notHers = updateDraft(acme({ responsibleUserId: vera().id }));
  const unknown = updateDraft(romashka({ id: 1 }));
  const good = updateDraft(romashka({ id: 41391 }), { name: 'ООО Лютик' });
  const known = () => loaded([romashka(), acme({ responsibleUserId: vera().id }), romashka({ id: 41391 })]);

  test('each has its reason', () => {
    const items = accept(who(), 'company', { update: [stale, notHers, unknown, good] }, known());
    assert.deepEqual(issues(items), ['stale', 'no_right', 'not_found', undefined]);
  });

  test('only the good one is written', () => {
    const { changes } = plan(who(), 'company', { update: [stale, notHers, unknown, good] }, known());
    assert.deepEqual(
      changes.map(({ after }) => after.id),
      [good.id],
    );
  });

  test('outcomes come in the order of the items, with their ids', () => {
    const { outcomes } = plan(
      who(),
      'company',
      { add: [addDraft(), addDraft({ path: 'add/1' })], update: [stale, good, unknown] },
      known(),
    );
    assert.deepEqual(outcomes.add, [
      { id: firstId, updatedAt: now, issue: undefined },
      { id: firstId + 1, updatedAt: now, issue: undefined },
    ]);
    assert.deepEqual(
      outcomes.update.map(({ id, issue }) => [id, issue]),
      [
        [stale.id, 'stale'],
        [good.id, undefined],
        [unknown.id, 'not_found'],
      ],
    );
  });

  test('of an update the outcome tells the time that was stored, which is the client’s', () => {
    const { outcomes } = plan(
      who(),
      'company',
      { update: [updateDraft(romashka(), { updatedAt: changedAt + 10 })] },
      known(),
    );
    assert.deepEqual(outcomes.update, [{ id: romashka().id, updatedAt: changedAt + 10, issue: undefined }]);
  });
});

describe('rights', () => {
  test('an update without the right to edit is refused, D for all, M for the records of others', () => {
    const update = [updateDraft(romashka()), updateDraft(acme({ responsibleUserId: boris().id }))];
    const known = loaded([romashka(), acme({ responsibleUserId: boris().id })]);
    const reasons = (level: 'A' | 'G' | 'M' | 'D') =>
      issues(accept(actor(anna({ company_edit: level })), 'company', { update }, known));
    assert.deepEqual(reasons('D'), ['no_right', 'no_right']);
    assert.deepEqual(reasons('M'), [undefined, 'no_right']);
    assert.deepEqual(reasons('G'), [undefined, undefined]);
    assert.deepEqual(reasons('A'), [undefined, undefined]);
  });

  test('the right counts for the responsible user there was, not for the one the update names', () => {
    const theirs = acme({ responsibleUserId: vera().id });
    const draft = updateDraft(theirs, { responsibleUserId: anna().id });
    const items = accept(actor(anna({ company_edit: 'M' })), 'company', { update: [draft] }, loaded([theirs]));
    assert.deepEqual(issues(items), ['no_right']);
  });

  test('an addition without the right to add refuses the whole request', () => {
    const parts = { add: [addDraft()], update: [updateDraft(romashka())] };
    assert.throws(() => accept(actor(anna({ company_add: 'D' })), 'company', parts, loaded([romashka()])), {
      reason: 'add_not_allowed',
    });
  });

  test('who may not add may still update', () => {
    const items = accept(
      actor(anna({ company_add: 'D' })),
      'company',
      { update: [updateDraft(romashka())] },
      loaded([romashka()]),
    );
    assert.deepEqual(issues(items), [undefined]);
  });

  test('an administrator may do all of it', () => {
    const parts = { add: [addDraft()], update: [updateDraft(romashka())] };
    const who = actor(galina({ company_add: 'D', company_edit: 'D' }));
    assert.deepEqual(issues(accept(who, 'company', parts, loaded([romashka()]))), [undefined, undefined]);
  });
});

describe('an unknown field refuses the whole request', () => {
  const unknownField = { path: 'update/0/custom_fields/0', fieldId: 1, values: [{ value: 'a' }] };

  test('though other items are good', () => {
    const parts = { add: [addDraft()], update: [updateDraft(romashka(), { fields: [unknownField] })] };
    assert.throws(() => accept(actor(anna()), 'company', parts, loaded([romashka()])), { reason: 'field_not_found' });
  });

  test('of a record of another kind too', () => {
    const fields = [{ ...unknownField, fieldId: position().id }];
    assert.throws(() => accept(actor(anna()), 'company', { add: [addDraft({ fields })] }), {
      reason: 'field_not_found',
    });
  });
});

describe('the same record twice in one request', () => {
  const webDraft = { path: 'update/0/custom_fields/0', fieldId: web().id, values: [{ value: 'example.moc' }] };

  test('is changed by both, one after the other', () => {
    const first = updateDraft(romashka(), { updatedAt: changedAt + 1, name: 'ООО Лютик', fields: [webDraft] });
    const second = updateDraft(romashka(), { updatedAt: changedAt + 2, responsibleUserId: vera().id });
    const { changes, outcomes } = plan(actor(anna()), 'company', { update: [first, second] }, loaded([romashka()]));
    assert.equal(changes.length, 1);
    assert.deepEqual(changes[0]?.before, romashka());
    assert.deepEqual(changes[0]?.after, {
      ...romashka(),
      name: 'ООО Лютик',
      responsibleUserId: vera().id,
      updatedAt: changedAt + 2,
      updatedBy: anna().id,
      values: [{ fieldId: web().id, values: [{ value: 'http://example.moc' }] }],
    });
    assert.deepEqual(
      outcomes.update.map(({ updatedAt }) => updatedAt),
      [changedAt + 1, changedAt + 2],
    );
  });

  test('is checked the second time against the time that the first one stored', () => {
    const first = updateDraft(romashka(), { updatedAt: changedAt + 10, name: 'ООО Лютик' });
    const second = updateDraft(romashka(), { updatedAt: changedAt + 5, name: 'ООО Фиалка' });
    const { changes, outcomes } = plan(actor(anna()), 'company', { update: [first, second] }, loaded([romashka()]));
    assert.deepEqual(
      outcomes.update.map(({ issue }) => issue),
      [undefined, 'stale'],
    );
    assert.equal(changes[0]?.after.name, 'ООО Лютик');
    assert.equal(changes[0]?.after.updatedAt, changedAt + 10);
  });

  test('is checked against the stored time after a first one that was refused', () => {
    const first = updateDraft(romashka(), { updatedAt: changedAt - 1 });
    const second = updateDraft(romashka(), { updatedAt: changedAt });
    const items = accept(actor(anna()), 'company', { update: [first, second] }, loaded([romashka()]));
    assert.deepEqual(issues(items), ['stale', undefined]);
  });

  test('has the tags of the last one that names any', () => {
    const first = updateDraft(romashka(), { tags: [{ name: 'аренда' }] });
    const second = updateDraft(romashka(), { name: 'ООО Лютик' });
    const { newTags, tagSets } = plan(actor(anna()), 'company', { update: [first, second] }, loaded([romashka()]));
    assert.deepEqual(tagSets, [{ ownerId: romashka().id, tagIds: newTags.map(({ id }) => id) }]);
    assert.equal(newTags.length, 1);
  });
});

test('nothing at all is planned for a refused update', () => {
  const draft = updateDraft(ivan(), {
    updatedAt: ivan().updatedAt - 1,
    name: 'Пётр',
    tags: [{ name: 'аренда' }],
    link: { lead: [rent] },
    unlink: { company: [romashka().id] },
    newCompanyName: 'ООО Новая',
    fields: [{ path: 'update/0/custom_fields/0', fieldId: phone().id, values: [{ value: '89999517535' }] }],
  });
  const known = loaded([ivan()], {
    targets: new Set([target('lead', rent), target('company', romashka().id)]),
    links: [{ first: 'company', firstId: romashka().id, second: 'contact', secondId: ivan().id }],
  });
  const { outcomes, ...effects } = plan(actor(anna()), 'contact', { update: [draft] }, known);
  assert.deepEqual(effects, { changes: [], newTags: [], tagSets: [], link: [], unlink: [] });
  assert.deepEqual(
    outcomes.update.map(({ id, issue }) => [id, issue]),
    [[ivan().id, 'stale']],
  );
  const items = accept(actor(anna()), 'contact', { update: [draft] }, known);
  assert.deepEqual(countIds(items, known), { entities: 0, companies: 0, tags: 0 });
});

describe('tags', () => {
  const estate: StoredTag = { id: 7, name: 'Недвижимость', folded: 'недвижимость' };
  const year: StoredTag = { id: 8, name: '2017', folded: '2017' };
  const plant = (tags: { id?: number; name: string }[]) =>
    plan(actor(anna()), 'company', { add: [addDraft({ tags })] }, loaded([], { tags: [estate, year] }));
  const tagIds = ({ tagSets }: BatchPlan) => tagSets.map((set) => set.tagIds);

  test('are found by name without letter case and blanks', () => {
    const result = plant([{ name: 'НЕДВИЖИМОСТЬ ' }]);
    assert.deepEqual(tagIds(result), [[estate.id]]);
    assert.deepEqual(result.newTags, []);
  });

  test('are found by id', () => {
    const result = plant([{ id: estate.id, name: String(estate.id) }]);
    assert.deepEqual(tagIds(result), [[estate.id]]);
    assert.deepEqual(result.newTags, []);
  });

  test('are found by id though the name has changed', () => {
    assert.deepEqual(tagIds(plant([{ id: estate.id, name: 'Дома' }])), [[estate.id]]);
  });

  test('are found by name when their digits are no id', () => {
    assert.deepEqual(tagIds(plant([{ id: 2017, name: '2017' }])), [[year.id]]);
  });

  test('of digits that are neither id nor name are made', () => {
    const result = plant([{ id: 2018, name: '2018' }]);
    assert.deepEqual(
      result.newTags.map(({ id, name }) => ({ id, name })),
      [{ id: firstTagId, name: '2018' }],
    );
    assert.deepEqual(tagIds(result), [[firstTagId]]);
  });

  test('of unknown names are made, in their order', () => {
    const result = plant([{ name: 'застройка' }, { name: 'Недвижимость' }, { name: 'аренда' }]);
    assert.deepEqual(
      result.newTags.map(({ id, name }) => ({ id, name })),
      [
        { id: firstTagId, name: 'застройка' },
        { id: firstTagId + 1, name: 'аренда' },
      ],
    );
    assert.deepEqual(tagIds(result), [[firstTagId, estate.id, firstTagId + 1]]);
  });

  test('are made once, in the first spelling, for all items', () => {
    const add = [
      addDraft({ tags: [{ name: 'Аренда' }, { name: 'АРЕНДА' }] }),
      addDraft({ path: 'add/1', tags: [{ name: 'аренда' }] }),
    ];
    const result = plan(actor(anna()), 'company', { add });
    assert.deepEqual(
      result.newTags.map(({ id, name }) => ({ id, name })),
      [{ id: firstTagId, name: 'Аренда' }],
    );
    assert.deepEqual(result.tagSets, [
      { ownerId: firstId, tagIds: [firstTagId] },
      { ownerId: firstId + 1, tagIds: [firstTagId] },
    ]);
  });

  test('named twice stand once', () => {
    assert.deepEqual(tagIds(plant([{ id: estate.id, name: '7' }, { name: 'недвижимость' }])), [[estate.id]]);
  });

  test('replace the whole set: none clears it', () => {
    const update = [updateDraft(romashka(), { tags: [] })];
    const { tagSets } = plan(actor(anna()), 'company', { update }, loaded([romashka()]));
    assert.deepEqual(tagSets, [{ ownerId: romashka().id, tagIds: [] }]);
  });

  test('stay when the update does not name them', () => {
    const { tagSets } = plan(actor(anna()), 'company', { update: [updateDraft(romashka())] }, loaded([romashka()]));
    assert.deepEqual(tagSets, []);
  });
});

describe('links', () => {
  const companyLead = (secondId: number, firstId = romashka().id): Link => ({
    first: 'company',
    firstId,
    second: 'lead',
    secondId,
  });
  const companyContact = (firstId: number, secondId = ivan().id): Link => ({
    first: 'company',
    firstId,
    second: 'contact',
    secondId,
  });

  test('are made in the order of the request', () => {
    const known = loaded([], { targets: new Set([target('lead', rent), target('lead', sale)]) });
    const { link } = plan(actor(anna()), 'company', { add: [addDraft({ link: { lead: [rent, sale] } })] }, known);
    assert.deepEqual(link, [companyLead(rent, firstId), companyLead(sale, firstId)]);
  });

  test('to ids that do not exist for the user are passed over, and the record is still written', () => {
    const known = loaded([], { targets: new Set([target('lead', rent), target('contact', sale)]) });
    const result = plan(actor(anna()), 'company', { add: [addDraft({ link: { lead: [sale, rent] } })] }, known);
    assert.deepEqual(result.link, [companyLead(rent, firstId)]);
    assert.ok(written(result, firstId));
  });

  test('are only added by an update that names others', () => {
    const known = loaded([romashka()], { targets: new Set([target('lead', sale)]), links: [companyLead(rent)] });
    const update = [updateDraft(romashka(), { link: { lead: [sale] } })];
    const { link, unlink } = plan(actor(anna()), 'company', { update }, known);
    assert.deepEqual({ link, unlink }, { link: [companyLead(sale)], unlink: [] });
  });

  test('go by unlink', () => {
    const known = loaded([romashka()], {
      targets: new Set([target('lead', rent)]),
      links: [companyLead(rent), companyLead(sale)],
    });
    const update = [updateDraft(romashka(), { unlink: { lead: [rent] } })];
    const { link, unlink } = plan(actor(anna()), 'company', { update }, known);
    assert.deepEqual({ link, unlink }, { link: [], unlink: [companyLead(rent)] });
  });

  test('are unlinked first and linked then: who is in both stays linked', () => {
    const targets = new Set([target('lead', rent), target('lead', sale)]);
    const known = loaded([romashka()], { targets, links: [companyLead(rent)] });
    const update = [updateDraft(romashka(), { unlink: { lead: [rent, sale] }, link: { lead: [rent, sale] } })];
    const { link, unlink } = plan(actor(anna()), 'company', { update }, known);
    assert.deepEqual({ link, unlink }, { link: [companyLead(sale)], unlink: [] });
  });

  test('move a contact from its former company', () => {
    const known = loaded([acme()], {
      targets: new Set([target('contact', ivan().id)]),
      links: [companyContact(romashka().id)],
    });
    const update = [updateDraft(acme(), { link: { contact: [ivan().id] } })];
    const { link, unlink } = plan(actor(anna()), 'company', { update }, known);
    assert.deepEqual({ link, unlink }, { link: [companyContact(acme().id)], unlink: [companyContact(romashka().id)] });
  });

  test('do not touch the record at the other end', () => {
    const known = loaded([acme()], { targets: new Set([target('contact', ivan().id)]) });
    const update = [updateDraft(acme(), { link: { contact: [ivan().id] } })];
    const { changes } = plan(actor(anna()), 'company', { update }, known);
    assert.deepEqual(
      changes.map(({ after }) => [after.kind, after.id]),
      [['company', acme().id]],
    );
  });

  test('of a forty-first contact to a lead refuse the whole request', () => {
    const contacts = range(1, 41);
    const known = loaded([], { targets: new Set(contacts.map((id) => target('contact', id))) });
    const save = (ids: number[]) => plan(actor(anna()), 'lead', { add: [addDraft({ link: { contact: ids } })] }, known);
    assert.throws(() => save(contacts), { reason: 'too_many_links', path: 'add/0' });
    assert.equal(save(contacts.slice(1)).link.length, 40);
  });
});

describe('company_name of a contact', () => {
  const newCompany = 'ООО Новая';

  test('makes a company and links it', () => {
    const result = plan(actor(anna()), 'contact', {
      add: [addDraft({ name: ivan().name, newCompanyName: newCompany })],
    });
    const companyId = firstId + 1;
    assert.equal(written(result, firstId, 'contact')?.name, ivan().name);
    assert.equal(written(result, companyId)?.name, newCompany);
    assert.deepEqual(result.link, [{ first: 'company', firstId: companyId, second: 'contact', secondId: firstId }]);
    assert.deepEqual(
      result.outcomes.add.map(({ id }) => id),
      [firstId],
    );
  });

  test('gives the company nothing of the contact’s fields', () => {
    const fields = [{ path: 'add/0/custom_fields/0', fieldId: phone().id, values: [{ value: '89999517535' }] }];
    const result = plan(actor(anna()), 'contact', {
      add: [addDraft({ name: ivan().name, newCompanyName: newCompany, fields })],
    });
    assert.deepEqual(written(result, firstId + 1)?.values, []);
    assert.equal(written(result, firstId, 'contact')?.values.length, 1);
  });

  test('makes one for each contact, though the names are the same', () => {
    const add = [addDraft({ newCompanyName: newCompany }), addDraft({ path: 'add/1', newCompanyName: newCompany })];
    const { changes } = plan(actor(anna()), 'contact', { add });
    const companies = changes.filter(({ after }) => after.kind === 'company').map(({ after }) => after.id);
    assert.equal(new Set(companies).size, 2);
  });

  test('makes none when company_id is there too', () => {
    const known = loaded([], { targets: new Set([target('company', romashka().id)]) });
    const draft = addDraft({ newCompanyName: newCompany, link: { company: [romashka().id] } });
    const result = plan(actor(anna()), 'contact', { add: [draft] }, known);
    assert.deepEqual(result.link, [{ first: 'company', firstId: romashka().id, second: 'contact', secondId: firstId }]);
    assert.equal(result.changes.length, 1);
  });

  test('replaces the company that the contact had', () => {
    const former: Link = { first: 'company', firstId: romashka().id, second: 'contact', secondId: ivan().id };
    const update = [updateDraft(ivan(), { newCompanyName: newCompany })];
    const result = plan(actor(anna()), 'contact', { update }, loaded([ivan()], { links: [former] }));
    assert.deepEqual(result.unlink, [former]);
    assert.deepEqual(result.link, [{ ...former, firstId }]);
    assert.equal(written(result, firstId)?.createdBy, anna().id);
  });

  test('needs the right to add companies', () => {
    const add = [addDraft({ newCompanyName: newCompany })];
    assert.throws(() => accept(actor(anna({ company_add: 'D' })), 'contact', { add }), { reason: 'add_not_allowed' });
    assert.deepEqual(issues(accept(actor(anna({ company_add: 'D' })), 'contact', { add: [addDraft()] })), [undefined]);
  });
});

describe('the text that a search looks into', () => {
  test('of a new record holds its name and its fields', () => {
    const fields = [{ path: 'add/0/custom_fields/0', fieldId: phone().id, values: [{ value: '+7 926 123-45-67' }] }];
    const { changes } = plan(actor(anna()), 'company', { add: [addDraft({ name: romashka().name, fields })] });
    assert.match(changes[0]?.search ?? '', /ооо ромашка/);
    assert.match(changes[0]?.search ?? '', /79261234567/);
  });

  test('is written anew when the name changes', () => {
    const update = [updateDraft(romashka(), { name: 'ООО Лютик' })];
    const { changes } = plan(actor(anna()), 'company', { update }, loaded([romashka()]));
    assert.match(changes[0]?.search ?? '', /ооо лютик/);
    assert.doesNotMatch(changes[0]?.search ?? '', /ромашка/);
  });

  test('is left alone when nothing in it changes', () => {
    const update = [updateDraft(romashka(), { responsibleUserId: vera().id })];
    const { changes } = plan(actor(anna()), 'company', { update }, loaded([romashka()]));
    assert.equal(changes[0]?.search, undefined);
  });

  test('is written anew when the first of two updates changes it and the second does not', () => {
    const update = [updateDraft(romashka(), { name: 'ООО Лютик' }), updateDraft(romashka())];
    const { changes } = plan(actor(anna()), 'company', { update }, loaded([romashka()]));
    assert.match(changes[0]?.search ?? '', /ооо лютик/);
  });
});
