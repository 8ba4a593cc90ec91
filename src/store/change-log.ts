import type { ChangeAction, LoggedChange, State, Subject } from '../crm/change-log.ts';
import type { ReadTx, WriteTx } from '../crm/store.ts';
import { type Columns, type Db, insertRows, namesOf, nothing, sql } from './sql.ts';

interface Row {
  readonly id: number;
  readonly at: number;
  readonly user_id: number;
  readonly subject: Subject;
  readonly subject_id: number;
  readonly action: ChangeAction;
  readonly old_state: string;
  readonly new_state: string;
}

const columns = {
  ...{ id: 'integer', at: 'integer', user_id: 'integer', subject: 'text', subject_id: 'integer' },
  ...{ action: 'text', old_state: 'text', new_state: 'text' },
} as const satisfies Columns;

export function changeReads(db: Db): Pick<ReadTx, 'changesAfter' | 'changesSince'> {
  const { isIn } = db.dialect;
  return {
    async changesAfter(account, logId, limit, of) {
      const subject = of ? sql`and subject = ${of.subject}` : nothing;
      const thing = of?.id === undefined ? nothing : sql`and subject_id = ${of.id}`;
      const rows = await db.all<Row>(sql`select ${namesOf(columns)} from change_log
        where account_id = ${account} and id > ${logId} ${subject} ${thing} order by id limit ${limit}`);
      return rows.map(changeOf);
    },
    async changesSince(account, subject, ids, since) {
      if (ids.length === 0) return [];
      const later = 'at' in since ? sql`at > ${since.at}` : sql`id > ${since.logId}`;
      const rows = await db.all<Row>(sql`select ${namesOf(columns)} from change_log
        where account_id = ${account} and subject = ${subject} and ${isIn(sql`subject_id`, ids)} and ${later}
        order by id desc`);
      return rows.map(changeOf);
    },
  };
}

function changeOf(row: Row): LoggedChange {
  return {
    logId: row.id,
    at: row.at,
    userId: row.user_id,
    subject: row.subject,
    id: row.subject_id,
    action: row.action,
    before: JSON.parse(row.old_state) as State,
    after: JSON.parse(row.new_state) as State,
  };
}

export function changeWrites(db: Db): Pick<WriteTx, 'addChanges'> {
  return {
    addChanges(account, changes) {
      const rows = changes.map(({ logId, at, userId, subject, id, action, before, after }) => [
        ...[logId, at, userId, subject, id, action],
        ...[JSON.stringify(before), JSON.stringify(after)],
      ]);
      return insertRows(db, account, 'change_log', columns, rows);
    },
  };
}
