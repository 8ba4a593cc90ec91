import type { Actor } from './account.ts';
import { fieldLines, replaceValues } from './custom-field.ts';
import {
  type Batch,
  type Draft,
  type EntityRow,
  isCurrent,
  type KindName,
  type LinkRefs,
  type Outcomes,
  type UpdateDraft,
} from './entity.ts';
import { CrmError, type Issue } from './errors.ts';
import { kinds } from './kinds.ts';
import { type Link, LinkPlan } from './link.ts';
import type { LoadedBatch } from './load-batch.ts';
import { checkUser, covers, knownCreator, mayAdd, scopeOf } from './rights.ts';
import type { EntityChange, StoredTag, TagSet } from './store.ts';
import { type TagRef, tagFolder } from './tag.ts';
import { searchText } from './text.ts';

/** What a batch will do. It is data: applied it is saved, kept it is history, left alone it was a dry run. */
export interface BatchPlan {
  readonly changes: readonly EntityChange[];
  readonly newTags: readonly StoredTag[];
  readonly tagSets: readonly TagSet[];
  readonly link: readonly Link[];
  readonly unlink: readonly Link[];
  readonly outcomes: Outcomes;
}

/** One item that will be written, or the reason why not. New records have id 0 until they get theirs. */
export interface Item {
  readonly draft: Draft;
  readonly before: EntityRow | null;
  readonly row: EntityRow;
  readonly issue?: Issue | undefined;
}

/** The ids that a batch needs, of each kind as many as `countIds` said. */
export interface NewIds {
  readonly entities: readonly number[];
  readonly companies: readonly number[];
  readonly tags: readonly number[];
}

/**
 * Which items will be written, and what their rows become: rights, field types, the `updated_at` rule.
 * @throws CrmError add_not_allowed, lead_add_not_allowed, customer_add_not_allowed, name_required, user_not_found and what replaceValues throws
 */
export function acceptBatch(actor: Actor, kind: KindName, batch: Batch, loaded: LoadedBatch, now: number): Item[] {
  const drafts: readonly Draft[] = [...batch.add, ...batch.update];
  if (batch.add.length > 0 && !mayAdd(actor, kind)) throw addNotAllowed(kind);
  if (drafts.some((draft) => makesCompany(draft, loaded)) && !mayAdd(actor, 'company')) throw addNotAllowed('company');
  const rows = new Map(loaded.rows);
  return [
    ...batch.add.map((draft) => acceptAdd(actor, kind, draft, now)),
    ...batch.update.map((draft) => {
      const item = acceptUpdate(actor, kind, draft, rows.get(draft.id) ?? null, now);
      if (item.issue === undefined) rows.set(draft.id, item.row);
      return item;
    }),
  ];
}

/** amoCRM has a number of its own for leads, and for customers. doc: errors */
function addNotAllowed(kind: KindName): CrmError {
  const reasons = { lead: 'lead_add_not_allowed', customer: 'customer_add_not_allowed' } as const;
  return new CrmError(kind === 'lead' || kind === 'customer' ? reasons[kind] : 'add_not_allowed');
}

function acceptAdd(actor: Actor, kind: KindName, draft: Draft, now: number): Item {
  if (!draft.name) throw new CrmError('name_required', `${draft.path}/name`);
  checkUser(actor, draft);
  const row: EntityRow = {
    kind,
    id: 0,
    name: draft.name,
    responsibleUserId: draft.responsibleUserId ?? actor.user.id,
    createdBy: knownCreator(actor, draft) ?? actor.user.id,
    updatedBy: actor.user.id,
    createdAt: draft.createdAt ?? now,
    updatedAt: draft.updatedAt ?? now,
    closestTaskAt: 0,
    isDeleted: false,
    values: newValues(actor, kind, draft, []),
    own: kinds[kind].prepare(draft, null, actor.settings, now),
  };
  return { draft, before: null, row };
}

function acceptUpdate(actor: Actor, kind: KindName, draft: UpdateDraft, before: EntityRow | null, now: number): Item {
  checkUser(actor, draft);
  const values = newValues(actor, kind, draft, before?.values ?? []);
  const own = kinds[kind].prepare(draft, before, actor.settings, now);
  if (before === null) return { draft, before, row: { ...nobody, kind, id: draft.id }, issue: 'not_found' };
  if (!covers(scopeOf(actor, kind, 'edit'), before.responsibleUserId)) {
    return { draft, before, row: before, issue: 'no_right' };
  }
  if (!isCurrent(draft, before)) {
    return { draft, before, row: before, issue: 'stale' };
  }
  const row: EntityRow = {
    ...before,
    name: draft.name || before.name,
    responsibleUserId: draft.responsibleUserId ?? before.responsibleUserId,
    // Some clients send 0 for "nobody said": it does not make a person's record the robot's.
    createdBy: knownCreator(actor, draft) || before.createdBy,
    updatedBy: actor.user.id,
    createdAt: draft.createdAt ?? before.createdAt,
    updatedAt: draft.updatedAt,
    values,
    own,
  };
  return { draft, before, row };
}

const nobody = {
  name: '',
  responsibleUserId: 0,
  createdBy: 0,
  updatedBy: 0,
  createdAt: 0,
  updatedAt: 0,
  closestTaskAt: 0,
  isDeleted: false,
  values: [],
  own: {},
};

function newValues(actor: Actor, kind: KindName, draft: Draft, before: EntityRow['values']): EntityRow['values'] {
  return replaceValues(before, draft.fields, kind, actor.settings.fields, actor.account.timezone);
}

/** A new company is made unless a known one is linked as well. source: reference §8 */
function makesCompany(draft: Draft, { targets }: LoadedBatch): boolean {
  return Boolean(draft.newCompanyName) && !draft.link.company?.some((id) => targets.has(`company ${id}`));
}

/** How many ids the accepted items need. */
export function countIds(items: readonly Item[], loaded: LoadedBatch): Record<keyof NewIds, number> {
  const accepted = items.filter((item) => item.issue === undefined);
  return {
    entities: accepted.filter((item) => item.before === null).length,
    companies: accepted.filter((item) => makesCompany(item.draft, loaded)).length,
    tags: missingTags(accepted, loaded).length,
  };
}

/** @throws CrmError too_many_links */
export function planBatch(
  actor: Actor,
  items: readonly Item[],
  loaded: LoadedBatch,
  ids: NewIds,
  now: number,
): BatchPlan {
  const accepted = items.filter((item) => item.issue === undefined);
  const newTags = missingTags(accepted, loaded).map((tag, index) => ({ ...tag, id: ids.tags[index]! }));
  const findTag = tagFinder(loaded.tags, newTags);
  const links = new LinkPlan(loaded.links, loaded.hiddenLinks);
  const changes = new Map<string, EntityChange>();
  const tagSets = new Map<number, TagSet>();
  const addIds = ids.entities.values();
  const companyIds = ids.companies.values();
  const rows = items.map((item): EntityRow => {
    if (item.issue !== undefined) return item.row;
    const row = item.before === null ? { ...item.row, id: addIds.next().value! } : item.row;
    const first = changes.get(`${row.kind} ${row.id}`);
    const before = first ? first.before : item.before;
    changes.set(`${row.kind} ${row.id}`, changeOf(before, row, actor));
    if (item.draft.tags) tagSets.set(row.id, { ownerId: row.id, tagIds: tagIdsOf(item.draft.tags, findTag) });
    relink(links, row, item.draft, loaded.targets);
    if (makesCompany(item.draft, loaded)) {
      const company = companyFor(row, item.draft, companyIds.next().value!, actor, now);
      changes.set(`company ${company.id}`, changeOf(null, company, actor));
      links.add(row.kind, row.id, 'company', company.id);
    }
    return row;
  });
  const outcomes = rows.map(({ id, updatedAt }, index) => ({ id, updatedAt, issue: items[index]!.issue }));
  const adds = items.filter((item) => item.before === null && item.issue === undefined).length;
  return {
    changes: [...changes.values()],
    newTags,
    tagSets: [...tagSets.values()],
    link: links.added(),
    unlink: links.removed(),
    outcomes: { add: outcomes.slice(0, adds), update: outcomes.slice(adds) },
  };
}

function changeOf(before: EntityRow | null, after: EntityRow, actor: Actor): EntityChange {
  if (before !== null && hasSameTexts(before, after)) return { before, after };
  const search = searchTextOf(after, actor);
  return before !== null && search === searchTextOf(before, actor) ? { before, after } : { before, after, search };
}

/** Whether nothing that is searched was touched. */
function hasSameTexts(before: EntityRow, after: EntityRow): boolean {
  const { own, name, values } = before;
  const isNamedSo = name === after.name && own.firstName === after.own.firstName && own.lastName === after.own.lastName;
  return isNamedSo && values === after.values;
}

/** What `query` looks into: the name and every filled field. doc: companies, GET parameters, query */
export function searchTextOf(row: EntityRow, { settings }: Pick<Actor, 'settings'>): string {
  const { firstName, lastName } = row.own;
  const names = [row.name, firstName ?? '', lastName ?? ''];
  return searchText([...names.filter(Boolean), ...fieldLines(row.values, settings.fields)]);
}

/** It belongs to whom the contact belongs to, so that he who sees the one sees the other. */
function companyFor(row: EntityRow, draft: Draft, id: number, { user }: Actor, now: number): EntityRow {
  const times = { createdBy: user.id, updatedBy: user.id, createdAt: now, updatedAt: now, closestTaskAt: 0 };
  return { ...row, ...times, kind: 'company', id, name: draft.newCompanyName!, values: [], own: {} };
}

/** `unlink` first, then links. Ids that do not exist for the actor are passed over. */
function relink(links: LinkPlan, row: EntityRow, draft: Draft, targets: ReadonlySet<string>): void {
  for (const [kind, id] of refs(draft.unlink, targets)) links.remove(row.kind, row.id, kind, id);
  for (const [kind, id] of refs(draft.link, targets)) {
    if (!links.add(row.kind, row.id, kind, id)) throw new CrmError('too_many_links', draft.path, `${kind} ${id}`);
  }
}

function* refs(refs: LinkRefs, targets: ReadonlySet<string>): Generator<[KindName, number]> {
  for (const { name } of Object.values(kinds)) {
    for (const id of refs[name] ?? []) if (targets.has(`${name} ${id}`)) yield [name, id];
  }
}

/** The tags to make, without ids: each name once, in its first spelling. */
function missingTags(accepted: readonly Item[], loaded: LoadedBatch): StoredTag[] {
  const findTag = tagFinder(loaded.tags);
  const fold = tagFolder();
  const missing = new Map<string, StoredTag>();
  for (const ref of accepted.flatMap((item) => item.draft.tags ?? [])) {
    const folded = fold(ref.name);
    if (!findTag(ref) && !missing.has(folded)) missing.set(folded, { id: 0, name: ref.name, folded });
  }
  return [...missing.values()];
}

/** New tags are found by name alone: an id means a tag that was there before. */
function tagFinder(
  tags: readonly StoredTag[],
  newTags: readonly StoredTag[] = [],
): (ref: TagRef) => StoredTag | undefined {
  const byId = new Map(tags.map((tag) => [tag.id, tag]));
  const byName = new Map([...tags, ...newTags].map((tag) => [tag.folded, tag]));
  const fold = tagFolder();
  return (ref) => (ref.id === undefined ? undefined : byId.get(ref.id)) ?? byName.get(fold(ref.name));
}

function tagIdsOf(tags: readonly TagRef[], findTag: ReturnType<typeof tagFinder>): number[] {
  return [...new Set(tags.map((ref) => findTag(ref)!.id))];
}
