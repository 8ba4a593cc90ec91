import { kinds } from '../crm/kinds.ts';
import type { AtOnce, AtOnceReads, JoinedDocuments, Page } from '../crm/store.ts';
import { searchStart } from './count.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

interface Joined {
  readonly kept: number;
  readonly bytes: Uint8Array | null;
}

/** Short reads on a connection of their own, which nobody else uses in between. Their statements are plain texts, made once. */
export function sqliteAtOnce(connection: SqliteConnection): AtOnce {
  const { allAtOnce } = connection;
  const reads: AtOnceReads = {
    state: () => allAtOnce<{ data_version: number }>(dataVersion)[0]!.data_version,
    documents(account, kind, version, from) {
      const { elementType } = kinds[kind];
      if ('page' in from) return pageOf(connection, account, elementType, version, from.page);
      const [id, ...more] = from.ids;
      if (more.length > 0) {
        const params = [account, elementType, JSON.stringify(from.ids), account, elementType, version];
        const [found] = allAtOnce<Joined & { count: number }>({ text: byIds, params });
        return allOf(found!.count, found!);
      }
      const params = [version, account, elementType, id ?? 0];
      const [one] = allAtOnce<{ document: Uint8Array | null }>({ text: byId, params });
      if (one === undefined) return { count: 0, bytes: noBytes };
      return one.document === null ? undefined : { count: 1, bytes: one.document };
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

const noBytes = new Uint8Array();
const dataVersion = { text: 'pragma data_version', params: [] };
const byId = `select d.document from entity e left join entity_document d
  on d.account_id = e.account_id and d.kind = e.kind and d.id = e.id and d.version = ?
  where e.account_id = ? and e.kind = ? and e.id = ? and e.is_deleted = 0`;

// The bytes are never a string, nor many arrays: making them would take most of the time.
const joined = "count(d.document) as kept, cast(group_concat(d.document, ',') as blob) as bytes";
const byIds = `select count(*) as count, ${joined} from (
    select e.id from entity e where e.account_id = ? and e.kind = ? and e.is_deleted = 0
    and e.id in (select value from json_each(?)) order by e.id
  ) p left join entity_document d on d.account_id = ? and d.kind = ? and d.id = p.id and d.version = ?`;
const nth = `select id from entity indexed by entity_live
    where account_id = ?1 and kind = ?2 and is_deleted = 0 and id >= ?3 order by id limit 1 offset`;
/** Of a whole page. To skip ids is quicker than to count them: of a page that is not whole they are. */
const ends = `select (${nth} ?4) as first, (${nth} ?5) as last`;
const rest = `select count(*) as count, min(id) as first, max(id) as last from (
    select id from entity indexed by entity_live
    where account_id = ? and kind = ? and is_deleted = 0 and id >= ? order by id limit ? offset ?)`;
// The index is named for its order, in which the documents are joined: ordering them would need a table of them.
const between = `select ${joined} from entity_document d indexed by sqlite_autoindex_entity_document_1
    where account_id = ? and kind = ? and id >= ? and id <= ? and version = ?`;

interface Bounds {
  readonly count: number;
  readonly first: number | null;
  readonly last: number | null;
}

/** Read along from the first to the last id, not id by id: only undeleted records have documents, so that it is enough to count. */
function pageOf(
  { allAtOnce }: SqliteConnection,
  account: number,
  kind: number,
  version: number,
  { limit, offset }: Page,
): JoinedDocuments | undefined {
  const search = searchStart(account, kind, offset);
  let step = search.next();
  while (!step.done) step = search.next(allAtOnce(step.value));
  const { id, skip } = step.value;
  const whole = allAtOnce<Omit<Bounds, 'count'>>({
    text: ends,
    params: [account, kind, id, skip, skip + limit - 1],
  })[0]!;
  const { count, first, last } =
    whole.last === null
      ? allAtOnce<Bounds>({ text: rest, params: [account, kind, id, limit, skip] })[0]!
      : { ...whole, count: limit };
  if (count === 0) return { count, bytes: noBytes };
  const [documents] = allAtOnce<Joined>({ text: between, params: [account, kind, first, last, version] });
  return allOf(count, documents!);
}

function allOf(count: number, { kept, bytes }: Joined): JoinedDocuments | undefined {
  return kept < count ? undefined : { count, bytes: bytes ?? noBytes };
}
