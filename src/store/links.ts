import { getKindByElementType, kinds } from '../crm/kinds.ts';
import type { Link } from '../crm/link.ts';
import type { ReadTx, WriteTx } from '../crm/store.ts';
import { dropDocuments } from './documents.ts';
import { takeIds } from './ids.ts';
import { type Columns, type Db, insertRows, namesOf, type Sql, sql } from './sql.ts';

type Reads = Pick<ReadTx, 'neighbours' | 'linksOf'>;
type Writes = Pick<WriteTx, 'addLinks' | 'removeLinks'>;

interface EndRow {
  readonly ownerId: number;
  readonly kind: number;
  readonly id: number;
  readonly name: string;
  readonly responsibleUserId: number;
  readonly isDeleted: number;
}

const end = sql`e.name, e.responsible_user_id as "responsibleUserId", e.is_deleted as "isDeleted"`;

const endColumns = {
  ...{ first_kind: 'integer', first_id: 'integer' },
  ...{ second_kind: 'integer', second_id: 'integer' },
} as const satisfies Columns;

export function linkReads(db: Db): Reads {
  const { isIn, pick } = db.dialect;
  return {
    async neighbours(account, kind, ids) {
      if (ids.length === 0) return [];
      const rows = await db.all<EndRow>(sql`select e.kind, e.id, ${end} from entity e
        where e.account_id = ${account} and e.kind = ${kinds[kind].elementType} and ${isIn(sql`e.id`, ids)}`);
      return rows.map(neighbourOf);
    },
    async linksOf(account, kind, ids) {
      if (ids.length === 0) return [];
      const { elementType } = kinds[kind];
      const from = (kindColumn: Sql, idColumn: Sql) =>
        pick(
          sql`select ${namesOf(endColumns)}, position from link
            where account_id = ${account} and ${kindColumn} = ${elementType} and ${idColumn}`,
          ids,
        );
      const rows = await db.all<EndRow & { position: number }>(sql`
        select l.first_id as "ownerId", l.position, e.kind, e.id, ${end}
        from ${from(sql`first_kind`, sql`first_id`)} l
        left join entity e on e.account_id = ${account} and e.kind = l.second_kind and e.id = l.second_id
        union all
        select l.second_id, l.position, e.kind, e.id, ${end}
        from ${from(sql`second_kind`, sql`second_id`)} l
        left join entity e on e.account_id = ${account} and e.kind = l.first_kind and e.id = l.first_id
        order by 2`);
      // An end that is not there, which a check of the database tells of, is not shown.
      return rows.filter((row) => row.kind !== null).map((row) => ({ ownerId: row.ownerId, ...neighbourOf(row) }));
    },
  };
}

function neighbourOf({ kind, id, name, responsibleUserId, isDeleted }: EndRow) {
  return { kind: getKindByElementType(kind), id, name, responsibleUserId, isDeleted: isDeleted === 1 };
}

export function linkWrites(db: Db): Writes {
  const ends = ({ first, firstId, second, secondId }: Link) => [
    kinds[first].elementType,
    firstId,
    kinds[second].elementType,
    secondId,
  ];
  return {
    async addLinks(account, links) {
      if (links.length === 0) return;
      const positions = await takeIds(db, account, 'link', links.length);
      const rows = links.map((link, index) => [...ends(link), positions[index]!]);
      await insertRows(db, account, 'link', { ...endColumns, position: 'integer' }, rows);
      await dropDocuments(db, account, bothEnds(links));
    },
    async removeLinks(account, links) {
      if (links.length === 0) return;
      const { isIn, rows } = db.dialect;
      // The first two conditions say what the third does, in a way that an index is found by.
      const kindsOfFirst = [...new Set(links.map(({ first }) => kinds[first].elementType))];
      const firstIds = links.map(({ firstId }) => firstId);
      await db.run(sql`delete from link where account_id = ${account}
        and ${isIn(sql`first_kind`, kindsOfFirst)} and ${isIn(sql`first_id`, firstIds)}
        and (${namesOf(endColumns)}) in (select ${namesOf(endColumns, 'r.')} from ${rows(endColumns, links.map(ends))})`);
      await dropDocuments(db, account, bothEnds(links));
    },
  };
}

function bothEnds(links: readonly Link[]) {
  return links.flatMap(({ first, firstId, second, secondId }) => [
    { kind: first, id: firstId },
    { kind: second, id: secondId },
  ]);
}
