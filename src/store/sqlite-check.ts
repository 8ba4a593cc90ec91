import { DatabaseSync } from 'node:sqlite';
import { damagedFile, type Problem, type Progress } from './check/problem.ts';
import { findMigrations } from './migrate.ts';
import { trigramsOf } from './rare-trigrams.ts';
import { type Db, raw, sql } from './sql.ts';
import { idMask, quoteTerm, recordKeySql } from './sqlite-dialect.ts';

const pageSize = 4000;
/** Trigrams whose rows are looked for by name. */
const mostTerms = 20;
const searchIndex = 'entity_trigram';

/** What only this engine can have wrong: the file, the schema in it, the search index. */
export async function* checkSqlite(db: Db, progress: Progress): AsyncGenerator<Problem, void> {
  progress('the file', 0);
  let isWhole = true;
  for (const says of await checkFile(db)) {
    const isIndex = says.includes(searchIndex);
    yield { table: isIndex ? searchIndex : damagedFile, key: [], says, ...(isIndex && { repair: everywhere }) };
    isWhole = false;
  }
  if (!isWhole) return;
  yield* checkSchema(db);
  yield* checkTrigrams(db, progress);
}

const cannotBeRead = 'cannot be read';

async function checkFile(db: Db): Promise<string[]> {
  // The first alone can often be told where all cannot.
  for (const pragma of ['integrity_check', 'integrity_check(1)']) {
    try {
      const rows = await db.all<{ integrity_check: string }>(raw(`pragma ${pragma}`));
      return rows.map((row) => row.integrity_check.replaceAll('\n', ' ')).filter((says) => says !== 'ok');
    } catch {}
  }
  return [cannotBeRead];
}

const everywhere = { what: 'trigrams', account: 0 } as const;

async function* checkSchema(db: Db): AsyncGenerator<Problem, void> {
  const fresh = new DatabaseSync(':memory:');
  for (const { statements } of findMigrations('sqlite')) for (const text of statements) fresh.exec(text);
  const all =
    "select name, coalesce(sql, '') as text from sqlite_schema where name not like 'sqlite_%' and name <> 'schema_version'";
  const right = new Map(
    fresh
      .prepare(all)
      .all()
      .map(({ name, text }) => [String(name), text]),
  );
  fresh.close();
  const there = new Map((await db.all<{ name: string; text: string }>(raw(all))).map(({ name, text }) => [name, text]));
  for (const [name, text] of right) {
    if (there.get(name) !== text)
      yield { table: name, key: [], says: 'is not in the schema as the migrations make it' };
  }
  for (const name of there.keys()) if (!right.has(name)) yield { table: name, key: [], says: 'is none of the schema' };
}

/** Whether each trigram is in the index for as many texts as have it; of those for which it is not, in which. */
async function* checkTrigrams(db: Db, progress: Progress): AsyncGenerator<Problem, void> {
  const wrong = await countTrigrams(db, progress);
  const terms = await db.all<{ term: string; doc: number }>(sql`select term, doc from entity_trigram_term`);
  for (const { term, doc } of terms) {
    if (wrong.get(term) === doc) wrong.delete(term);
    else wrong.set(term, doc);
  }
  const told = new Set<string>();
  for (const term of [...wrong.keys()].slice(0, mostTerms)) {
    for (const { says, ...row } of await rowsWithout(db, term)) {
      const key = [row.account, row.kind, row.id];
      if (told.has(String(key))) continue;
      told.add(String(key));
      yield { table: searchIndex, key, says, repair: everywhere };
    }
  }
  if (wrong.size > 0 && told.size === 0) {
    yield { table: searchIndex, key: [], says: `${wrong.size} trigrams are counted wrongly`, repair: everywhere };
  }
}

/** How many texts have each trigram: as the index has them. */
async function countTrigrams(db: Db, progress: Progress): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  let done = 0;
  for await (const rows of pagesOfTexts(db)) {
    for (const { text } of rows) for (const term of trigramsOf(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
    done += rows.length;
    progress('the search index', done);
  }
  return counts;
}

interface TextRow {
  readonly account: number;
  readonly kind: number;
  readonly id: number;
  readonly text: string;
}

async function* pagesOfTexts(db: Db): AsyncGenerator<TextRow[], void> {
  for (let last = { account: 0, kind: 0, id: 0 }; ; ) {
    const rows = await db.all<TextRow>(sql`select account_id as account, kind, id, text from entity_search
      where (account_id, kind, id) > (${last.account}, ${last.kind}, ${last.id})
      order by account_id, kind, id limit ${pageSize}`);
    if (rows.length === 0) return;
    yield rows;
    last = rows.at(-1)!;
  }
}

const trigramRow = recordKeySql(sql`s.account_id`, sql`s.kind`, sql`s.id`);

function rowsWithout(db: Db, term: string): Promise<{ account: number; kind: number; id: number; says: string }[]> {
  const found = sql`select rowid from entity_trigram where entity_trigram match ${quoteTerm(term)}`;
  return db.all(sql`select * from (select s.account_id as account, s.kind, s.id, 'the text is not found by all of its parts' as says
      from entity_search s where instr(s.text, ${term}) > 0 and ${trigramRow} not in (${found}) limit ${mostTerms})
    union all select * from (select t.rowid >> 36, case (t.rowid >> 34) & 3 when 0 then 12 else (t.rowid >> 34) & 3 end, t.rowid & ${idMask},
      'is found by what is not in the text' from (${found}) t
      where t.rowid not in (select ${trigramRow} from entity_search s where instr(s.text, ${term}) > 0) limit ${mostTerms})`);
}

/** Makes the search index anew from the texts. In one transaction of the caller's. */
export async function rebuildTrigrams(db: Db): Promise<void> {
  await db.run(sql`insert into entity_trigram (entity_trigram) values ('delete-all')`);
  for await (const rows of pagesOfTexts(db)) {
    for (const [account, texts] of Map.groupBy(rows, (row) => row.account)) {
      await db.dialect.indexSearch(
        db,
        account,
        texts.map((text) => ({ ...text, isNew: true })),
      );
    }
  }
}
