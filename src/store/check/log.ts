import { entityState, filled, type State, type Subject } from '../../crm/change-log.ts';
import { elementKey } from '../../crm/element.ts';
import type { KindName, Neighbour } from '../../crm/entity.ts';
import { elementTypeOf, kinds } from '../../crm/kinds.ts';
import { groupByOwner, type ReadTx } from '../../crm/store.ts';
import type { Tag } from '../../crm/tag.ts';
import { type Db, sql } from '../sql.ts';
import { readTx, SettingsCache } from '../transactions.ts';
import { noJson, type Problem, type Progress } from './problem.ts';
import { parsed } from './records.ts';

interface Row {
  readonly id: number;
  readonly subject: Subject;
  readonly subject_id: number;
  readonly action: string;
  readonly old_state: string;
  readonly new_state: string;
}

/** What the entries about one thing add up to. */
interface Told {
  readonly subject: Subject;
  readonly id: number;
  /** The last value of every key that is told of; undefined: it has none. */
  readonly keys: Map<string, unknown>;
  /** By `kind id`: whether it is linked, and the entry that says so. */
  readonly links: Map<string, { readonly isLinked: boolean; readonly entry: number }>;
  /** The log begins with the thing's being made, so it tells of every key. */
  isWhole: boolean;
  /** It was taken away for good, and what the log told of it too. */
  isForgotten: boolean;
}

/** Entries at a time, and things that are compared at a time. */
const pageSize = 2000;
const thingsAtATime = 500;
/** Follows from the tasks, and is held against them. */
const passedOver = new Set(['closestTaskAt', 'links', 'tags']);

/** Whether each thing is as the change log says in the end. */
export async function* checkLog(db: Db, account: number, progress: Progress): AsyncGenerator<Problem, void> {
  let things: Told[] = [];
  let done = 0;
  for await (const rows of pagesOfLog(db, account)) {
    for (const row of rows) {
      const last = things.at(-1);
      const isSame = last?.subject === row.subject && last.id === row.subject_id;
      if (!isSame && things.length > 0 && (things.length === thingsAtATime || last?.subject !== row.subject)) {
        yield* compare(db, account, things);
        things = [];
      }
      if (!isSame) things.push(newTold(row));
      if (!take(things.at(-1)!, row)) yield { table: 'change_log', key: [account, row.id], says: `a state ${noJson}` };
    }
    done += rows.length;
    progress(`change log of account ${account}`, done);
  }
  yield* compare(db, account, things);
}

async function* pagesOfLog(db: Db, account: number): AsyncGenerator<Row[], void> {
  let last: Pick<Row, 'subject' | 'subject_id' | 'id'> = { subject: '' as Subject, subject_id: 0, id: 0 };
  for (;;) {
    const rows = await db.all<Row>(sql`select id, subject, subject_id, action, old_state, new_state from change_log
      where account_id = ${account} and (subject, subject_id, id) > (${last.subject}, ${last.subject_id}, ${last.id})
      order by subject, subject_id, id limit ${pageSize}`);
    if (rows.length === 0) return;
    last = rows.at(-1)!;
    yield rows;
  }
}

function newTold({ subject, subject_id }: Row): Told {
  return { subject, id: subject_id, keys: new Map(), links: new Map(), isWhole: false, isForgotten: false };
}

/** @returns false when it cannot be read */
function take(told: Told, { id: entry, action, old_state, new_state }: Row): boolean {
  const [before, after] = [parsed(old_state), parsed(new_state)] as (State | undefined)[];
  if (!before || !after) return false;
  const isEmptied = Object.keys(after).length === 0;
  if (action === 'purge' || isEmptied) told.isForgotten = true;
  if (action === 'add' && !isEmptied) Object.assign(told, { isWhole: true, isForgotten: false });
  for (const key of Object.keys(before)) if (!(key in after)) told.keys.set(key, undefined);
  for (const [key, value] of Object.entries(after)) told.keys.set(key, value);
  for (const key of Object.keys((before['links'] as State | undefined) ?? {}))
    told.links.set(key, { isLinked: false, entry });
  for (const key of Object.keys((after['links'] as State | undefined) ?? {}))
    told.links.set(key, { isLinked: true, entry });
  return true;
}

/** Things of one subject. */
async function* compare(db: Db, account: number, things: readonly Told[]): AsyncGenerator<Problem, void> {
  const [first] = things;
  if (first === undefined) return;
  const { subject } = first;
  const tx = readTx(db, new SettingsCache());
  const ids = things.map(({ id }) => id);
  const states = await statesOf(tx, account, subject, ids);
  const isRecord = subject !== 'task' && subject !== 'note';
  const table = isRecord ? 'entity' : subject;
  const tags = groupByOwner<Tag>(isRecord ? await tx.tagsOf(account, subject, ids) : []);
  const links = groupByOwner<Neighbour>(isRecord ? await tx.linksOf(account, subject, ids) : []);
  for (const told of things) {
    const key = isRecord ? [account, elementTypeOf(subject), told.id] : [account, told.id];
    const state = states.get(told.id);
    if (state === undefined) {
      if (!told.isForgotten) yield { table, key, says: 'is in the change log, and is not there' };
      continue;
    }
    for (const name of differing(told, state)) yield { table, key, says: `${name} is not what the change log says` };
    if (!isRecord) continue;
    const tagIds = (tags.get(told.id) ?? []).map(({ id }) => id);
    const toldTags = told.keys.get('tags') as readonly Tag[] | undefined;
    const saysTags = told.isWhole || told.keys.has('tags');
    if (saysTags && String(tagIds) !== String((toldTags ?? []).map(({ id }) => id))) {
      yield { table, key, says: 'its tags are not what the change log says' };
    }
    const there = new Set((links.get(told.id) ?? []).map(elementKey));
    const missing = [...told.links.keys()].filter((other) => told.links.get(other)!.isLinked && !there.has(other));
    const purges = await purgesOf(db, account, missing);
    const lost = missing.filter((other) => told.links.get(other)!.entry > (purges.get(other) ?? 0));
    const extra = [...there].filter((other) => !(told.links.get(other)?.isLinked ?? !told.isWhole));
    for (const other of lost) yield { table, key, says: `its link to ${other} is in the change log, and is not there` };
    for (const other of extra) yield { table, key, says: `its link to ${other} is not in the change log` };
  }
}

function differing({ keys, isWhole }: Told, state: State): string[] {
  const names = isWhole ? new Set([...keys.keys(), ...Object.keys(state)]) : keys.keys();
  return [...names].filter(
    (name) => !passedOver.has(name) && JSON.stringify(keys.get(name) ?? null) !== JSON.stringify(state[name] ?? null),
  );
}

async function statesOf(
  tx: ReadTx,
  account: number,
  subject: Subject,
  ids: readonly number[],
): Promise<Map<number, State>> {
  if (subject === 'task') return new Map((await tx.tasks(account, ids)).map(({ id, ...state }) => [id, filled(state)]));
  if (subject === 'note') return new Map((await tx.notes(account, ids)).map(({ id, ...state }) => [id, filled(state)]));
  return new Map((await tx.entities(account, subject, ids)).map((row) => [row.id, entityState(row)]));
}

/**
 * The last entry by which each of these records was taken away for good, its links with it, of which those who were linked to it know nothing.
 * The id may be another's since.
 */
async function purgesOf(db: Db, account: number, keys: readonly string[]): Promise<Map<string, number>> {
  const purges = new Map<string, number>();
  for (const kind of Object.keys(kinds) as KindName[]) {
    const ids = keys.filter((key) => key.startsWith(`${kind} `)).map((key) => Number(key.slice(kind.length + 1)));
    if (ids.length === 0) continue;
    const rows = await db.all<{
      id: number;
      entry: number;
    }>(sql`select subject_id as id, max(id) as entry from change_log
      where account_id = ${account} and subject = ${kind} and action = 'purge' and ${db.dialect.isIn(sql`subject_id`, ids)}
      group by subject_id`);
    for (const { id, entry } of rows) purges.set(`${kind} ${id}`, entry);
  }
  return purges;
}
