import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type Account, makeRobot, type Settings } from '../../src/crm/account.ts';
import { type CustomField, fieldDefaults } from '../../src/crm/custom-field.ts';
import type { Entity } from '../../src/crm/entity.ts';
import { allKinds } from '../../src/crm/kinds.ts';
import { rendering } from '../../src/v2/entities.ts';

const account: Account = {
  ...{ id: 1, subdomain: 'acme', name: 'ACME', currency: 'RUB', timezone: 'Europe/Moscow', language: 'ru' },
  ...{ wire: null, allowedIps: null },
};
const phone: CustomField = {
  ...{ ...fieldDefaults, id: 5, name: 'Телефон', type: 8, code: 'PHONE', kinds: allKinds.map(({ name }) => name) },
  ...{ sort: 2, isSystem: true, enums: [{ id: 6, value: 'WORK' }] },
};
const nothing = new Map<number, never>();
const settings: Settings = {
  ...{ version: 3, users: nothing, groups: nothing, pipelines: nothing, taskTypes: nothing, lossReasons: nothing },
  fields: new Map([[5, phone]]),
};

function record(kind: Entity['kind'], isFilled: boolean): Entity {
  const links = allKinds.map(({ name }) => ({ kind: name, id: 9, name, responsibleUserId: 2, isDeleted: false }));
  return {
    ...{ kind, id: 7, name: 'Ромашка', responsibleUserId: 2, createdBy: 3, updatedBy: 4, createdAt: 10, updatedAt: 11 },
    ...{ closestTaskAt: 12, isDeleted: false },
    values: isFilled ? [{ fieldId: 5, values: [{ value: '+7', enumId: 6 }] }] : [],
    own: isFilled ? { firstName: 'Р', pipelineId: 1, statusId: 142, sale: 5, closedAt: 6, nextPrice: 8 } : {},
    tags: isFilled ? [{ id: 8, name: 'аренда' }] : [],
    links: isFilled ? links : [],
  };
}

// Kept documents outlive the program that made them.
test('answers look as they did when documentFormat was last raised; with another look, raise it and write the hash here', () => {
  const hash = createHash('sha256');
  let version = 0;
  for (const profile of ['documented', 'recorded'] as const) {
    const how = rendering({ profile }, makeRobot(account, settings));
    for (const { name } of allKinds)
      for (const isFilled of [true, false]) hash.update(how.render(record(name, isFilled)));
    version = how.version!;
  }
  assert.deepEqual(
    { format: Math.floor(version / 2 ** 40), hash: hash.digest('hex').slice(0, 16) },
    { format: 0, hash: '444c38316fae6ae9' },
  );
});
