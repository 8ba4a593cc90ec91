import type { Pipeline } from '../crm/pipeline.ts';
import { closingStatuses } from '../crm/pipeline.ts';
import { fold } from '../crm/text.ts';
import { plainNumber, readTimeCell } from './import-cells.ts';
import type { CellReader, OpenRow, Reading } from './import-row.ts';
import { isOtherKind, type ReadAs } from './import-titles.ts';

type MakeReader = (key: string, title: string, parts: Reading) => CellReader;

/** How the columns of the records themselves are read. What one cannot be read as is told by its title. */
export const ownReaders: Readonly<Record<ReadAs, MakeReader>> = {
  text: (key) => (cell, row) => {
    row.item[key] = cell;
  },
  ids: (key) => (cell, row) => {
    row.item[key] = cell.replaceAll(';', ',');
  },
  tags: (key) => (cell, row) => {
    row.item[key] = cell.replace(/[;\n]+/g, ',');
  },
  number: (key) => (cell, row) => {
    row.item[key] = plainNumber(cell);
  },
  time:
    (key, title, { account }) =>
    (cell, row) => {
      const time = readTimeCell(cell, account.timezone);
      if (time === undefined) row.wrong.push(`${title}: ожидается дата, например 26.10.2017 12:30, а не «${cell}»`);
      else row.item[key] = time;
    },
  user: (key, title, { settings }) => {
    const find = userFinder(settings);
    return (cell, row) => {
      const id = find(cell);
      if (typeof id === 'number') row.item[key] = id;
      else row.wrong.push(`${title}: ${id === 'many' ? 'несколько пользователей' : 'нет пользователя'} «${cell}»`);
    };
  },
  // Unknown creators are no error in the API either.
  creator: (key, _title, { settings }) => {
    const find = userFinder(settings);
    return (cell, row) => {
      const id = robots.has(fold(cell)) ? 0 : find(cell);
      if (typeof id === 'number') row.item[key] = id;
    };
  },
  pipeline: (_key, _title, parts) =>
    Object.assign(
      (cell: string, row: OpenRow) => {
        row.pipeline = cell;
      },
      { finish: stageFinisher(parts.settings) },
    ),
  status: (_key, _title, parts) =>
    Object.assign(
      (cell: string, row: OpenRow) => {
        row.status = cell;
      },
      { finish: stageFinisher(parts.settings) },
    ),
  lossReason: (key, title, { settings }) => {
    const ids = idsByName([...settings.lossReasons.values()].map(({ id, name }) => [id, [String(id), name]]));
    return (cell, row) => {
      const id = ids.get(fold(cell));
      if (typeof id === 'number') row.item[key] = id;
      else row.wrong.push(`${title}: нет причины «${cell}»`);
    };
  },
  companyName: () => (cell, row) => {
    row.companyName = cell;
  },
  contactName: () => (cell, row) => {
    row.contactName = cell;
  },
  kind:
    (_key, title, { kind }) =>
    (cell, row) => {
      if (isOtherKind(cell, kind)) row.wrong.push(`${title}: «${cell}»`);
    },
  nothing: () => () => undefined,
};

const robots: ReadonlySet<string> = new Set(['0', 'робот', 'robot', 'amocrm']);

/** By id, login or name, with the last name before or behind it. */
function userFinder({ users }: Reading['settings']): (cell: string) => number | 'many' | undefined {
  const ids = idsByName(
    [...users.values()].map(({ id, login, name, lastName }) => {
      const names = lastName ? [`${name} ${lastName}`, `${lastName} ${name}`, name] : [name];
      return [id, [String(id), login, ...names]];
    }),
  );
  return (cell) => ids.get(fold(cell));
}

function idsByName(named: readonly (readonly [id: number, names: readonly string[]])[]): Map<string, number | 'many'> {
  const ids = new Map<string, number | 'many'>();
  for (const [id, names] of named) {
    for (const name of new Set(names.map((one) => fold(one.trim())))) ids.set(name, ids.has(name) ? 'many' : id);
  }
  return ids;
}

/** A stage is named within its pipeline: the one of the row, else the main one, else the only one that has it. */
function stageFinisher({ pipelines }: Reading['settings']): (row: OpenRow) => void {
  const all = [...pipelines.values()];
  const byName = idsByName(all.map(({ id, name }) => [id, [String(id), name]]));
  const stageIn = ({ statuses }: Pipeline, cell: string): number | undefined =>
    [...statuses.values()].find(({ id, name }) => String(id) === cell || fold(name) === fold(cell))?.id;
  return (row) => {
    const { pipeline: named, status } = row;
    if (named !== undefined) {
      const id = byName.get(fold(named));
      if (typeof id !== 'number') {
        row.wrong.push(`${id === 'many' ? 'Несколько воронок' : 'Нет воронки'} «${named}»`);
        return;
      }
      row.item['pipeline_id'] = id;
    }
    if (status === undefined) return;
    const given = pipelines.get(Number(row.item['pipeline_id']));
    const main = all.find(({ isMain }) => isMain);
    const holders = given ? [given] : [main, ...all.filter(({ isMain }) => !isMain)];
    const found = holders.filter((one) => one !== undefined && stageIn(one, status) !== undefined) as Pipeline[];
    const [first] = found;
    if (first === undefined) {
      row.wrong.push(`Нет этапа «${status}»${given ? ` в воронке «${given.name}»` : ''}`);
      return;
    }
    const id = stageIn(first, status)!;
    // Won and lost are in every pipeline: without one they are the main one's, as in the API.
    if (!first.isMain && found.length > 1 && !closingStatuses.has(id)) {
      row.wrong.push(`Этап «${status}» есть в нескольких воронках: укажите воронку`);
      return;
    }
    row.item['status_id'] = id;
  };
}
