import type { KindName } from '../crm/entity.ts';
import type { Names } from '../crm/names.ts';
import type { Item } from './batch-items.ts';
import type { Row } from './import-columns.ts';
import type { Refusal } from './import-row.ts';

/** An item whose links are ids; or one that needs a company that is not there yet. */
export interface LinkedItem {
  readonly item: Item;
  readonly newCompany?: string;
}

/** The records that a row names. Only a contact's company may be missing: it will be made. */
export function linkByName(
  kind: KindName,
  { item, companyName, contactName }: Row,
  names: Readonly<Record<'company' | 'contact', Pick<Names, 'find'> | undefined>>,
): LinkedItem | Refusal {
  const links: Record<string, number> = {};
  let newCompany: string | undefined;
  if (companyName !== undefined && !item['company_id']) {
    const id = names.company?.find(companyName);
    if (typeof id === 'number') links['company_id'] = id;
    else if (id === 'many') return { refused: `Несколько компаний «${companyName}»: укажите ID компании`, code: 400 };
    else if (kind !== 'contact') return { refused: `Нет компании «${companyName}»`, code: 400 };
    else newCompany = companyName;
  }
  if (contactName !== undefined && !item['contacts_id']) {
    const id = names.contact?.find(contactName);
    if (typeof id === 'number') links['contacts_id'] = id;
    else if (id === 'many') return { refused: `Несколько контактов «${contactName}»: укажите ID контакта`, code: 400 };
    else return { refused: `Нет контакта «${contactName}»`, code: 400 };
  }
  return { item: { ...item, ...links }, ...(newCompany !== undefined && { newCompany }) };
}

/** Keys of links as GET shows them, `{id}` or `{id: […]}`, and as a request names them. */
export const linkKeys: readonly (readonly [shown: string, named: string])[] = [
  ['company', 'company_id'],
  ['contacts', 'contacts_id'],
  ['leads', 'leads_id'],
  ['customers', 'customers_id'],
];

/** An item of another account: its ids of records say nothing here. */
export function withoutIds(item: Item): Item {
  const strange = ['id', 'unlink', ...linkKeys.flat()].filter((key) => key in item);
  return strange.length === 0 ? item : { ...item, ...Object.fromEntries(strange.map((key) => [key, undefined])) };
}
