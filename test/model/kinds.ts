/** The kinds of records, by the numbers and words of the wire. source: reference §5–10 */

export type Kind = 'contact' | 'lead' | 'company' | 'customer';

/** In the order in which our own calls list them. */
export const kinds: readonly Kind[] = ['contact', 'lead', 'company', 'customer'];

export const paths: Readonly<Record<Kind, string>> = {
  contact: 'contacts',
  lead: 'leads',
  company: 'companies',
  customer: 'customers',
};

export const elementTypes: Readonly<Record<Kind | 'task', number>> = {
  contact: 1,
  lead: 2,
  company: 3,
  task: 4,
  customer: 12,
};

/** Contacts and companies share one sequence of ids. source: reference §8 */
export type Sequence =
  | 'contact'
  | 'lead'
  | 'customer'
  | 'tag'
  | 'field'
  | 'enum'
  | 'pipeline'
  | 'status'
  | 'task'
  | 'note';

export const sequences: Readonly<Record<Kind, Sequence>> = {
  contact: 'contact',
  company: 'contact',
  lead: 'lead',
  customer: 'customer',
};

/** Which kinds a kind can be linked to, by the keys that name them in a request. doc: companies; reference §8, 9.1, 10.1 */
export const linkKeys: Readonly<Record<Kind, Partial<Record<Kind, string>>>> = {
  company: { contact: 'contacts_id', lead: 'leads_id', customer: 'customers_id' },
  contact: { company: 'company_id', lead: 'leads_id', customer: 'customers_id' },
  lead: { company: 'company_id', contact: 'contacts_id' },
  customer: { company: 'company_id', contact: 'contacts_id' },
};

/** doc: leads */
export const contactsOfLead = 40;
