import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { documentAccount, documentAccountId, documentUserId } from '../../seed/document.ts';
import type { Actor } from '../../src/crm/account.ts';
import type { KindName } from '../../src/crm/entity.ts';
import { CrmError } from '../../src/crm/errors.ts';
import { type AnyDraft, type Decided, saveEach } from '../../src/crm/save-each.ts';
import type { WriteTx } from '../../src/crm/store.ts';
import { addUser } from '../support/accounts.ts';
import { addDraft } from '../support/office.ts';
import { administrator, openTestStore, type TestStore, testNow } from '../support/server.ts';

const unknownField = { path: '', fieldId: 1, values: [{ value: 'x' }] };
const changing = (id: number, updatedAt: number): AnyDraft => ({ ...addDraft({ name: 'x' }), id, updatedAt });
const leads = Array.from({ length: 41 }, (_, index) => index);

describe('of a list of drafts each is saved or refused by itself', () => {
  let opened: TestStore;
  let actor: Actor;
  before(async () => {
    opened = await openTestStore();
    await documentAccount(opened.store, administrator);
    actor = await actorOf(documentUserId);
  });
  after(async () => {
    await opened.store.close();
    await opened.remove();
  });

  function actorOf(userId: number): Promise<Actor> {
    return opened.store.read(async (tx) => {
      const settings = await tx.settings(documentAccountId);
      return { account: (await tx.findAccount(documentAccountId))!, user: settings.users.get(userId)!, settings };
    });
  }

  interface Saved {
    readonly outcomes: string[];
    /** How many drafts were done with at the end of each transaction. */
    readonly told: number[];
  }

  async function save(
    kind: KindName,
    drafts: readonly AnyDraft[],
    { asking = actor, also }: { asking?: Actor; also?: (tx: WriteTx) => Promise<void> } = {},
  ): Promise<Saved> {
    const told: number[] = [];
    const decided = await saveEach(opened.store, asking, {
      kind,
      drafts: drafts.map((draft, index) => ({ ...draft, path: `${'id' in draft ? 'update' : 'add'}/${index}` })),
      now: testNow,
      also: async (tx, some) => {
        assert.ok(some.every((one) => one !== undefined));
        await also?.(tx);
        told.push(some.length);
      },
    });
    return { outcomes: decided.map(nameOf), told };
  }

  function nameOf(one: Decided): string {
    if ('error' in one) return one.error.reason;
    return one.issue ?? (one.id > 0 ? 'saved' : 'without an id');
  }

  const count = (kind: KindName) => opened.store.read((tx) => tx.count(documentAccountId, kind));

  test('a list that is right is saved at once', async () => {
    const before = await count('company');
    const saved = await save('company', [addDraft({ name: 'a' }), addDraft({ name: 'b' })]);
    assert.deepEqual(saved, { outcomes: ['saved', 'saved'], told: [2] });
    assert.equal(await count('company'), before + 2);
  });

  test('adds and updates keep their order, and updates that are refused one by one are', async () => {
    const stale = changing(41389, 1);
    const unknown = changing(5, testNow);
    const drafts = [addDraft({ name: 'a' }), stale, addDraft({ name: 'b' }), unknown, addDraft({ name: 'c' })];
    const saved = await save('company', drafts);
    assert.deepEqual(saved.outcomes, ['saved', 'stale', 'saved', 'not_found', 'saved']);
  });

  test('what can be seen without the records costs one more try, however many drafts are wrong', async () => {
    const before = await count('company');
    const drafts = Array.from({ length: 100 }, (_, index) => {
      if (index % 4 === 1) return addDraft({ name: 'x', fields: [unknownField] });
      return index % 4 === 2 ? addDraft({ name: '' }) : addDraft({ name: `${index}` });
    });
    const saved = await save('company', drafts);
    const cycle = ['saved', 'field_not_found', 'name_required', 'saved'];
    assert.deepEqual(
      saved.outcomes,
      drafts.map((_, index) => cycle[index % 4]),
    );
    assert.deepEqual(saved.told, [100]);
    assert.equal(await count('company'), before + 50);
  });

  test('what only planning finds splits the list at that draft', async () => {
    const before = await count('lead');
    const contacts = await opened.store.write(async (tx) => {
      const ids = await tx.nextIds(documentAccountId, 'contact', leads.length);
      const [anna] = await tx.entities(documentAccountId, 'contact', [1099181]);
      await tx.saveEntities(
        documentAccountId,
        ids.map((id) => ({ before: null, after: { ...anna!, id } })),
      );
      return ids;
    });
    const crowded = addDraft({ name: 'crowded', link: { contact: contacts } });
    const drafts = [addDraft({ name: 'a' }), crowded, addDraft({ name: 'b' }), crowded, addDraft({ name: '' })];
    const saved = await save('lead', drafts);
    assert.deepEqual(saved.outcomes, ['saved', 'too_many_links', 'saved', 'too_many_links', 'name_required']);
    assert.deepEqual(saved.told, [1, 3, 5]);
    assert.equal(await count('lead'), before + 2);
  });

  test('a list of which nothing is saved is told of, too', async () => {
    const saved = await save('company', [addDraft({ name: '' }), addDraft({ name: '' })]);
    assert.deepEqual(saved, { outcomes: ['name_required', 'name_required'], told: [2] });
    assert.deepEqual(await save('company', []), { outcomes: [], told: [0] });
  });

  test('who may not add adds nothing, and updates all the same', async () => {
    const { id } = await addUser(opened.store, 'careful', { company_add: 'D' });
    const asking = await actorOf(id);
    const update = changing(41389, testNow);
    const saved = await save('company', [addDraft({ name: 'a' }), update, addDraft({ name: 'b' })], { asking });
    assert.deepEqual(saved.outcomes, ['add_not_allowed', 'saved', 'add_not_allowed']);
    const contacts = [
      addDraft({ name: 'a', newCompanyName: 'new' }),
      addDraft({ name: 'b', newCompanyName: 'new', link: { company: [41389] } }),
      addDraft({ name: 'c', newCompanyName: 'new', link: { company: [5] } }),
      addDraft({ name: 'd' }),
    ];
    const named = await save('contact', contacts, { asking });
    assert.deepEqual(named.outcomes, ['add_not_allowed', 'saved', 'add_not_allowed', 'saved']);
  });

  test('what else is written is part of the transaction', async () => {
    const before = await count('company');
    const also = () => Promise.reject(new Error('no'));
    await assert.rejects(save('company', [addDraft({ name: 'a' })], { also }), /no/);
    assert.equal(await count('company'), before);
  });

  test('drafts may be completed in the transaction; an error there costs the draft that needs it', async () => {
    const drafts = ['a', 'bad', 'c'].map((name, index) => ({ ...addDraft({ name }), path: `add/${index}` }));
    const decided = await saveEach(opened.store, actor, {
      kind: 'company',
      drafts,
      now: testNow,
      complete: async (_tx, given) => {
        if (given.some(({ name }) => name === 'bad')) throw new CrmError('add_not_allowed');
        return given.map((draft) => ({ ...draft, name: `${draft.name} completed` }));
      },
    });
    assert.deepEqual(decided.map(nameOf), ['saved', 'add_not_allowed', 'saved']);
    const [last] = await opened.store.read((tx) =>
      tx.entities(documentAccountId, 'company', [(decided[2] as { id: number }).id]),
    );
    assert.equal(last?.name, 'c completed');
  });
});
