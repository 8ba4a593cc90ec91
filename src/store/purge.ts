import type { Subject } from '../crm/change-log.ts';
import { elementTypeOf, kinds } from '../crm/kinds.ts';
import type { WriteTx } from '../crm/store.ts';
import { type Db, type Sql, sql } from './sql.ts';

export function purgeWrites(db: Db): Pick<WriteTx, 'purgeEntities'> {
  const { isIn } = db.dialect;
  return {
    async purgeEntities(account, kind, ids) {
      if (ids.length === 0) return;
      const type = kinds[kind].elementType;
      const of = (column: Sql) => isIn(column, ids);
      const tasks = sql`select id from task where account_id = ${account} and element_type = ${type} and ${of(sql`element_id`)}`;
      const notes = sql`select id from note where account_id = ${account} and ((element_type = ${type} and ${of(sql`element_id`)})
        or (element_type = ${elementTypeOf('task')} and element_id in (${tasks})))`;
      await forget(db, account, 'note', sql`subject_id in (${notes})`);
      await forget(db, account, 'task', sql`subject_id in (${tasks})`);
      await forget(db, account, kind, of(sql`subject_id`));
      await db.run(sql`delete from note where account_id = ${account} and id in (${notes})`);
      await db.run(sql`delete from task where account_id = ${account} and id in (${tasks})`);
      await db.run(
        sql`delete from entity_tag where account_id = ${account} and kind = ${type} and ${of(sql`entity_id`)}`,
      );
      await db.run(
        sql`delete from link where account_id = ${account} and first_kind = ${type} and ${of(sql`first_id`)}`,
      );
      await db.run(
        sql`delete from link where account_id = ${account} and second_kind = ${type} and ${of(sql`second_id`)}`,
      );
      await db.dialect.unindexSearch(
        db,
        account,
        ids.map((id) => ({ kind: type, id })),
      );
      await db.run(sql`delete from entity_search where account_id = ${account} and kind = ${type} and ${of(sql`id`)}`);
      await db.run(
        sql`delete from entity_document where account_id = ${account} and kind = ${type} and ${of(sql`id`)}`,
      );
      await db.run(sql`delete from entity where account_id = ${account} and kind = ${type} and ${of(sql`id`)}`);
    },
  };
}

/** The log keeps that something happened, and who did it when, but not what it was. */
function forget(db: Db, account: number, subject: Subject, which: Sql): Promise<void> {
  return db.run(sql`update change_log set old_state = '{}', new_state = '{}'
    where account_id = ${account} and subject = ${subject} and ${which}`);
}
