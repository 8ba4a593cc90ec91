import { kinds } from '../crm/kinds.ts';
import type { Owned, ReadTx, StoredTag, WriteTx } from '../crm/store.ts';
import type { Tag } from '../crm/tag.ts';
import { dropDocuments } from './documents.ts';
import { type Db, sql } from './sql.ts';

type Reads = Pick<ReadTx, 'tagsOf' | 'findTags'>;
type Writes = Pick<WriteTx, 'addTags' | 'setTags'>;

export function tagReads(db: Db): Reads {
  const { list } = db.dialect;
  return {
    async tagsOf(account, kind, ids) {
      if (ids.length === 0) return [];
      return db.all<Owned<Tag>>(sql`select et.entity_id as "ownerId", t.id, t.name
        from entity_tag et join tag t on t.account_id = ${account} and t.id = et.tag_id
        where et.account_id = ${account} and et.kind = ${kinds[kind].elementType} and et.entity_id in ${list(ids)}
        order by et.entity_id, et.position`);
    },
    async findTags(account, kind, { ids, folded }) {
      if (ids.length === 0 && folded.length === 0) return [];
      const { elementType } = kinds[kind];
      return db.all<StoredTag>(sql`select id, name, folded from tag
        where account_id = ${account} and kind = ${elementType} and id in ${list(ids)}
        union select id, name, folded from tag
        where account_id = ${account} and kind = ${elementType} and folded in ${list(folded)}`);
    },
  };
}

export function tagWrites(db: Db): Writes {
  const { list, rows, column } = db.dialect;
  return {
    async addTags(account, kind, tags) {
      if (tags.length === 0) return;
      await db.run(sql`insert into tag (account_id, id, kind, name, folded)
        select ${account}, ${column(0)}, ${kinds[kind].elementType}, ${column(1)}, ${column(2)}
        from ${rows(tags.map(({ id, name, folded }) => [id, name, folded]))}`);
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
        and entity_id in ${list(sets.map((set) => set.ownerId))}`);
      const tagged = sets.flatMap(({ ownerId, tagIds }) => tagIds.map((tagId, position) => [ownerId, position, tagId]));
      if (tagged.length === 0) return;
      await db.run(sql`insert into entity_tag (account_id, kind, entity_id, position, tag_id)
        select ${account}, ${elementType}, ${column(0)}, ${column(1)}, ${column(2)} from ${rows(tagged)}`);
    },
  };
}
