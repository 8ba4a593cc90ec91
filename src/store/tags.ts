import { kinds } from '../crm/kinds.ts';
import type { Owned, ReadTx, StoredTag, WriteTx } from '../crm/store.ts';
import type { Tag } from '../crm/tag.ts';
import { dropDocuments } from './documents.ts';
import { settingsChanged } from './settings.ts';
import { type Db, insertRows, nothing, type Sql, sql } from './sql.ts';

type Reads = Pick<ReadTx, 'tagsOf' | 'findTags' | 'listTags' | 'countTagged' | 'taggedIds'>;
type Writes = Pick<WriteTx, 'addTags' | 'setTags' | 'renameTag' | 'removeTags'>;

export function tagReads(db: Db): Reads {
  const { isIn, pick, useIndex } = db.dialect;
  return {
    async tagsOf(account, kind, ids) {
      if (ids.length === 0) return [];
      const ofRecords = pick(
        sql`select entity_id, position, tag_id from entity_tag
          where account_id = ${account} and kind = ${kinds[kind].elementType} and entity_id`,
        ids,
      );
      return db.all<Owned<Tag>>(sql`select et.entity_id as "ownerId", t.id, t.name
        from ${ofRecords} et left join tag t on t.account_id = ${account} and t.id = et.tag_id
        order by et.entity_id, et.position`);
    },
    async listTags(account, kind, { folded, scope }, { limit, offset }) {
      const { elementType } = kinds[kind];
      const occurs = folded === '' ? nothing : sql`and ${sql`replace(folded, ${folded}, '') <> folded`}`;
      const isSeen = scope === 'all' ? nothing : sql`and ${await seenSql(db, account, elementType, [...scope])}`;
      return db.all<Tag>(sql`select t.id, t.name from tag t where t.account_id = ${account}
        and t.kind = ${elementType} ${occurs} ${isSeen} order by t.folded limit ${limit} offset ${offset}`);
    },
    async countTagged(account, kind, ids) {
      if (ids.length === 0) return [];
      return db.all<{ id: number; count: number }>(sql`select tag_id as id, count(*) as count
        from entity_tag ${useIndex('entity_tag_by_tag')} where account_id = ${account}
        and kind = ${kinds[kind].elementType} and ${isIn(sql`tag_id`, ids)} group by tag_id`);
    },
    async taggedIds(account, kind, tagIds, limit) {
      if (tagIds.length === 0) return [];
      const rows = await db.all<{ id: number }>(sql`select distinct entity_id as id
        from entity_tag ${useIndex('entity_tag_by_tag')} where account_id = ${account}
        and kind = ${kinds[kind].elementType} and ${isIn(sql`tag_id`, tagIds)} order by entity_id limit ${limit}`);
      return rows.map(({ id }) => id);
    },
    async findTags(account, kind, { ids, folded }) {
      if (ids.length === 0 && folded.length === 0) return [];
      const { elementType } = kinds[kind];
      const found = await db.all<StoredTag>(sql`select id, name, folded from tag
        where account_id = ${account} and kind = ${elementType} and ${isIn(sql`id`, ids)}
        union all select id, name, folded from tag
        where account_id = ${account} and kind = ${elementType} and ${isIn(sql`folded`, folded)}`);
      return [...new Map(found.map((tag) => [tag.id, tag])).values()].sort((a, b) => a.id - b.id);
    },
  };
}

/** Of up to so many records all tags are read; of more, the records of each tag, until one is found that is among them. */
const fewRecords = 5000;

/** Whether a tag `t` is on an undeleted record of one of these responsible users. */
async function seenSql(db: Db, account: number, kind: number, responsible: readonly number[]): Promise<Sql> {
  const { isAmong, isIn, useIndex } = db.dialect;
  const isTheirs = sql`e.kind = ${kind} and e.is_deleted = 0 and ${isIn(sql`e.responsible_user_id`, responsible)}`;
  const own = sql`entity e ${useIndex('entity_by_responsible')}`;
  const [row] = await db.all<{ n: number }>(sql`select count(*) as n from (
    select 1 from ${own} where e.account_id = ${account} and ${isTheirs} limit ${fewRecords + 1}) f`);
  if (row!.n <= fewRecords) {
    const theirs = sql`select distinct g.tag_id from ${own} cross join entity_tag g
      where e.account_id = ${account} and ${isTheirs} and g.account_id = ${account} and g.kind = ${kind} and g.entity_id = e.id`;
    return isAmong(sql`t.id`, theirs);
  }
  return sql`exists (select 1 from entity_tag g ${useIndex('entity_tag_by_tag')} cross join entity e ${useIndex('entity_live')}
    where g.account_id = ${account} and g.kind = ${kind} and g.tag_id = t.id
    and e.account_id = ${account} and ${isTheirs} and e.id = g.entity_id)`;
}

export function tagWrites(db: Db): Writes {
  return {
    async renameTag(account, kind, { id, name, folded }) {
      await db.run(sql`update tag set name = ${name}, folded = ${folded}
        where account_id = ${account} and kind = ${kinds[kind].elementType} and id = ${id}`);
      await settingsChanged(db, account);
    },
    removeTags: (account, kind, ids) =>
      db.run(sql`delete from tag where account_id = ${account} and kind = ${kinds[kind].elementType}
        and ${db.dialect.isIn(sql`id`, ids)}`),
    addTags(account, kind, tags) {
      const columns = { id: 'integer', kind: 'integer', name: 'text', folded: 'text' } as const;
      const rows = tags.map(({ id, name, folded }) => [id, kinds[kind].elementType, name, folded]);
      return insertRows(db, account, 'tag', columns, rows);
    },
    async setTags(account, kind, sets) {
      if (sets.length === 0) return;
      await dropDocuments(
        db,
        account,
        sets.map(({ ownerId }) => ({ kind, id: ownerId })),
      );
      const { elementType } = kinds[kind];
      await db.run(sql`delete from entity_tag where account_id = ${account} and kind = ${elementType}
        and ${db.dialect.isIn(
          sql`entity_id`,
          sets.map((set) => set.ownerId),
        )}`);
      const columns = { kind: 'integer', entity_id: 'integer', position: 'integer', tag_id: 'integer' } as const;
      const rows = sets.flatMap(({ ownerId, tagIds }) =>
        tagIds.map((tagId, position) => [elementType, ownerId, position, tagId]),
      );
      await insertRows(db, account, 'entity_tag', columns, rows);
    },
  };
}
