import type { Settings } from '../../../src/crm/account.ts';
import type { CustomField } from '../../../src/crm/custom-field.ts';
import type { KindName as RulesKind } from '../../../src/crm/entity.ts';
import { type Choice, type Columns, columnChoices, planColumns } from '../../../src/v2/import-columns.ts';
import type { Reading } from '../../../src/v2/import-row.ts';
import { type KindName, kindNames } from '../api.ts';
import type { Account } from '../session.ts';

const rulesKinds: Readonly<Record<KindName, RulesKind>> = {
  companies: 'company',
  contacts: 'contact',
  leads: 'lead',
  customers: 'customer',
};
export const rulesKindOf = (kind: KindName): RulesKind => rulesKinds[kind];

/** What the rules of `kontora import` need of the account: they are the same ones. */
export function readingOf(kind: KindName, account: Account): Reading {
  const { timezone } = account.json;
  const users: Settings['users'] = new Map(
    account.users.map(({ id, login, name, last_name, group_id, is_admin, is_active, phone_number }) => {
      const rest = { groupId: group_id, isAdmin: is_admin, isActive: is_active, phone: phone_number };
      return [id, { id, login, name, lastName: last_name, language: 'ru', rights: {}, ...rest }];
    }),
  );
  const stages = new Map(
    account.pipelines.map(({ id, name, sort, is_main, statuses }) => {
      const all = Object.values(statuses).map(({ is_editable, ...status }) => ({ ...status, isEditable: is_editable }));
      return [id, { id, name, sort, isMain: is_main, statuses: new Map(all.map((status) => [status.id, status])) }];
    }),
  );
  return {
    kind: rulesKinds[kind],
    account: { timezone },
    // The API does not tell reasons of refusal.
    settings: { users, fields: fieldsOf(account), pipelines: stages, lossReasons: new Map() },
  };
}

function fieldsOf(account: Account): Map<number, CustomField> {
  const fields = new Map<number, CustomField>();
  for (const kind of kindNames) {
    for (const json of Object.values(account.json._embedded.custom_fields[kind] ?? {})) {
      const { id, name, code, sort, field_type: type, enums = {} } = json;
      fields.set(id, {
        ...{ id, name, code, sort, type, isSystem: json.is_system, origin: null },
        ...{ isEditable: json.is_editable, isRequired: json.is_required },
        ...{ isDeletable: json.is_deletable, isVisible: json.is_visible },
        kinds: [...(fields.get(id)?.kinds ?? []), rulesKinds[kind]],
        enums: Object.entries(enums).map(([id, value]) => ({ id: Number(id), value })),
      });
    }
  }
  return fields;
}

/** What columns can stand for; reasons of refusal cannot be found here. */
export function choicesOf({ kind, settings }: Reading) {
  const { choices, keyOf } = columnChoices(kind, settings);
  const isHere = (key: string | undefined) => key !== 'loss_reason_id' || settings.lossReasons.size > 0;
  return {
    choices: choices.filter(({ key }) => isHere(key)),
    keyOf(title: string): string {
      const key = keyOf(title);
      return isHere(key) ? (key ?? '') : '';
    },
  };
}

export type { Choice, Columns };

/** Keys of the record itself that several columns stand for. */
export function doubled(keys: readonly string[], choices: readonly Choice[]): string[] {
  const own = new Set(choices.filter(({ isOwn }) => isOwn).map(({ key }) => key));
  return [...new Set(keys.filter((key, index) => own.has(key) && keys.indexOf(key) !== index))];
}

/** Undefined where no column stands for anything, or two for the same. */
export function planRows(
  reading: Reading,
  titles: readonly string[],
  keys: readonly string[],
  choices: readonly Choice[],
): Columns | undefined {
  if (keys.every((key) => key === '') || doubled(keys, choices).length > 0) return undefined;
  return planColumns(titles, { ...reading, names: keys, ignoreUnknown: true });
}
