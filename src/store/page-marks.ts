import { hash } from 'node:crypto';
import type { ListFilter, Page } from '../crm/store.ts';
import type { Start } from './count.ts';
import { type Db, sql } from './sql.ts';

/** Of all lists together; then they begin anew. */
const mostMarks = 4000;

/** At this offset of a list stands this id. */
interface Mark {
  readonly offset: number;
  readonly id: number;
}

/**
 * Where the pages began and ended that one connection of SQLite has read of filtered lists: who pages through one has what comes before each
 * page read once, not with every page. Marks hold until anybody commits. The connection must not write: it would not see its own commits.
 */
export class PageMarks {
  readonly #lists = new Map<string, Mark[]>();
  #version: number | undefined;
  #count = 0;

  /** Where to begin reading for an offset. */
  async find(db: Db, list: string, offset: number): Promise<Start> {
    await this.#look(db);
    const mark = this.#lists.get(list)?.findLast((one) => one.offset <= offset);
    return mark ? { id: mark.id, skip: offset - mark.offset } : { id: 0, skip: offset };
  }

  async add(db: Db, list: string, ...marks: readonly Mark[]): Promise<void> {
    await this.#look(db);
    if (this.#count + marks.length > mostMarks) this.#clear();
    const known = this.#lists.get(list) ?? [];
    this.#lists.set(list, known);
    for (const mark of marks) {
      const place = known.findLastIndex((one) => one.offset <= mark.offset);
      if (known[place]?.offset === mark.offset) continue;
      known.splice(place + 1, 0, mark);
      this.#count += 1;
    }
  }

  /** Of a transaction's snapshot, as everything that it reads. */
  async #look(db: Db): Promise<void> {
    const [row] = await db.all<{ data_version: number }>(sql`pragma data_version`);
    if (row!.data_version !== this.#version) this.#clear();
    this.#version = row!.data_version;
  }

  #clear(): void {
    this.#lists.clear();
    this.#count = 0;
  }
}

/** Where to begin reading for a page of a filtered list. */
export async function markedStart(
  db: Db,
  account: number,
  kind: number,
  filter: ListFilter,
  { offset }: Page,
): Promise<Start> {
  if (offset === 0 || db.pageMarks === undefined) return { id: 0, skip: offset };
  return db.pageMarks.find(db, nameOf(account, kind, filter), offset);
}

/** Call with the ids of a page, in their order, as they were read. */
export async function markPage(
  db: Db,
  account: number,
  kind: number,
  filter: ListFilter,
  { limit, offset }: Page,
  rows: readonly { readonly id: number }[],
): Promise<void> {
  const [first, last] = [rows[0], rows.at(-1)];
  if (db.pageMarks === undefined || first === undefined) return;
  const begin = { offset, id: first.id };
  const marks = rows.length < limit ? [begin] : [begin, { offset: offset + limit, id: last!.id + 1 }];
  await db.pageMarks.add(db, nameOf(account, kind, filter), ...marks);
}

/** Of one length, however long the filter is: twenty thousand ids and eight thousand letters may be in one. */
function nameOf(account: number, kind: number, filter: ListFilter): string {
  return hash('sha256', JSON.stringify([account, kind, filter]));
}
