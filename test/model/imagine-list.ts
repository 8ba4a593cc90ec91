import type { Dice } from './dice.ts';
import { imagineTaskId, kindWords } from './imagine-activity.ts';
import { type Kind, kinds, paths } from './kinds.ts';
import type { Filter } from './lists.ts';
import type { NoteFilter } from './notes.ts';
import type { Paging, Range } from './pages.ts';
import { type Parameters, type Sent, spellGet } from './spelling.ts';
import type { Account } from './state.ts';
import type { TaskFilter } from './tasks.ts';
import { imagineId, imagineIds, imagineKind, imagineQuery, imagineUser } from './words.ts';

/** Lists as they are asked for, and as addresses. docs: companies, contacts-leads-customers, tasks, notes */

export function imagineList(dice: Dice, account: Account, kind: Kind, now: number): { filter: Filter; sent: Sent } {
  const [paging, page] = imaginePaging(dice);
  const [words, withWords] = kind === 'lead' && dice.chance(0.2) ? imagineWords(dice) : [undefined, {}];
  if (dice.chance(0.25)) {
    const ids = imagineIds(dice, account, kind, 6);
    const asked = ids.length > 0 ? ids : [imagineId(dice, account, kind)];
    // Everything else is then without meaning.
    const noise = dice.chance(0.3) ? { query: 'zzz', responsible_user_id: 1, ...page } : {};
    const sent = spellGet(dice, `/api/v2/${paths[kind]}`, { ...noise, id: asked, ...withWords });
    return { filter: { ids: asked, words }, sent };
  }
  const query = dice.chance(0.3) ? imagineQuery(dice, account, kind) : undefined;
  const responsible = dice.chance(0.1) ? imagineUsers(dice, account) : undefined;
  const tags = dice.chance(0.08) ? imagineTagFilter(dice, account, kind) : undefined;
  const times = [...account.records[kind].values()].flatMap(({ createdAt, updatedAt }) => [updatedAt, createdAt]);
  const since = dice.chance(0.12) ? imagineTime(dice, times, now) : undefined;
  const [created, createdParts] = imagineRange(dice, 'date_create', times, now);
  const [updated, updatedParts] = imagineRange(dice, 'date_modify', times, now);
  const [own, ownParts] = imagineOwnFilter(dice, account, kind, now);
  const parameters = {
    ...{
      query,
      responsible_user_id: responsible,
      'filter[tag]': tags,
      ...createdParts,
      ...updatedParts,
      ...ownParts,
      ...withWords,
      ...page,
    },
  };
  return {
    filter: { query, responsible, tags, since, created, updated, ...own, words, ...paging },
    sent: spellGet(dice, `/api/v2/${paths[kind]}`, parameters, since),
  };
}

/** Names in some case, ids, one or two of them; sometimes of no tag. doc: lists */
function imagineTagFilter(dice: Dice, account: Account, kind: Kind): string {
  const known = [...account.tags.values()].filter((tag) => tag.kind === kind);
  const one = () => {
    const tag = known.length === 0 || dice.chance(0.1) ? { id: 999_999, name: 'ничей' } : dice.pick(known);
    return dice.pick([tag.name, tag.name.toUpperCase(), String(tag.id)]);
  };
  return dice.chance(0.3) ? `${one()},${one()}` : one();
}

function imagineUsers(dice: Dice, account: Account): number[] {
  return [...new Set([imagineUser(dice, account), ...(dice.chance(0.3) ? [imagineUser(dice, account)] : [])])];
}

/** What is no positive number says nothing. source: reference §21.14 */
function imaginePaging(dice: Dice): [Paging, Parameters] {
  const limit = dice.chance(0.3) ? dice.pick([1, 2, 3, 5, 500, 501, 99999]) : undefined;
  const offset = dice.chance(0.2) ? dice.whole(6) : undefined;
  if (dice.chance(0.02)) return [{}, { limit_rows: dice.pick(['-1', 'много', '0']), limit_offset: '5' }];
  return [
    { limit, offset },
    { limit_rows: limit, limit_offset: offset },
  ];
}

/** Often the very second in which something was changed, or one beside it. */
function imagineTime(dice: Dice, times: readonly number[], now: number): number {
  return times.length === 0 || dice.chance(0.2) ? now - dice.whole(60) : dice.pick(times) - dice.whole(1);
}

function imagineRange(
  dice: Dice,
  name: string,
  times: readonly number[],
  now: number,
): [Range | undefined, Parameters] {
  if (!dice.chance(0.06)) return [undefined, {}];
  const from = dice.chance(0.8) ? imagineTime(dice, times, now) : undefined;
  const to = dice.chance(0.5) ? imagineTime(dice, times, now) : undefined;
  return [
    { from, to },
    { [`filter[${name}][from]`]: from, [`filter[${name}][to]`]: to },
  ];
}

const leadWords = ['loss_reason_name', 'is_price_modified_by_robot', 'catalog_elements_links'];

function imagineWords(dice: Dice): [string[], Parameters] {
  const words = dice.chance(0.4) ? ['only_deleted'] : [...dice.some(leadWords, 3), 'nonsense'];
  return [words, { with: words.join(',') }];
}

function imagineOwnFilter(dice: Dice, account: Account, kind: Kind, now: number): [Filter, Parameters] {
  if (kind === 'lead') {
    const all = account.pipelines.flatMap(({ statuses }) => statuses.map(({ id }) => id));
    const statuses = dice.chance(0.15) ? [dice.pick(all), ...dice.some(all, 2)] : undefined;
    const isActive = dice.chance(0.12);
    const tasks = dice.chance(0.12) ? 1 + dice.whole(1) : undefined;
    return [
      { statuses, isActive, hasOpenTask: tasks === undefined ? undefined : tasks === 2 },
      { status: statuses, ...(isActive && { 'filter[active]': 1 }), 'filter[tasks]': tasks },
    ];
  }
  if (kind !== 'customer') return [{}, {}];
  const mainUsers = dice.chance(0.12) ? imagineUsers(dice, account) : undefined;
  const [nextDate, nextParts] = dice.chance(0.2) ? imagineDays(dice, 'next_date', now) : [undefined, {}];
  const [date, dateParts] = dice.chance(0.15) ? imagineDays(dice, 'date', now) : [undefined, {}];
  const type = date && dice.pick(['create', 'modify', undefined]);
  return [
    { mainUsers, nextDate, ...(date && (type === 'modify' ? { updatedOn: date } : { createdOn: date })) },
    { 'filter[main_user]': mainUsers, ...nextParts, ...dateParts, 'filter[date][type]': type },
  ];
}

const moscow = 3 * 3600;
const day = 24 * 3600;

/** Days from their first to their last second in Moscow; seconds are themselves. */
function imagineDays(dice: Dice, name: string, now: number): [Range, Parameters] {
  const one = (isEnd: boolean): [number, string] => {
    const seconds = now + 3600 * (dice.whole(120) - 60);
    if (dice.chance(0.2)) return [seconds, String(seconds)];
    const midnight = Math.floor((seconds + moscow) / day) * day;
    const [year, month, date] = new Date(midnight * 1000).toISOString().slice(0, 10).split('-');
    const spelled = dice.pick([`${year}-${month}-${date}`, `${date}.${month}.${year}`, `${month}/${date}/${year}`]);
    return [midnight - moscow + (isEnd ? day - 1 : 0), spelled];
  };
  const [from, fromText] = one(false);
  const [to, toText] = dice.chance(0.6) ? one(true) : [undefined, undefined];
  return [
    { from, to },
    { [`filter[${name}][from]`]: fromText, [`filter[${name}][to]`]: toText },
  ];
}

export function imagineTaskList(dice: Dice, account: Account, now: number): { filter: TaskFilter; sent: Sent } {
  if (dice.chance(0.2)) {
    const ids = [imagineTaskId(dice, account), imagineTaskId(dice, account)];
    return { filter: { ids }, sent: spellGet(dice, '/api/v2/tasks', { id: ids }) };
  }
  const [paging, page] = imaginePaging(dice);
  const kind = dice.chance(0.2) ? (dice.chance(0.03) ? 'wrong' : dice.pick(kinds)) : undefined;
  const someIds = dice.chance(0.12) ? imagineIds(dice, account, imagineKind(dice), 3) : [];
  const elements = someIds.length > 0 ? someIds : undefined;
  const responsible = dice.chance(0.15) ? imagineUsers(dice, account) : undefined;
  const createdBy = dice.chance(0.06) ? imagineUsers(dice, account) : undefined;
  const types = dice.chance(0.1) ? [1 + dice.whole(2)] : undefined;
  const status = dice.chance(0.25) ? dice.whole(1) : undefined;
  const times = [...account.tasks.values()].flatMap(({ createdAt, updatedAt }) => [updatedAt, createdAt]);
  const since = dice.chance(0.1) ? imagineTime(dice, times, now) : undefined;
  const [created, createdParts] = imagineRange(dice, 'date_create', times, now);
  const [updated, updatedParts] = imagineRange(dice, 'date_modify', times, now);
  const pipeline = dice.pick(account.pipelines);
  const statuses = dice.chance(0.04) ? [dice.pick(pipeline.statuses).id] : undefined;
  const parameters: Parameters = {
    ...{ type: kind === 'wrong' ? 'nonsense' : kind && kindWords[kind], element_id: elements },
    ...{ responsible_user_id: responsible, 'filter[created_by]': createdBy, 'filter[task_type]': types },
    ...{ 'filter[status]': status === undefined ? undefined : [status], ...createdParts, ...updatedParts, ...page },
    [`filter[pipe][${pipeline.id}]`]: statuses,
  };
  const stages = statuses?.map((one) => ({ pipeline: pipeline.id, status: one }));
  const isCompleted = status === undefined ? undefined : status === 1;
  return {
    filter: { kind, elements, responsible, createdBy, types, isCompleted, created, updated, since, stages, ...paging },
    sent: spellGet(dice, '/api/v2/tasks', parameters, since),
  };
}

export function imagineNoteList(dice: Dice, account: Account, now: number): { filter: NoteFilter; sent: Sent } {
  const kind = dice.chance(0.02) ? undefined : dice.pick([...kinds, 'task'] as const);
  const type = kind && kindWords[kind];
  const own = [...account.notes.values()].filter(({ element }) => element.kind === kind);
  if (own.length > 0 && dice.chance(0.2)) {
    const ids = [dice.pick(own).id, dice.pick([...account.notes.keys()])];
    return { filter: { kind, ids }, sent: spellGet(dice, '/api/v2/notes', { type, id: ids }) };
  }
  const [paging, page] = imaginePaging(dice);
  const elements = own.length > 0 && dice.chance(0.4) ? [dice.pick(own).element.id] : undefined;
  const types = dice.chance(0.3) ? [dice.pick([4, 1, 2, 3, 12, 10, 13]), 25] : undefined;
  const since = dice.chance(0.15)
    ? imagineTime(
        dice,
        own.map(({ updatedAt }) => updatedAt),
        now,
      )
    : undefined;
  const parameters = { type, element_id: elements, note_type: types, ...page };
  return {
    filter: { kind, elements, types, since, ...paging },
    sent: spellGet(dice, '/api/v2/notes', parameters, since),
  };
}
