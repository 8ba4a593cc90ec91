import { isFrequent, rareTrigrams } from './rare-trigrams.ts';
import {
  type Columns,
  type Db,
  type Dialect,
  join,
  nothing,
  raw,
  type Search,
  type SearchKey,
  type SearchText,
  type Sql,
  sql,
} from './sql.ts';

/**
 * A record as one number, the rowid of entity_trigram and entity_document: 27 bits of account, 2 of kind (1, 2, 3 and 12 differ in their last
 * two), 34 of id. Put together by operators on bits, because numbers are bound as floating point.
 */
const recordKey = (account: number, kind: number, id: number): bigint =>
  (BigInt(account) << 36n) | (BigInt(kind & 3) << 34n) | BigInt(id);
export const recordKeySql = (account: Sql, kind: Sql, id: Sql): Sql =>
  sql`((${account} << 36) | ((${kind} & 3) << 34) | ${id})`;
/** The bits of the id. */
export const idMask: Sql = sql`17179869183`;
const trigramColumns: Columns = { rowid: 'integer', text: 'text' };
/** A beginning of one or two characters that more trigrams have than this is frequent enough to find by reading along. */
const maxExpansions = 64;

export const sqlite: Dialect = {
  isIn: (column, values) => sql`${column} in (select value from json_each(${JSON.stringify(values)}))`,
  pick: (select, values) => sql`(${sqlite.isIn(select, values)})`,
  isAmong: (column, subselect) => sql`${column} in (${subselect})`,
  rows: (columns, rows) => sql`(select ${jsonColumns(columns)} from json_each(${JSON.stringify(rows)})) r`,
  returning: nothing,
  useIndex: (name) => raw(`indexed by ${name}`),
  unindexed: (column) => ({ text: `+${column.text}`, params: column.params }),
  documentKey: recordKey,
  isDocumentOf: (account, kind, id) => sql`d.key = ${recordKeySql(sql`${account}`, sql`${kind}`, id)}`,

  async indexSearch(db: Db, account: number, texts: readonly SearchText[]): Promise<void> {
    await sqlite.unindexSearch(
      db,
      account,
      texts.filter((text) => !text.isNew),
    );
    const rows = texts.map(({ kind, id, text }) => [recordKey(account, kind, id), text]);
    await db.insert({ table: 'entity_trigram', account: undefined, columns: trigramColumns, rows });
  },

  async unindexSearch(db: Db, account: number, records: readonly SearchKey[]): Promise<void> {
    if (records.length === 0) return;
    const keys = sqlite.rows(
      { kind: 'integer', id: 'integer' },
      records.map(({ kind, id }) => [kind, id]),
    );
    await db.run(
      sql`delete from entity_trigram where rowid in (select ${recordKeySql(sql`${account}`, sql`r.kind`, sql`r.id`)} from ${keys})`,
    );
  },

  async searchIds(db: Db, search: Search): Promise<Sql | undefined> {
    const { account, kind, where, start, limit } = search;
    const match = await matchExpression(db, search);
    if (match === '') return undefined;
    const holds = sql`(${join(
      ' or ',
      search.terms.map((term) => sql`instr(s.text, ${term}) > 0`),
    )})`;
    const texts =
      match === undefined
        ? sql`entity_search s`
        : sql`entity_trigram t cross join entity_search s
            on s.account_id = ${account} and s.kind = ${kind} and s.id = (t.rowid & ${idMask})`;
    const keyOf = (id: Sql) => recordKeySql(sql`${account}`, sql`${kind}`, id);
    const matches =
      match === undefined
        ? nothing
        : sql`and t.entity_trigram match ${match} and t.rowid >= ${keyOf(sql`${start.id}`)} and t.rowid <= ${keyOf(idMask)}`;
    const order: Sql = match === undefined ? sql`s.id` : sql`t.rowid`;
    return sql`select e.id from ${texts} cross join entity e on e.account_id = s.account_id and e.kind = s.kind and e.id = s.id
      where s.account_id = ${account} and s.kind = ${kind} and s.id >= ${start.id} ${matches} and ${holds} and e.is_deleted = 0 ${where}
      order by ${order} limit ${limit} offset ${start.skip}`;
  },
};

function jsonColumns(columns: Columns): Sql {
  const values = Object.entries(columns).map(([name, type], index) =>
    type === 'bytes' ? `cast(value ->> ${index} as blob) as ${name}` : `value ->> ${index} as ${name}`,
  );
  return raw(values.join(', '));
}

/** What to ask the trigram index for. Empty: nothing can match. Undefined: too common, better read the texts along. */
async function matchExpression(db: Db, { account, kind, terms }: Search): Promise<string | undefined> {
  const parts: string[] = [];
  for (const term of terms) {
    if ([...term].length >= 3) {
      const trigrams = await rareTrigrams(db, account, kind, term);
      parts.push(`(${trigrams.map(quoteTerm).join(' AND ')})`);
    } else {
      if (await isFrequent(db, account, kind, term)) return undefined;
      const beginnings = await db.all<{ term: string }>(sql`select term from entity_trigram_term
        where term >= ${term} and term < ${term + String.fromCodePoint(0x10ffff)} limit ${maxExpansions + 1}`);
      if (beginnings.length > maxExpansions) return undefined;
      parts.push(...beginnings.map((row) => quoteTerm(row.term)));
    }
  }
  return parts.join(' OR ');
}

export function quoteTerm(trigram: string): string {
  return `"${trigram.replaceAll('"', '""')}"`;
}
