import { type CustomField, fieldDefaults } from '../src/crm/custom-field.ts';
import type { EntityRow, KindName, Own } from '../src/crm/entity.ts';
import { addNewAccount, makeSystemFields } from '../src/crm/new-account.ts';
import { makeMainPipeline } from '../src/crm/pipeline.ts';
import type { Store } from '../src/crm/store.ts';
import { searchText } from '../src/crm/text.ts';
import { accountDefaults, type SeedParts } from './empty.ts';

/** The account that the companies document shows: its examples can be pasted and give its answers. */
export const documentAccountId = 13667499;
export const documentUserId = 504141;

/** Before every time in the document's examples. */
const madeAt = 1508320306;

const fields: readonly CustomField[] = [
  ...makeSystemFields(4396817, 3685087).map(
    (field): CustomField =>
      // The document's example gives this field to a company.
      field.code === 'POSITION' ? { ...field, kinds: ['contact', 'company'] } : field,
  ),
  field({ id: 4400115, name: 'Юридический адрес', type: 13, kinds: ['contact', 'company'], sort: 14 }),
  field({
    id: 3789654,
    name: 'Роль',
    type: 5,
    kinds: ['contact', 'company'],
    sort: 16,
    enums: [
      { id: 2615948, value: 'Поставщик' },
      { id: 2648159, value: 'Партнёр' },
      { id: 2653867, value: 'Клиент' },
    ],
  }),
  field({ id: 315289, name: 'Сайт', type: 7, kinds: ['company'], sort: 18 }),
];

const records: readonly [KindName, number, string][] = [
  ['company', 41389, 'ООО Ромашка'],
  ['contact', 1099181, 'Анна Смирнова'],
  ['contact', 1099268, 'Борис Иванов'],
  ['contact', 1099269, 'Вера Кузнецова'],
  ['lead', 43510, 'Аренда склада'],
  ['lead', 45615, 'Аренда офиса'],
  ['lead', 1090408, 'Застройка участка'],
  ['lead', 1090409, 'Продажа этажа'],
  ['lead', 1090410, 'Ремонт фасада'],
];

/** The first stage that a lead can be in. */
const stage: Own = { statusId: 8_550_001, sale: 0, closedAt: 0, lossReasonId: 0 };

/** Fills a new store with it. */
export function documentAccount(store: Store, { login, keyHash }: SeedParts): Promise<void> {
  return store.write(async (tx) => {
    const account = { ...accountDefaults, id: documentAccountId, subdomain: 'test', name: 'Test' };
    const pipeline = makeMainPipeline(10104, 8_550_000);
    await addNewAccount(tx, account, { fields, pipeline }, { id: documentUserId, login, keyHash });
    await tx.saveEntities(
      account.id,
      records.map(([kind, id, name]) => ({
        before: null,
        after: record(kind, id, name, kind === 'lead' ? { ...stage, pipelineId: pipeline.id } : {}),
        search: searchText([name]),
      })),
    );
    await tx.setCounter(account.id, 'contact', 1099264);
    await tx.setCounter(account.id, 'lead', 1090411);
    await tx.setCounter(account.id, 'customer', 466816);
    await tx.setCounter(account.id, 'tag', 61883);
  });
}

function field(
  parts: Pick<CustomField, 'id' | 'name' | 'type' | 'kinds' | 'sort'> & Partial<CustomField>,
): CustomField {
  return { ...fieldDefaults, code: '', isSystem: false, enums: [], ...parts };
}

function record(kind: KindName, id: number, name: string, own: Own): EntityRow {
  return {
    kind,
    id,
    name,
    responsibleUserId: documentUserId,
    createdBy: documentUserId,
    updatedBy: documentUserId,
    createdAt: madeAt,
    updatedAt: madeAt,
    closestTaskAt: 0,
    isDeleted: false,
    values: [],
    own,
  };
}
