import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { CompanyJson, ItemsJson, TagJson } from '../src/v2/wire.ts';
import type { FloorField, FloorOwner } from './floor/writes.ts';
import { sendWell } from './http-request.ts';

/** The most frequent city, and so a common word of the search. */
export const commonWord = 'москва';

/** What the scenarios need to know of a set. */
export interface FloorFacts {
  /** All companies that the API shows. */
  readonly total: number;
  /** Times after which 1 % and 50 % of the companies were changed. */
  readonly changedAfter: { readonly onePercent: number; readonly half: number };
  /** Who has the most companies. */
  readonly responsible: { readonly id: number; readonly companies: number };
  readonly commonHits: number;
}

const pageSize = 500;

/**
 * Changes every hundredth company, in its `updated_at` only: the seed's last changes are all of one moment, so that a window could not
 * tell 1 % of them.
 */
export async function changeSome(url: string, token: string): Promise<void> {
  const headers = { Authorization: `Bearer ${token}` };
  const some: { id: number; updated_at: number }[] = [];
  let count = 0;
  for await (const items of pagesOf(url, headers)) {
    for (const { id } of items) {
      count += 1;
      if (count % 100 === 0) some.push({ id, updated_at: from2019 + count });
    }
  }
  for (let from = 0; from < some.length; from += pageSize) {
    const body = JSON.stringify({ update: some.slice(from, from + pageSize) });
    await sendWell(url, { path: '/api/v2/companies', headers, body });
  }
}

/** After the last change of the seed. */
const from2019 = 1_546_300_800;

/**
 * Reads all companies through the API into the floor's data: floor.db, with each row's bytes, and texts.db, with what a scan of all
 * texts looks into. The product's rows are read three times by this, so that nothing is left to be made when a row is first asked for:
 * what is found missing is kept after the answer, and only so much at a time.
 */
export async function fillFloor(url: string, token: string, folder: string): Promise<FloorFacts> {
  const headers = { Authorization: `Bearer ${token}` };
  const floor = create(join(folder, 'floor.db'), [
    // Rows of some 1,200 bytes: with 4,096 an add takes half as long again.
    'pragma page_size = 8192',
    'create table company (id integer primary key, document blob not null) strict',
    ...['field', 'tag', 'owner'].map((table) => `create table ${table} (json text not null) strict`),
  ]);
  const texts = create(join(folder, 'texts.db'), [
    'create table company (id integer primary key, text text not null) strict',
  ]);
  const insert = floor.prepare('insert into company (id, document) values (?, ?)');
  const insertText = texts.prepare('insert into company (id, text) values (?, ?)');
  const tags = new Map<number, TagJson>();
  const changes: number[] = [];
  const responsible = new Map<number, number>();
  for await (const items of pagesOf(url, headers)) {
    for (const item of items) {
      insert.run(item.id, Buffer.from(JSON.stringify(item)));
      insertText.run(item.id, textOf(item));
      for (const tag of item.tags as TagJson[]) tags.set(tag.id, tag);
      changes.push(item.updated_at);
      responsible.set(item.responsible_user_id, (responsible.get(item.responsible_user_id) ?? 0) + 1);
    }
  }
  for (let time = 0; time < 2; time += 1) for await (const _ of pagesOf(url, headers));
  const owner = await fillSettings(floor, url, headers);
  for (const tag of tags.values()) floor.prepare('insert into tag (json) values (?)').run(JSON.stringify(tag));
  floor.prepare('insert into owner (json) values (?)').run(JSON.stringify(owner));
  const { n } = texts.prepare('select count(*) as n from company where instr(text, ?)').get(commonWord)!;
  for (const database of [floor, texts]) {
    database.exec('commit');
    database.close();
  }
  changes.sort((one, other) => other - one);
  const [id, companies] = [...responsible].sort(([, one], [, other]) => other - one)[0]!;
  return {
    total: changes.length,
    changedAfter: { onePercent: from2019 - 1, half: changes[changes.length >> 1]! },
    responsible: { id, companies },
    commonHits: Number(n),
  };
}

/** All companies, page by page. */
async function* pagesOf(url: string, headers: Record<string, string>): AsyncGenerator<readonly CompanyJson[]> {
  for (let offset = 0; ; offset += pageSize) {
    const path = `/api/v2/companies?limit_rows=${pageSize}&limit_offset=${offset}`;
    const body = await sendWell(url, { path, headers });
    if (body.length === 0) return;
    yield (JSON.parse(body.toString()) as ItemsJson<CompanyJson>)._embedded.items;
  }
}

function create(file: string, statements: readonly string[]): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec([...statements, 'begin'].join(';'));
  return database;
}

/** The name and every value, folded. */
function textOf({ name, custom_fields }: CompanyJson): string {
  const values = (custom_fields as { values: { value: string }[] }[]).flatMap(({ values }) =>
    values.map(({ value }) => value),
  );
  return [name, ...values].join('\n').toLowerCase().replaceAll('ё', 'е');
}

/** Fields of companies, with their enums by name; and whose rows they are. */
async function fillSettings(floor: DatabaseSync, url: string, headers: Record<string, string>): Promise<FloorOwner> {
  const account = JSON.parse((await sendWell(url, { path: '/api/v2/account?with=custom_fields', headers })).toString());
  const fields: Record<string, FloorField & { enums?: Record<string, string> }> =
    account._embedded.custom_fields.companies;
  const insert = floor.prepare('insert into field (json) values (?)');
  for (const { id, name, is_system, enums = {} } of Object.values(fields)) {
    const byName = Object.fromEntries(Object.entries(enums).map(([number, value]) => [value, number]));
    insert.run(JSON.stringify({ id, name, is_system, enums: byName } satisfies FloorField));
  }
  return { account: account.id, user: account.current_user };
}
