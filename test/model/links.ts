import { contactsOfLead, type Kind } from './kinds.ts';
import { type Account, findRecord, type Link, type Ref } from './state.ts';

/** The links of an account while a batch changes them. Contacts, leads and customers have one company. source: reference §3.5 */
export class Links {
  readonly #account: Account;
  #links: readonly Link[];

  constructor(account: Account) {
    this.#account = account;
    this.#links = account.links;
  }

  /** What was taken away and made again was never away: it stands where it stood. adr/0002 */
  get all(): Link[] {
    const isThere = ([one, other]: Link) => this.#links.some((link) => joins(link, one, other));
    const wasThere = ([one, other]: Link) => this.#account.links.some((link) => joins(link, one, other));
    return [...this.#account.links.filter(isThere), ...this.#links.filter((link) => !wasThere(link))];
  }

  /** What is linked already stays where it is. @returns false when a lead has as many contacts as it may */
  add(one: Ref, other: Ref): boolean {
    if (this.#links.some((link) => joins(link, one, other))) return true;
    const owner = one.kind === 'company' ? other : other.kind === 'company' ? one : undefined;
    // Also from one in the bin: restored, it would be a second one.
    if (owner) this.#links = this.#links.filter((link) => endOf(link, owner)?.kind !== 'company');
    const lead = [one, other].find(({ kind }) => kind === 'lead');
    if (lead && !owner && this.#contactsOf(lead) >= contactsOfLead) return false;
    const [first, second] = [one, other].map(({ kind, id }) => ({ kind, id }));
    this.#links = [...this.#links, [first!, second!]];
    return true;
  }

  remove(one: Ref, other: Ref): void {
    this.#links = this.#links.filter((link) => !joins(link, one, other));
  }

  /** Those in the bin are linked still, and do not count. */
  #contactsOf(lead: Ref): number {
    const contacts = this.#links.flatMap((link) => endOf(link, lead) ?? []).filter((end) => isOf(end, 'contact'));
    return contacts.filter((contact) => findRecord(this.#account, contact)?.isDeleted !== true).length;
  }
}

function isOf({ kind }: Ref, other: Kind): boolean {
  return kind === other;
}

function isSame(one: Ref, other: Ref): boolean {
  return one.kind === other.kind && one.id === other.id;
}

/** The other end of a link; undefined if it has not this one. */
export function endOf([one, other]: Link, ref: Ref): Ref | undefined {
  return isSame(one, ref) ? other : isSame(other, ref) ? one : undefined;
}

function joins(link: Link, one: Ref, other: Ref): boolean {
  const end = endOf(link, one);
  return end !== undefined && isSame(end, other);
}
