import { kinds } from '../crm/kinds.ts';
import type { Owned, ReadTx, StoredTag, WriteTx } from '../crm/store.ts';
import type { Tag } from '../crm/tag.ts';
import { dropDocuments } from './documents.ts';
import { type Db, insertRows, sql } from './sql.ts';

type Reads = Pick<ReadTx, 'tagsOf' | 'findTags'>;
type Writes = Pick<WriteTx, 'addTags' | 'setTags'>;

export function tagReads(db: Db): Reads {
  const { isIn, pick } = db.dialect;
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
