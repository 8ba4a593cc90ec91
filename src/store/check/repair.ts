import { makeRobot } from '../../crm/account.ts';
import { allKinds } from '../../crm/kinds.ts';
import { searchTextOf } from '../../crm/plan-batch.ts';
import type { RawDatabase } from '../raw-database.ts';
import { settingsReads } from '../settings.ts';
import { type Columns, type Db, insertRows, sql } from '../sql.ts';
import { readTx, SettingsCache } from '../transactions.ts';
import { type Derived, derived, type Progress, type Repair } from './problem.ts';
import { pagesOfIds, textsOf } from './records.ts';
import { closestTask } from './rules.ts';

/** Makes again what is derived, each in a transaction in which nobody else writes: a server may be at work. */
export async function repairAll(database: RawDatabase, repairs: readonly Repair[], progress: Progress): Promise<void> {
  const order = [...repairs].sort((a, b) => derived.indexOf(a.what) - derived.indexOf(b.what));
  for (const { what, account } of order) {
    progress(`making ${what} of account ${account} again`, 0);
    if (what === 'texts') await repairTexts(database, account, progress);
    else await database.write((db) => ways[what](db, account, database), account);
  }
}

interface Login {
  readonly login: string;
}

type Way = (db: Db, account: number, database: RawDatabase) => Promise<void>;

const ways: Readonly<Record<Exclude<Derived, 'texts'>, Way>> = {
  // Global tables are written by what has been read: they cannot be joined to those of accounts where these are spread.
  async webhooks(db, account) {
    const hooks = await db.all(sql`select id from webhook where account_id = ${account} limit 1`);
    await db.run(sql`update account set has_webhooks = ${Number(hooks.length > 0)} where id = ${account}`);
  },

  async logins(db, account) {
    const users = await db.all<Login>(sql`select login from account_user where account_id = ${account}`);
    const there = await db.all<Login>(sql`select login from login where account_id = ${account}`);
    const [right, known] = [users, there].map((rows) => new Set(rows.map(({ login }) => login)));
    for (const login of [...right!].filter((one) => !known!.has(one))) {
      await db.run(sql`insert into login (login, account_id) values (${login}, ${account})`);
    }
    for (const login of [...known!].filter((one) => !right!.has(one))) {
      await db.run(sql`delete from login where login = ${login} and account_id = ${account}`);
    }
  },

  async counters(db, account) {
    for (const [sequence, used] of [
      ['link', sql`select max(position) as last from link where account_id = ${account}`],
      ['change', sql`select max(id) as last from change_log where account_id = ${account}`],
      ['delivery', sql`select max(id) as last from webhook_delivery where account_id = ${account}`],
    ] as const) {
      const [row] = await db.all<{ last: number | null }>(used);
      await db.run(sql`insert into id_counter (account_id, sequence, next_id)
        values (${account}, ${sequence}, ${(row!.last ?? 0) + 1}) on conflict (account_id, sequence)
        do update set next_id = excluded.next_id where id_counter.next_id < excluded.next_id`);
    }
  },

  async counts(db, account) {
    await db.run(sql`delete from entity_count where account_id = ${account}`);
    for (const [level, size] of [
      [0, sql`256`],
      [1, sql`65536`],
    ] as const) {
      await db.run(sql`insert into entity_count (account_id, kind, level, bucket, n)
        select account_id, kind, ${level}, id / ${size}, count(*) from entity
        where account_id = ${account} and is_deleted = 0 group by account_id, kind, id / ${size}`);
    }
  },

  async closest(db, account) {
    const wrong = sql`t.closest_task_at <> ${closestTask}`;
    await db.run(sql`delete from entity_document where account_id = ${account}
      and (kind, id) in (select t.kind, t.id from entity t where t.account_id = ${account} and ${wrong})`);
    await db.run(
      sql`update entity as t set closest_task_at = ${closestTask} where t.account_id = ${account} and ${wrong}`,
    );
  },

  // Who reads the records next has them made.
  documents: (db, account) => db.run(sql`delete from entity_document where account_id = ${account}`),

  trigrams: (db, _account, database) => database.rebuildSearch(db),
};

const textColumns = { kind: 'integer', id: 'integer', text: 'text' } as const satisfies Columns;

async function repairTexts(database: RawDatabase, account: number, progress: Progress): Promise<void> {
  await database.write((db) => removeOrphans(db, account), account);
  let done = 0;
  for (const { name: kind, elementType } of allKinds) {
    const pages = await database.read(async (db) => {
      const all: number[][] = [];
      for await (const ids of pagesOfIds(db, account, elementType)) all.push([ids[0]!, ids.at(-1)!]);
      return all;
    });
    for (const [first, last] of pages) {
      await database.write(async (db) => {
        const tx = readTx(db, new SettingsCache());
        const settings = await tx.settings(account);
        const actor = makeRobot((await settingsReads(db).findAccount(account))!, settings);
        const range = await db.all<{ id: number }>(sql`select id from entity
          where account_id = ${account} and kind = ${elementType} and id >= ${first!} and id <= ${last!}`);
        const ids = range.map(({ id }) => id);
        const texts = await textsOf(db, account, elementType, ids);
        const changed = (await tx.entities(account, kind, ids))
          .map((row) => ({ kind: elementType, id: row.id, text: searchTextOf(row, actor), isNew: false }))
          .filter(({ id, text }) => texts.get(id) !== text);
        await insertRows(
          db,
          account,
          'entity_search',
          textColumns,
          changed.map(({ kind, id, text }) => [kind, id, text]),
          ['kind', 'id'],
        );
        await db.dialect.indexSearch(db, account, changed);
        done += ids.length;
      }, account);
      progress(`search texts of account ${account}`, done);
    }
  }
}

async function removeOrphans(db: Db, account: number): Promise<void> {
  const orphans = await db.all<{
    kind: number;
    id: number;
  }>(sql`select kind, id from entity_search s where s.account_id = ${account}
    and not exists (select 1 from entity e where e.account_id = s.account_id and e.kind = s.kind and e.id = s.id)`);
  await db.dialect.unindexSearch(db, account, orphans);
  for (const { kind, id } of orphans) {
    await db.run(sql`delete from entity_search where account_id = ${account} and kind = ${kind} and id = ${id}`);
  }
}
