import { type Expected, found, linksTo, nothing, self } from './answers.ts';
import { binOf } from './bin.ts';
import { type Kind, paths } from './kinds.ts';
import { isIn, type Paging, page, type Range } from './pages.ts';
import { closestTaskAt, presentRecord } from './present.ts';
import { sees } from './rights.ts';
import { isFound, isQuery } from './search.ts';
import { lost, won } from './stages.ts';
import { type Account, byId, type Rec, type User } from './state.ts';
import { isTagged } from './tags.ts';

/** What a list is asked for; undefined: nothing is said. */
export interface Filter extends Paging {
  /** Then nothing else filters. doc: companies, GET parameters */
  readonly ids?: readonly number[] | undefined;
  readonly query?: string | undefined;
  readonly responsible?: readonly number[] | undefined;
  readonly since?: number | undefined;
  readonly created?: Range | undefined;
  readonly updated?: Range | undefined;
  /** Of leads. */
  readonly statuses?: readonly number[] | undefined;
  readonly isActive?: boolean | undefined;
  readonly hasOpenTask?: boolean | undefined;
  /** `filter[tag]` as it is sent. */
  readonly tags?: string | undefined;
  readonly words?: readonly string[] | undefined;
  /** Of customers; days as seconds. */
  readonly mainUsers?: readonly number[] | undefined;
  readonly nextDate?: Range | undefined;
  readonly createdOn?: Range | undefined;
  readonly updatedOn?: Range | undefined;
}

/** GET /api/v2/<kind>: in the order of ids. Filters narrow each other. docs: companies */
export function listRecords(account: Account, user: User, kind: Kind, filter: Filter, url: string): Expected {
  if (kind === 'lead' && filter.words?.includes('only_deleted')) return listDeletedLeads(account, user, filter, url);
  const { ids } = filter;
  const seen = byId(account.records[kind].values()).filter((rec) => sees(account, user, rec));
  const chosen = ids
    ? seen.filter(({ id }) => ids.includes(id))
    : page(
        seen.filter((rec) => passes(account, rec, filter)),
        filter,
      );
  if (chosen.length === 0) return nothing;
  const items = chosen.map((rec) => presentRecord(account, user, rec, filter.words));
  return found({ _links: self(url), _embedded: { items } });
}

function passes(account: Account, rec: Rec, filter: Filter): boolean {
  const { query = '', since, isActive, hasOpenTask, nextDate } = filter;
  const { status } = rec.own;
  return (
    (!isQuery(query) || isFound(query, rec)) &&
    (filter.tags === undefined || isTagged(account, rec.tags, filter.tags)) &&
    (filter.responsible?.includes(rec.responsible) ?? true) &&
    (filter.mainUsers?.includes(rec.responsible) ?? true) &&
    (since === undefined || rec.updatedAt > since) &&
    isIn(rec.createdAt, filter.created) &&
    isIn(rec.updatedAt, filter.updated) &&
    isIn(rec.createdAt, filter.createdOn) &&
    isIn(rec.updatedAt, filter.updatedOn) &&
    (filter.statuses?.includes(status!) ?? true) &&
    (!isActive || (status !== won && status !== lost)) &&
    (hasOpenTask === undefined || closestTaskAt(account, rec) > 0 === hasOpenTask) &&
    isIn(rec.own.nextDate ?? 0, nextDate)
  );
}

/** GET /api/v2/leads?with=only_deleted. docs: contacts-leads-customers */
function listDeletedLeads(account: Account, user: User, filter: Filter, url: string): Expected {
  const rows = binOf(account, user, 'lead', filter);
  if (rows.length === 0) return nothing;
  const items = rows.map((rec) => ({
    id: rec.id,
    updated_at: rec.updatedAt,
    updated_by: rec.updatedBy,
    account_id: account.id,
    is_deleted: true,
    _links: linksTo(paths.lead, [rec.id]),
  }));
  return found({ _links: self(url), _embedded: { items } });
}
