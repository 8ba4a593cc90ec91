import { type Account, type Actor, makeRobot, type Settings } from '../../crm/account.ts';
import type { CustomField } from '../../crm/custom-field.ts';
import { readEntities } from '../../crm/entities.ts';
import type { Entity, EntityRow, KindName } from '../../crm/entity.ts';
import { allKinds } from '../../crm/kinds.ts';
import { searchTextOf } from '../../crm/plan-batch.ts';
import type { ReadTx } from '../../crm/store.ts';
import { findRemovedFields } from '../settings.ts';
import { type Db, sql } from '../sql.ts';
import { readTx, SettingsCache } from '../transactions.ts';
import { noJson, type Problem, type Progress } from './problem.ts';

/** How the kept documents of a version are made; undefined: no document of that version is ever sent. */
export type RenderVersion = (
  account: Account,
  settings: Settings,
  version: number,
) => ((entity: Entity) => string) | undefined;

/** Records at a time. */
const pageSize = 500;

/** The values of every record, and what is made of them: its search text, its kept document. */
export async function* checkRecords(
  db: Db,
  account: Account,
  renderVersion: RenderVersion,
  progress: Progress,
): AsyncGenerator<Problem, void> {
  const tx = readTx(db, new SettingsCache());
  const settings = await tx.settings(account.id);
  const actor = makeRobot(account, settings);
  const known = await knownFields(db, account.id, settings);
  let done = 0;
  for (const { name: kind, elementType } of allKinds) {
    for await (const page of pagesOfIds(db, account.id, elementType)) {
      const tell = (id: number, says: string, what?: 'texts' | 'documents', table = 'entity'): Problem => ({
        ...{ table, key: [account.id, elementType, id], says },
        repair: what && { what, account: account.id },
      });
      const unreadable = await unreadableValues(db, account.id, elementType, page);
      for (const id of unreadable) yield tell(id, `fields ${noJson}`);
      const ids = page.filter((id) => !unreadable.has(id));
      const rows = await tx.entities(account.id, kind, ids);
      for (const row of rows) for (const says of valueProblems(row, known)) yield tell(row.id, says);
      const texts = await textsOf(db, account.id, elementType, ids);
      for (const row of rows) {
        const text = texts.get(row.id);
        if (text !== undefined && !isTextOf(row, text, actor, known.all)) {
          yield tell(row.id, 'is not the text of the record', 'texts', 'entity_search');
        }
      }
      for (const id of await wrongDocuments(db, tx, actor, kind, ids, renderVersion)) {
        yield tell(id, 'is not the answer that the record has now', 'documents', 'entity_document');
      }
      done += page.length;
      progress(`records of account ${account.id}`, done);
    }
  }
}

/** The ids of a kind, deleted records too, some hundred at a time. */
export async function* pagesOfIds(db: Db, account: number, elementType: number): AsyncGenerator<number[], void> {
  for (let last = 0; ; ) {
    const rows = await db.all<{ id: number }>(sql`select id from entity
      where account_id = ${account} and kind = ${elementType} and id > ${last} order by id limit ${pageSize}`);
    if (rows.length === 0) return;
    last = rows.at(-1)!.id;
    yield rows.map(({ id }) => id);
  }
}

export async function textsOf(
  db: Db,
  account: number,
  elementType: number,
  ids: readonly number[],
): Promise<Map<number, string>> {
  const rows = await db.all<{ id: number; text: string }>(sql`select id, text from entity_search
    where account_id = ${account} and kind = ${elementType} and ${db.dialect.isIn(sql`id`, ids)}`);
  return new Map(rows.map(({ id, text }) => [id, text]));
}

async function unreadableValues(
  db: Db,
  account: number,
  elementType: number,
  ids: readonly number[],
): Promise<Set<number>> {
  const rows = await db.all<{ id: number; fields: string }>(sql`select id, fields from entity
    where account_id = ${account} and kind = ${elementType} and ${db.dialect.isIn(sql`id`, ids)}`);
  return new Set(rows.filter(({ fields }) => !Array.isArray(parsed(fields))).map(({ id }) => id));
}

/** undefined: it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface KnownFields {
  /** With those that were removed: their values are kept. */
  readonly all: ReadonlyMap<number, CustomField>;
  readonly enums: ReadonlySet<number>;
}

async function knownFields(db: Db, account: number, { fields }: Settings): Promise<KnownFields> {
  const removed = await findRemovedFields(db, account);
  const all = new Map([...fields, ...removed.map((field) => [field.id, field] as const)]);
  const enums = new Set([...all.values()].flatMap((field) => field.enums.map(({ id }) => id)));
  return { all, enums };
}

function* valueProblems({ values }: EntityRow, { all, enums }: KnownFields): Generator<string> {
  for (const { fieldId, values: stored } of values) {
    if (!all.has(fieldId)) yield `has a value of field ${fieldId}, which never was`;
    for (const { enumId } of stored) {
      if (enumId !== undefined && !enums.has(enumId)) yield `has option ${enumId} of field ${fieldId}, which never was`;
    }
  }
}

/** A record that was last written before a field was removed may be found by its value still. */
function isTextOf(row: EntityRow, text: string, actor: Actor, all: ReadonlyMap<number, CustomField>): boolean {
  const now = searchTextOf(row, actor);
  if (text === now) return true;
  if (all.size === actor.settings.fields.size) return false;
  const most = new Set(searchTextOf(row, { settings: { ...actor.settings, fields: all } }).split('\n'));
  const there = text.split('\n');
  return there.every((line) => most.has(line)) && now.split('\n').every((line) => there.includes(line));
}

async function wrongDocuments(
  db: Db,
  tx: ReadTx,
  { account, settings }: Actor,
  kind: KindName,
  ids: readonly number[],
  renderVersion: RenderVersion,
): Promise<number[]> {
  const elementType = allKinds.find(({ name }) => name === kind)!.elementType;
  const kept = await db.all<{ id: number; version: number; document: Uint8Array }>(sql`select id, version, document
    from entity_document where account_id = ${account.id} and kind = ${elementType} and ${db.dialect.isIn(sql`id`, ids)}`);
  const wrong: number[] = [];
  for (const [version, documents] of Map.groupBy(kept, (row) => row.version)) {
    const render = renderVersion(account, settings, version);
    if (render === undefined) continue;
    const page = { limit: documents.length, offset: 0 };
    const query = { ids: documents.map(({ id }) => id) };
    const entities = await readEntities(tx, makeRobot(account, settings), kind, query, page);
    const right = new Map(entities.map((entity) => [entity.id, render(entity)]));
    const isWrong = documents.filter(({ id, document }) => right.get(id) !== new TextDecoder().decode(document));
    wrong.push(...isWrong.map(({ id }) => id));
  }
  return wrong;
}
