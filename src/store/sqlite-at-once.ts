import { kinds } from '../crm/kinds.ts';
import type { AtOnce, AtOnceReads, JoinedDocuments } from '../crm/store.ts';
import { searchStart } from './count.ts';
import { raw } from './sql.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import { recordKeySql } from './sqlite-dialect.ts';

/** Short reads on a connection of their own, which nobody else uses in between. */
export function sqliteAtOnce(connection: SqliteConnection): AtOnce {
  const dataVersion = connection.firstOf<[version: number]>('pragma data_version');
  const document = connection.firstOf<[bytes: Uint8Array]>(
    `select document from entity_document where key = ${keyOf('?', '?', '?')} and version = ?`,
  );
  const isLive = connection.firstOf<[number]>(
    'select 1 from entity where account_id = ? and kind = ? and id = ? and is_deleted = 0',
  );
  const documentsOf = connection.firstOf<[count: number, ...Joined]>(byIds);
  const ends = connection.firstOf<[first: number | null, last: number | null]>(endsOfPage);
  const rest = connection.firstOf<[first: number | null, last: number | null, count: number]>(restOfAll);
  const between = connection.firstOf<Joined>(betweenIds);
  const reads: AtOnceReads = {
    state: () => dataVersion()![0],
    documents(account, kind, version, from) {
      const { elementType } = kinds[kind];
      if ('ids' in from) {
        const [id = 0, ...more] = from.ids;
        if (more.length > 0) {
          const ids = JSON.stringify(from.ids);
          const [count, ...joined] = documentsOf(account, elementType, ids, account, elementType, version)!;
          return allOf(count, joined);
        }
        // Only undeleted records have documents.
        const found = document(account, elementType, id, version);
        if (found) return { count: 1, bytes: found[0] };
        return isLive(account, elementType, id) ? undefined : nothing;
      }
      const { limit, offset } = from.page;
      const search = searchStart(account, elementType, offset);
      let step = search.next();
      while (!step.done) step = search.next(connection.allAtOnce(step.value));
      const start = [account, elementType, step.value.id] as const;
      const { skip } = step.value;
      const whole = ends(...start, skip, skip + limit - 1)!;
      const [first, last, count] = whole[1] === null ? rest(...start, limit, skip)! : [...whole, limit];
      // Read along from the first to the last id, not id by id: it is enough to count them.
      return count === 0 ? nothing : allOf(count, between(account, elementType, first, last, version)!);
    },
  };
  return {
    read(work) {
      connection.begin();
      try {
        return work(reads);
      } finally {
        connection.commit();
      }
    },
  };
}

const keyOf = (account: string, kind: string, id: string) => recordKeySql(raw(account), raw(kind), raw(id)).text;

type Joined = [kept: number, bytes: Uint8Array | null];

// The bytes are never a string, nor many arrays: making them would take most of the time.
const joined = "count(d.document), cast(group_concat(d.document, ',') as blob)";
const byIds = `select count(*), ${joined} from (
    select e.id from entity e where e.account_id = ? and e.kind = ? and e.is_deleted = 0
    and e.id in (select value from json_each(?)) order by e.id
  ) p left join entity_document d on d.key = ${keyOf('?', '?', 'p.id')} and d.version = ?`;
const nth = `select id from entity indexed by entity_live
    where account_id = ?1 and kind = ?2 and is_deleted = 0 and id >= ?3 order by id limit 1 offset`;
/** To skip ids is quicker than to count them; where there is no last one, they are. */
const endsOfPage = `select (${nth} ?4), (${nth} ?5)`;
const restOfAll = `select min(id), max(id), count(*) from (
    select id from entity indexed by entity_live
    where account_id = ? and kind = ? and is_deleted = 0 and id >= ? order by id limit ? offset ?)`;
// By the key and not by an index: they are joined in its order, and ordering them would need a table of them.
const betweenIds = `select ${joined} from entity_document d not indexed
    where key >= ${keyOf('?1', '?2', '?3')} and key <= ${keyOf('?1', '?2', '?4')} and version = ?5`;

const nothing: JoinedDocuments = { count: 0, bytes: new Uint8Array() };

function allOf(count: number, [kept, bytes]: Joined): JoinedDocuments | undefined {
  if (kept < count) return undefined;
  return bytes === null ? nothing : { count, bytes };
}
