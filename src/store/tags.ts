import { kinds } from '../crm/kinds.ts';
import type { Owned, ReadTx, StoredTag, WriteTx } from '../crm/store.ts';
import type { Tag } from '../crm/tag.ts';
import { dropDocuments } from './documents.ts';
import { settingsChanged } from './settings.ts';
import { type Db, insertRows, nothing, sql } from './sql.ts';

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
    async listTags(account, kind, folded, { limit, offset }) {
      const occurs = folded === '' ? nothing : sql`and ${sql`replace(folded, ${folded}, '') <> folded`}`;
      return db.all<Tag>(sql`select id, name from tag where account_id = ${account}
        and kind = ${kinds[kind].elementType} ${occurs} order by folded limit ${limit} offset ${offset}`);
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
