import { type Draft, makesCompany, nameOf, refsOf, type Update } from './batches.ts';
import type { Fate } from './framing.ts';
import { type Kind, sequences } from './kinds.ts';
import { Links } from './links.ts';
import { addNote } from './notes.ts';
import { may, sees, seesRef } from './rights.ts';
import { searchedOf } from './search.ts';
import { findStage, ownOfLead, type Stage } from './stages.ts';
import type { Account, Own, Rec, User } from './state.ts';
import { tagIds } from './tags.ts';

/** Where a record stands that is only about to be there. */
interface Pending {
  readonly draft: Draft;
  readonly before: Rec | null;
  readonly rec: Rec;
  /** The company that is made with it. */
  readonly company: Rec | undefined;
}

/** One batch on its way: nothing of the account is changed before `finish`. */
export class Saving {
  readonly #account: Account;
  readonly #user: User;
  readonly #kind: Kind;
  readonly #now: number;
  readonly #links: Links;
  /** Records as they will be, by id. */
  readonly #recs = new Map<number, Rec>();
  readonly #pending: Pending[] = [];
  #nextId: number;
  /** Companies that are made come behind what is added. */
  #nextCompany: number;
  hasTooManyLinks = false;

  constructor(account: Account, user: User, kind: Kind, adds: number, now: number) {
    this.#account = account;
    this.#user = user;
    this.#kind = kind;
    this.#now = now;
    this.#links = new Links(account);
    this.#nextId = account.next[sequences[kind]];
    this.#nextCompany = account.next.contact + (kind === 'contact' ? adds : 0);
  }

  add(draft: Draft): Rec {
    const { id: userId } = this.#user;
    const id = this.#nextId++;
    const rec: Rec = {
      kind: this.#kind,
      id,
      name: nameOf(this.#kind, draft),
      responsible: draft.responsible ?? userId,
      createdBy: knownCreator(this.#account, draft) ?? userId,
      updatedBy: userId,
      createdAt: draft.createdAt ?? this.#now,
      updatedAt: draft.updatedAt ?? this.#now,
      isDeleted: false,
      tags: [],
      values: newValues(new Map(), draft),
      searched: [],
      own: this.#own(undefined, draft),
    };
    this.#link(rec, draft, null);
    return rec;
  }

  update(draft: Update): Fate {
    const stored = this.#recs.get(draft.id) ?? this.#account.records[this.#kind].get(draft.id);
    // What an earlier item of this batch has made of it counts, but not for who sees it.
    if (!sees(this.#account, this.#user, this.#account.records[this.#kind].get(draft.id))) return 'missing';
    const before = stored!;
    if (!may(this.#account, this.#user, 'edit', before)) return 'forbidden';
    if (draft.updatedAt === undefined || draft.updatedAt < before.updatedAt) return 'stale';
    const rec: Rec = {
      ...before,
      name: (draft.name ?? '').trim() || before.name,
      responsible: draft.responsible ?? before.responsible,
      // 0 does not make a person's record the robot's: clients send it when they do not know.
      createdBy: knownCreator(this.#account, draft) || before.createdBy,
      updatedBy: this.#user.id,
      createdAt: draft.createdAt ?? before.createdAt,
      updatedAt: draft.updatedAt,
      values: newValues(before.values, draft),
      own: this.#own(before.own, draft),
    };
    this.#recs.set(rec.id, rec);
    this.#link(rec, draft, before);
    return 'saved';
  }

  finish(): void {
    const account = this.#account;
    account.next[sequences[this.#kind]] = this.#nextId;
    account.next.contact = Math.max(account.next.contact, this.#nextCompany);
    account.links = this.#links.all;
    const made = new Map<string, Rec | null>();
    for (const { draft, before, rec, company } of this.#pending) {
      const tags = draft.tags ? tagIds(account, this.#kind, draft.tags) : account.records[this.#kind].get(rec.id)?.tags;
      this.#store({ ...rec, tags: tags ?? [] });
      const key = `${rec.kind} ${rec.id}`;
      if (!made.has(key)) made.set(key, before);
      if (company) {
        this.#store(company);
        made.set(`company ${company.id}`, null);
      }
    }
    for (const [key, before] of made) {
      const [kind, id] = key.split(' ') as [Kind, string];
      const after = account.records[kind].get(Number(id))!;
      const searched = searchedOf(account, after);
      // What deleted fields held is found until the texts change. docs: fields
      if (before === null || `${searchedOf(account, before)}` !== `${searched}`) this.#store({ ...after, searched });
      this.#note(before, after);
    }
  }

  #link(rec: Rec, draft: Draft, before: Rec | null): void {
    this.#relink(rec, draft);
    const company = makesCompany(this.#account, this.#user, draft) ? this.#makeCompany(rec, draft) : undefined;
    this.#pending.push({ draft, before, rec, company });
  }

  /** It belongs to whom its contact belongs to. docs: contacts-leads-customers */
  #makeCompany(rec: Rec, draft: Draft): Rec {
    const by = this.#user.id;
    const times = { createdAt: this.#now, updatedAt: this.#now, createdBy: by, updatedBy: by };
    const own = { id: this.#nextCompany++, name: draft.companyName!.trim(), tags: [], values: new Map(), searched: [] };
    const company: Rec = { ...rec, ...times, ...own, kind: 'company', own: {} };
    this.#links.add(rec, company);
    return company;
  }

  #store(rec: Rec): void {
    this.#account.records[rec.kind].set(rec.id, rec);
  }

  #own(before: Own | undefined, draft: Draft): Own {
    const { own } = draft;
    switch (this.#kind) {
      case 'company':
        return {};
      case 'contact': {
        const [firstName, lastName] = [own.firstName ?? before?.firstName, own.lastName ?? before?.lastName];
        return { ...(firstName !== undefined && { firstName }), ...(lastName !== undefined && { lastName }) };
      }
      case 'lead':
        return ownOfLead(before, own, findStage(this.#account, before, own) as Stage, this.#now);
      case 'customer':
        return {
          nextDate: own.nextDate ?? before?.nextDate ?? 0,
          nextPrice: own.nextPrice ?? before?.nextPrice ?? 0,
          periodicity: own.periodicity ?? before?.periodicity ?? 0,
          period: own.period ?? before?.period ?? 0,
        };
    }
  }

  /** First what is taken away, then what is added; what does not exist for him is passed over. source: reference §3.5 */
  #relink(rec: Rec, { unlink, link }: Draft): void {
    for (const ref of refsOf(unlink)) if (seesRef(this.#account, this.#user, ref)) this.#links.remove(rec, ref);
    for (const ref of refsOf(link)) {
      if (seesRef(this.#account, this.#user, ref) && !this.#links.add(rec, ref)) this.hasTooManyLinks = true;
    }
  }

  /** The server notes what was added, and where leads go. docs: notes */
  #note(before: Rec | null, after: Rec): void {
    const common = {
      element: { kind: after.kind, id: after.id },
      responsible: after.responsible,
      createdBy: after.updatedBy,
    };
    if (before === null) {
      const types = { lead: 1, contact: 2, company: 12, customer: 22 };
      const times = { createdAt: after.createdAt, updatedAt: after.createdAt };
      addNote(this.#account, {
        ...common,
        ...times,
        type: types[after.kind],
        text: 'Добавлен новый объект',
        params: null,
      });
      return;
    }
    const [was, is] = [before.own, after.own];
    if (was.status === is.status && was.pipeline === is.pipeline) return;
    const params = {
      STATUS_NEW: String(is.status),
      STATUS_OLD: String(was.status),
      PIPELINE_ID_NEW: String(is.pipeline),
      PIPELINE_ID_OLD: String(was.pipeline),
      LOSS_REASON_ID: String(is.lossReason),
    };
    addNote(this.#account, { ...common, createdAt: this.#now, updatedAt: this.#now, type: 3, text: null, params });
  }
}

/** An unknown one is passed over; 0 is the robot. adr/0002 */
export function knownCreator(
  account: Account,
  { createdBy }: { readonly createdBy?: number | undefined },
): number | undefined {
  return createdBy === 0 || (createdBy !== undefined && account.users.has(createdBy)) ? createdBy : undefined;
}

/** A listed field is replaced as a whole, an emptied one goes, the others stay. doc: companies */
function newValues(before: Rec['values'], { fields }: Draft): Rec['values'] {
  const values = new Map(before);
  for (const { id, means } of fields) {
    if (means === 'wrong') continue;
    if (means.length > 0) values.set(id, means);
    else values.delete(id);
  }
  return values;
}
