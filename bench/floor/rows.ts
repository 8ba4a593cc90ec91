import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** The rendered companies of a floor's database. Their ids are in memory, in order: an offset costs nothing. */
export class FloorRows {
  readonly db: DatabaseSync;
  readonly #ids: number[];
  readonly #get: StatementSync;
  readonly #page: StatementSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;

  constructor(file: string) {
    this.db = new DatabaseSync(file);
    openPragmas(this.db);
    const { ids } = this.db
      .prepare(`select '[' || group_concat(id) || ']' as ids from (select id from company order by id)`)
      .get()!;
    this.#ids = JSON.parse(String(ids)) as number[];
    this.#get = this.db.prepare('select document from company where id = ?');
    this.#page = this.db.prepare(
      'select cast(group_concat(document) as blob) as items from company where id between ? and ?',
    );
    // An object a row would take a fifth longer.
    this.#get.setReturnArrays(true);
    this.#insert = this.db.prepare('insert into company (id, document) values (?, ?)');
    this.#update = this.db.prepare('update company set document = ? where id = ?');
  }

  get(id: number): Uint8Array | undefined {
    return (this.#get.get(id) as unknown as [Uint8Array] | undefined)?.[0];
  }

  /** So many documents with commas between them. As one value of the statement: a value for each would cost twice as much. */
  page(offset: number, limit: number): Uint8Array | undefined {
    const ids = this.#ids;
    if (offset >= ids.length) return undefined;
    const last = ids[Math.min(offset + limit, ids.length) - 1]!;
    return this.#page.get(ids[offset]!, last)!['items'] as Uint8Array;
  }

  nextId(): number {
    return this.#ids.at(-1)! + 1;
  }

  /** `document`: a character for each byte. */
  add(id: number, document: string): void {
    this.#insert.run(id, Buffer.from(document, 'latin1'));
    this.#ids.push(id);
  }

  /** As add. */
  replace(id: number, document: string): void {
    this.#update.run(Buffer.from(document, 'latin1'), id);
  }

  write(work: () => void): void {
    this.db.exec('begin immediate');
    work();
    this.db.exec('commit');
  }

  close(): void {
    this.db.close();
  }
}

/** As durable as the product: a commit is on the disk. */
export function openPragmas(db: DatabaseSync): void {
  db.exec(
    'pragma journal_mode = wal; pragma synchronous = full; pragma mmap_size = 68719476736; pragma cache_size = -65536',
  );
}

/** Bytes as a string with a character for each. */
export function latin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}
