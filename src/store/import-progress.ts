import type { ImportMark, ReadTx, WriteTx } from '../crm/store.ts';
import { type Db, sql } from './sql.ts';

type Reads = Pick<ReadTx, 'findImport'>;
type Writes = Pick<WriteTx, 'moveImport' | 'removeImport'>;

export function importReads(db: Db): Reads {
  return {
    async findImport(account, source) {
      const [mark] = await db.all<ImportMark>(
        sql`select place, state from import_progress where account_id = ${account} and source = ${source}`,
      );
      return mark && { place: mark.place, state: mark.state };
    },
  };
}

export function importWrites(db: Db): Writes {
  return {
    async moveImport(account, source, from, { place, state }) {
      const moved =
        from === undefined
          ? await db.all(sql`insert into import_progress (account_id, source, place, state)
              values (${account}, ${source}, ${place}, ${state})
              on conflict (account_id, source) do nothing returning place`)
          : await db.all(sql`update import_progress set place = ${place}, state = ${state}
              where account_id = ${account} and source = ${source} and place = ${from} returning place`);
      return moved.length > 0;
    },

    async removeImport(account, source) {
      await db.run(sql`delete from import_progress where account_id = ${account} and source = ${source}`);
    },
  };
}
