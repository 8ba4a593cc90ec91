import type { RawDatabase } from '../raw-database.ts';
import { settingsReads } from '../settings.ts';
import { type Db, sql } from '../sql.ts';
import { checkLog } from './log.ts';
import { damagedFile, noJson, type Problem, type Progress } from './problem.ts';
import { checkRecords, type RenderVersion } from './records.ts';
import { checkRules } from './rules.ts';
import { checkTexts } from './texts.ts';

/** Everything in one moment of a database that is not as it must be. Reads all of it, some hundred rows at a time. */
export async function* checkAll(
  { checkEngine }: RawDatabase,
  db: Db,
  renderVersion: RenderVersion,
  progress: Progress,
): AsyncGenerator<Problem, void> {
  let isDamaged = false;
  for await (const problem of checkEngine(db, progress)) {
    yield problem;
    isDamaged ||= problem.table === damagedFile;
  }
  // What is read from it may be anything.
  if (isDamaged) return yield { table: damagedFile, key: [], says: 'nothing else is looked at: restore a backup' };
  yield* checkRules(db, progress);
  const accounts = await db.all<{ id: number }>(sql`select id from account order by id`);
  for (const { id } of accounts) {
    let isUnreadable = false;
    for await (const problem of checkAccount(db, id, renderVersion, progress)) {
      yield problem;
      isUnreadable ||= problem.says.endsWith(noJson);
    }
    if (isUnreadable) {
      yield { table: 'account', key: [id], says: 'is not looked at any further: first, all JSON has to be readable' };
    } else yield* checkLog(db, id, progress);
  }
}

async function* checkAccount(
  db: Db,
  id: number,
  renderVersion: RenderVersion,
  progress: Progress,
): AsyncGenerator<Problem, void> {
  let isUnreadable = false;
  for await (const problem of checkTexts(db, id)) {
    yield problem;
    isUnreadable ||= problem.says.endsWith(noJson);
  }
  if (isUnreadable) return;
  const account = (await settingsReads(db).findAccount(id))!;
  yield* checkRecords(db, account, renderVersion, progress);
}
