import type { Actor } from '../crm/account.ts';
import { saveEntities } from '../crm/entities.ts';
import type { Draft, KindName } from '../crm/entity.ts';
import { CrmError } from '../crm/errors.ts';
import { foldName, loadNames, type Names } from '../crm/names.ts';
import { mayAdd } from '../crm/rights.ts';
import type { AnyDraft } from '../crm/save-each.ts';
import { type Store, storeOf, type WriteTx } from '../crm/store.ts';
import { defaultLimits } from '../http/limits.ts';
import type { PlacedDraft } from './import-batch.ts';
import type { Columns, Row } from './import-columns.ts';
import { refusalOf } from './import-items.ts';
import { type LinkedItem, linkByName } from './import-link.ts';
import { isRefusal, type Refusal } from './import-row.ts';
import { Problems, readText } from './input.ts';

/**
 * The records that rows name. A contact whose company is not there gets a new one, each name one; anything else that is not there, or is
 * there several times, is told. What is made by others meanwhile is not seen.
 */
export class LinkNames {
  readonly #kind: KindName;
  readonly #companies: Names | undefined;
  readonly #contacts: Names | undefined;
  /** Made in the transaction that is under way. */
  #made = new Map<string, number>();

  constructor(kind: KindName, companies: Names | undefined, contacts: Names | undefined) {
    this.#kind = kind;
    this.#companies = companies;
    this.#contacts = contacts;
  }

  link(row: Row, actor: Actor): LinkedItem | Refusal {
    const linked = linkByName(this.#kind, row, { company: this.#companies, contact: this.#contacts });
    if (isRefusal(linked)) return linked;
    const { newCompany } = linked;
    if (newCompany !== undefined) {
      const problems = new Problems(defaultLimits);
      readText(newCompany, 'company_name', problems, problems.limits.name);
      const wrong = problems.text();
      if (wrong !== undefined) return { refused: wrong, code: 400 };
      if (!mayAdd(actor, 'company')) return refusalOf(new CrmError('add_not_allowed'));
    }
    return linked;
  }

  /** Makes the companies that drafts need, in their transaction, and links them. */
  async makeCompanies(
    tx: WriteTx,
    actor: Actor,
    drafts: readonly PlacedDraft[],
    nameAt: (position: number) => string | undefined,
    now: number,
  ): Promise<AnyDraft[]> {
    this.#made = new Map();
    const add = new Map<string, Draft>();
    for (const { draft, position } of drafts) {
      const name = nameAt(position);
      if (name === undefined || this.#companies?.find(name) !== undefined || add.has(foldName(name))) continue;
      // It belongs to whom the contact belongs to, as one that is made by `company_name` of the API.
      const { responsibleUserId } = draft;
      const path = `company/${add.size}`;
      add.set(foldName(name), {
        path,
        name: name.trim(),
        responsibleUserId,
        fields: [],
        link: {},
        unlink: {},
        own: {},
      });
    }
    if (add.size > 0) {
      const batch = { add: [...add.values()], update: [] };
      const outcomes = await saveEntities(storeOf(tx), actor, 'company', batch, now);
      for (const [index, folded] of [...add.keys()].entries()) this.#made.set(folded, outcomes.add[index]!.id);
    }
    return drafts.map(({ draft, position }) => {
      const name = nameAt(position);
      if (name === undefined) return draft;
      const id = this.#made.get(foldName(name)) ?? this.#companies?.find(name);
      return typeof id === 'number' ? { ...draft, link: { ...draft.link, company: [id] } } : draft;
    });
  }

  /** What was made is there for good. */
  committed(): void {
    for (const [name, id] of this.#made) this.#companies?.add(name, id);
    this.#made = new Map();
  }
}

/** Reads what the columns make necessary. */
export async function loadLinkNames(
  store: Store,
  actor: Actor,
  kind: KindName,
  { names }: Pick<Columns, 'names'>,
): Promise<LinkNames> {
  return new LinkNames(
    kind,
    names.company ? await loadNames(store, actor, 'company') : undefined,
    names.contact ? await loadNames(store, actor, 'contact') : undefined,
  );
}
