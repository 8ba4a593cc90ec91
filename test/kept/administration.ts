import { listTypes } from '../../src/crm/field-type.ts';
import { allKinds } from '../../src/crm/kinds.ts';
import type { Level, Rights } from '../../src/crm/rights.ts';
import type { Random } from '../store/random.ts';
import type { Act, Office } from './office.ts';
import type { AccountState } from './state.ts';

/**
 * What an administrator changes. The product renames no tag, under no address and by no command. Groups: test/wire/users.test.ts. (Where one
 * day it does, this is the place.)
 */
export function administrate(office: Office, account: number, state: AccountState): Act | undefined {
  const { random } = office;
  switch (random.whole(0, 11)) {
    case 0:
      return defineFields(office, account);
    case 10:
    case 11:
      return changeField(office, account, state);
    case 1:
    case 2:
    case 3:
      return deleteField(office, account, state);
    case 4:
      return addStage(office, account, state);
    case 5: {
      const rights = someRights(random);
      const groupId = random.pick([...state.settings.groups.keys()]);
      return done(() => office.hire(account, rights, groupId));
    }
    case 6:
      return addGroup(office, account);
    default:
      return setUser(office, account, state);
  }
}

const fieldTypes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 17];

/** One for each kind. */
export function defineFields(office: Office, account: number): Act {
  const { random } = office;
  const fields = allKinds.map(({ elementType }) => ({
    name: `Поле ${random.whole(1, 99)}`,
    type: random.pick(fieldTypes),
    element_type: elementType,
    origin: 'test',
    enums: ['один', 'два'],
  }));
  return office.post(office.boss(account), '/api/v2/fields', { add: fields });
}

/** Most often one that something is written in, if there is any. */
function deleteField({ random, ...office }: Office, account: number, { fields, live }: AccountState): Act | undefined {
  const own = fields.filter((field) => field.origin !== null);
  const filled = new Set(
    Object.values(live).flatMap((rows) => rows.flatMap(({ values }) => values.map(({ fieldId }) => fieldId))),
  );
  const choice = [...own.filter(({ id }) => filled.has(id)), ...own];
  const field = choice[Math.floor(random.next() ** 2 * choice.length)];
  return (
    field && office.post(office.boss(account), '/api/v2/fields', { delete: [{ id: field.id, origin: field.origin }] })
  );
}

/** Another name, and another one of each option, one more in front of them. */
function changeField(office: Office, account: number, { fields }: AccountState): Act | undefined {
  const own = fields.filter(({ isSystem }) => !isSystem);
  if (own.length === 0) return undefined;
  const { id, type, enums } = office.random.pick(own);
  const renamed = enums.map((option) => ({ ...option, value: `${option.value}!`.slice(-20) }));
  const isList = listTypes.has(type) && enums.length < 20;
  return office.post(office.boss(account), '/api/kontora/fields/update', {
    id,
    name: `Поле ${office.random.whole(1, 99)}`,
    ...(isList && { enums: [{ value: `ещё ${office.now}` }, ...renamed] }),
  });
}

function addStage(office: Office, account: number, { settings }: AccountState): Act {
  const { id, name, statuses } = office.random.pick([...settings.pipelines.values()]);
  const stages = [...statuses.values()].map((status) => [status.id, { name: status.name }] as const);
  // A pipeline takes a hundred stages.
  const all = { ...Object.fromEntries(stages), ...(stages.length < 50 && { 0: { name: `этап ${office.now}` } }) };
  return office.post(office.boss(account), '/private/api/v2/json/pipelines/set', {
    request: { pipelines: { update: { [id]: { name: `${name}!`.slice(-20), statuses: all } } } },
  });
}

/** As `kontora group add` does, which is another process. */
function addGroup({ outside }: Office, account: number): Act {
  return done(() =>
    outside.write(async (tx) => {
      const id = Math.max(...(await tx.settings(account)).groups.keys()) + 1;
      await tx.addGroups(account, [{ id, name: `Отдел ${id}` }]);
    }),
  );
}

/** As `kontora user set` does: another name, group or rights. Nobody is switched off: he could not ask any more. */
export function setUser({ outside, random }: Office, account: number, { settings }: AccountState): Act {
  const user = random.pick([...settings.users.values()]);
  const groupId = random.pick([...settings.groups.keys()]);
  const rights = user.isAdmin ? {} : someRights(random);
  return done(() => outside.write((tx) => tx.setUser(account, { ...user, name: `${user.id}!`, groupId, rights })));
}

/** What no address does has no answer. */
export function done(work: () => Promise<void>): Act {
  return async () => {
    await work();
    return undefined;
  };
}

/** Often those of somebody who sees everything. He may edit what he sees. */
export function someRights(random: Random): Rights {
  const level = (): Level => random.pick(['A', 'G', 'M'] as const);
  if (random.chance(0.4)) return {};
  return { company_view: level(), contact_view: level(), lead_view: level(), customer_view: level() };
}
