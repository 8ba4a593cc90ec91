import type { KindName } from '../crm/entity.ts';
import type { Item } from './batch-items.ts';
import { type FieldColumn, fieldColumns } from './import-field-columns.ts';
import type { CellReader, OpenRow, Reading, Refusal } from './import-row.ts';
import { foldTitle, type OwnColumn, ownColumns, plainTitles, type ReadAs } from './import-titles.ts';
import { ownReaders } from './import-values.ts';

/** Rows of a table as items of the API. */
export interface Columns {
  /** Titles that are known, and of which nothing can be written. */
  readonly passedOver: readonly string[];
  /** Whether rows name companies or contacts, which have to be looked up. */
  readonly names: { readonly company: boolean; readonly contact: boolean };
  read(cells: readonly string[]): Row | Refusal;
  /** A refusal of a row's item, with titles for keys. */
  inTitles(refusal: Refusal, row: Row): Refusal;
}

export interface Row {
  readonly item: Item;
  /** Names of linked records, which are no ids yet. */
  readonly companyName?: string | undefined;
  readonly contactName?: string | undefined;
  /** The title of each of the item's `custom_fields`. */
  readonly fieldTitles: readonly string[];
}

/** Titles that stand for nothing here, or for several things, in words for whoever has made the file. */
export class ColumnsRefused extends Error {}

export interface ColumnParts extends Reading {
  /** Titles that stand for others; an empty one for nothing. */
  readonly as?: ReadonlyMap<string, string>;
  /** What each column stands for, whatever its title; an empty one for nothing. */
  readonly names?: readonly string[];
  readonly ignoreUnknown?: boolean;
}

/** What a column can stand for. */
export interface Choice {
  /** Names it, as a title would. */
  readonly key: string;
  /** The record's own; else a custom field's, or a part of one. */
  readonly isOwn: boolean;
  /** Of a custom field. */
  readonly name?: string;
}

/** Everything that a column can stand for, and what a title stands for by itself: undefined, nothing that is known. */
export function columnChoices(kind: KindName, settings: Reading['settings']) {
  const find = titleFinder(kind, settings);
  const keys = new Set(writable(kind).map(({ key }) => key));
  const choices: readonly Choice[] = [
    ...[...keys].map((key) => ({ key, isOwn: true })),
    ...fieldColumns(kind, settings).map(({ key, name }) => ({ key, isOwn: false, name })),
  ];
  return {
    choices,
    keyOf(title: string): string | undefined {
      const found = find(title);
      return found === undefined || found === 'many' || isNothing(found) ? undefined : found.key;
    },
  };
}

function writable(kind: KindName): readonly OwnColumn[] {
  return ownColumns(kind).filter(({ reading }) => reading !== 'nothing' && reading !== 'kind');
}

function isNothing(target: Target): boolean {
  return 'reading' in target && target.reading === 'nothing';
}

/** @throws ColumnsRefused */
export function planColumns(titles: readonly string[], parts: ColumnParts): Columns {
  const { kind, settings, as = new Map(), names, ignoreUnknown = false } = parts;
  const find = titleFinder(kind, settings);
  const renamed = new Map([...as].map(([title, other]) => [foldTitle(title), other]));
  const faults: string[] = [...as.keys()]
    .filter((title) => !titles.some((one) => foldTitle(one) === foldTitle(title)))
    .map((title) => `there is no column "${title}"`);
  const unknown: string[] = [];
  const placed = titles.map((title, index): Target | undefined => {
    const name = names?.[index] ?? renamed.get(foldTitle(title)) ?? title;
    if (name.trim() === '') return undefined;
    const found = find(name);
    if (found === 'many') faults.push(`several fields are called "${name}": map it to an id`);
    else if (found === undefined) unknown.push(name);
    return found === 'many' ? undefined : found;
  });
  const own = placed.flatMap((target, index) =>
    target && 'reading' in target ? [{ target, title: titles[index]! }] : [],
  );
  const written = own.filter(({ target }) => target.reading !== 'nothing');
  for (const [key, same] of Map.groupBy(written, ({ target }) => target.key)) {
    if (same.length > 1) faults.push(`${same.map(({ title }) => `"${title}"`).join(' and ')} are all ${key}`);
  }
  if (unknown.length > 0 && !ignoreUnknown) {
    faults.push(`unknown columns: ${unknown.map((title) => `"${title}"`).join(', ')}`);
  }
  const isKnown = placed.some((target) => target && !isNothing(target));
  if (!isKnown && faults.length === 0) faults.push('there is no column that is known');
  if (faults.length > 0) throw new ColumnsRefused(`${faults.join('; ')}.\n${describeColumns(kind, settings)}`);

  const readers = placed.map((target, index) => readerOf(target, titles[index]!, parts));
  const reads = (reading: ReadAs) => own.some(({ target }) => target.reading === reading);
  return {
    passedOver: own.filter(({ target }) => target.reading === 'nothing').map(({ title }) => title),
    names: { company: reads('companyName'), contact: reads('contactName') },
    read: (cells) => readRow(cells, readers, titles.length),
    inTitles: (refusal, row) => inTitles(refusal, row, new Map(own.map(({ target, title }) => [target.key, title]))),
  };
}

type Target = OwnColumn | FieldColumn;

function readRow(cells: readonly string[], readers: readonly (CellReader | undefined)[], width: number): Row | Refusal {
  if (cells.length !== width)
    return { refused: `В строке ${cells.length} столбцов, а в заголовке ${width}`, code: 400 };
  const row: OpenRow = { item: {}, fields: new Map(), wrong: [] };
  for (const [index, cell] of cells.entries()) {
    const value = cell.trim();
    if (value !== '') readers[index]?.(value, row);
  }
  const finish = readers.find((reader) => reader?.finish)?.finish;
  finish?.(row);
  if (row.wrong.length > 0) return { refused: row.wrong.join('; '), code: 400 };
  const fields = [...row.fields];
  if (fields.length > 0) row.item['custom_fields'] = fields.map(([id, { values }]) => ({ id, values }));
  const { item, companyName, contactName } = row;
  return { item, companyName, contactName, fieldTitles: fields.map(([, { title }]) => title) };
}

function readerOf(target: Target | undefined, title: string, parts: ColumnParts): CellReader | undefined {
  if (target === undefined) return undefined;
  if (!('reading' in target)) return target.reader(title);
  return ownReaders[target.reading](target.key, title, parts);
}

/** `custom_fields/1/values` → the title of the column that it came from; `sale` the same. */
function inTitles({ refused, code }: Refusal, row: Row, titles: ReadonlyMap<string, string>): Refusal {
  const named = refused
    .replace(/custom_fields\/(\d+)[\w/]*/g, (path, index) => row.fieldTitles[Number(index)] ?? path)
    .replace(/(?<=[(;] ?)([a-z_]+)(?:\/\d+)*(?=[:)])/g, (path, key) => titles.get(key) ?? path)
    // A title that the text begins with says nothing more.
    .replace(/^(\S.*) обязательно \(\1\)$/, '$1 обязательно');
  return { refused: named, code };
}

/** Exact names before loose ones; what stands for several things is told as such. */
function titleFinder(kind: KindName, settings: Reading['settings']): (title: string) => Target | 'many' | undefined {
  const own = ownColumns(kind);
  const exact = new Map<string, Target>();
  const loose = new Map<string, Target>();
  for (const column of own) {
    for (const title of [column.key, ...column.titles]) exact.set(foldTitle(title), column);
    for (const title of column.also ?? []) loose.set(foldTitle(title), column);
  }
  const fields = new Map<string, Target | 'many'>();
  const looseFields = new Map<string, Target | 'many'>();
  for (const column of fieldColumns(kind, settings)) {
    for (const [titles, into] of [
      [column.titles, fields],
      [column.also, looseFields],
    ] as const) {
      for (const title of titles) {
        const folded = foldTitle(title);
        const known = into.get(folded);
        into.set(folded, known !== undefined && known !== column ? 'many' : column);
      }
    }
  }
  const find = (folded: string) =>
    exact.get(folded) ?? fields.get(folded) ?? looseFields.get(folded) ?? loose.get(folded);
  return (title) => {
    for (const plain of plainTitles(foldTitle(title), kind)) {
      const found = find(plain);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** What there is, in a few lines. */
function describeColumns(kind: KindName, settings: Reading['settings']): string {
  const own = Map.groupBy(writable(kind), ({ key }) => key);
  const ownNames = [...own].map(([key, columns]) => {
    const titles = columns.flatMap((column) => column.titles);
    return titles.length > 0 ? `${key} (${titles.join(', ')})` : key;
  });
  const fieldNames = fieldColumns(kind, settings).map(({ name }) => name);
  const lines = [`There are: ${ownNames.join(', ')}`];
  if (fieldNames.length > 0) lines.push(`and of this account: ${fieldNames.join(', ')}`);
  return `${lines.join(';\n')}.\nRename a column by --map "Its title=one of these", leave it out by --map "Its title=", or all unknown ones by --ignore-unknown`;
}
