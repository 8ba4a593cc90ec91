import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Actor, User } from '../../src/crm/account.ts';
import type { KindName } from '../../src/crm/entity.ts';
import { type Action, covers, type Level, mayAdd, scopeOf, visibleTo } from '../../src/crm/rights.ts';
import { actor, anna, boris, galina, vera } from '../support/office.ts';

const everyone: readonly User[] = [anna(), boris(), vera(), galina()];
const actions: readonly Action[] = ['view', 'edit', 'delete', 'export'];

/** The names of those whose records the actor's right reaches. */
function reach(who: Actor, kind: KindName, action: Action): string[] {
  const scope = scopeOf(who, kind, action);
  return everyone.filter(({ id }) => covers(scope, id)).map(({ name }) => name);
}

/** Anna has these; Boris is of her group, Vera is not, and Galina is the administrator. */
const reached: Readonly<Record<Level, readonly string[]>> = {
  A: ['Anna', 'Boris', 'Vera', 'Galina'],
  G: ['Anna', 'Boris'],
  M: ['Anna'],
  D: [],
};

for (const action of actions) {
  describe(`the right to ${action}`, () => {
    for (const level of ['A', 'G', 'M', 'D'] as const) {
      test(`${level} reaches the records of ${reached[level].join(', ') || 'nobody'}`, () => {
        const who = actor(anna({ [`company_${action}`]: level }));
        assert.deepEqual(reach(who, 'company', action), reached[level]);
      });
    }

    test('of one kind says nothing of another kind', () => {
      const who = actor(anna({ [`company_${action}`]: 'D', [`contact_${action}`]: 'A' }));
      assert.deepEqual(reach(who, 'contact', action), reached.A);
    });

    test('is not another action’s', () => {
      for (const other of actions.filter((one) => one !== action)) {
        const who = actor(anna({ [`company_${action}`]: 'D', [`company_${other}`]: 'M' }));
        assert.deepEqual(reach(who, 'company', other), reached.M);
      }
    });

    test('reaches everything for an administrator, whatever his rights say', () => {
      assert.deepEqual(reach(actor(galina({ [`company_${action}`]: 'D' })), 'company', action), reached.A);
    });
  });
}

test('group 0 is a group like any other', () => {
  const who = actor({ ...anna({ company_view: 'G' }), groupId: galina().groupId });
  assert.deepEqual(reach(who, 'company', 'view'), ['Anna', 'Galina']);
});

test('a colleague who has been switched off is still of the group', () => {
  const who = actor(anna({ company_view: 'G' }));
  const retired = { ...boris(), isActive: false };
  const users = new Map([...who.settings.users, [retired.id, retired]]);
  assert.deepEqual(reach({ ...who, settings: { ...who.settings, users } }, 'company', 'view'), reached.G);
});

describe('adding', () => {
  test('A allows it, D denies it', () => {
    assert.equal(mayAdd(actor(anna({ company_add: 'A' })), 'company'), true);
    assert.equal(mayAdd(actor(anna({ company_add: 'D' })), 'company'), false);
  });

  test('the right of one kind says nothing of another', () => {
    assert.equal(mayAdd(actor(anna({ contact_add: 'D' })), 'company'), true);
  });

  test('an administrator always may', () => {
    assert.equal(mayAdd(actor(galina({ company_add: 'D' })), 'company'), true);
  });
});

describe('what exists for a user', () => {
  const who = () => actor(anna({ company_view: 'M', contact_view: 'G', company_edit: 'A' }));
  const company = { kind: 'company', responsibleUserId: anna().id, isDeleted: false } as const;
  const contact = { kind: 'contact', responsibleUserId: boris().id, isDeleted: false } as const;

  test('is what his view right of that kind reaches', () => {
    const visible = visibleTo(who());
    assert.equal(visible(company), true);
    assert.equal(visible({ ...company, responsibleUserId: boris().id }), false);
    assert.equal(visible(contact), true);
    assert.equal(visible({ ...contact, responsibleUserId: vera().id }), false);
  });

  test('is nothing that was deleted, not even for an administrator', () => {
    assert.equal(visibleTo(who())({ ...company, isDeleted: true }), false);
    assert.equal(visibleTo(actor(galina()))({ ...company, isDeleted: true }), false);
  });
});
