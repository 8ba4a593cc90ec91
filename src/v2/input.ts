import { isStorable } from '../crm/text.ts';

/** What was found wrong while reading a request; reading goes on, so that a client learns of everything at once. */
export class Problems {
  readonly #found: string[] = [];

  add(path: string, expected: string): undefined {
    this.#found.push(`${path}: ${expected}`);
    return undefined;
  }

  /** A few of them in one text; undefined if there are none. */
  text(): string | undefined {
    const [first, ...more] = this.#found;
    if (first === undefined) return undefined;
    const rest = more.length > 4 ? `; и ещё ${more.length - 4}` : '';
    return `Неверные значения (${[first, ...more.slice(0, 4)].join('; ')}${rest})`;
  }
}

/** Absent, null and empty text all say nothing; form bodies cannot say more. */
export function isBlank(value: unknown): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** A whole number, as a number or as digits. */
export function toInteger(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*[+-]?\d{1,16}\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

/** An id; 0 and blanks say nothing. */
export function readId(value: unknown, path: string, problems: Problems): number | undefined {
  const id = readCount(value, path, problems);
  return id === 0 ? undefined : id;
}

/** Unix seconds; 0 and blanks say nothing. Absurd times are taken: amoCRM does not check them either. */
export const readTime = readId;

/** A whole number from 0; blanks say nothing. */
export function readCount(value: unknown, path: string, problems: Problems): number | undefined {
  if (isBlank(value)) return undefined;
  const number = toInteger(value);
  return number === undefined || number < 0 ? problems.add(path, 'ожидается целое число от 0') : number;
}

/** Text; a number is its digits. */
export function readText(value: unknown, path: string, problems: Problems): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return problems.add(path, 'ожидается строка');
  return isStorable(value) ? value : problems.add(path, 'в строке есть NUL или неполный символ');
}

/** A list, or the object with numeric keys that PHP makes of a list with gaps. Blanks are an empty list. */
export function toList(value: unknown): readonly unknown[] | undefined {
  if (isBlank(value)) return [];
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return undefined;
  return Object.keys(value).every((key) => /^\d+$/.test(key)) ? Object.values(value) : undefined;
}

/** Ids as `5`, `"5"`, `"5,6"`, a list or an object of such. Blanks and zeros are passed over. */
export function readIds(value: unknown, path: string, problems: Problems): number[] {
  const list = typeof value === 'string' ? value.split(',') : typeof value === 'number' ? [value] : toList(value);
  if (list === undefined) return problems.add(path, 'ожидается список id') ?? [];
  return list.flatMap((id, index) => {
    const blank = typeof id === 'string' && id.trim() === '';
    return blank ? [] : (readId(id, `${path}/${index}`, problems) ?? []);
  });
}

/** The ids in a query parameter; undefined if it is not there. What is no id names nothing. */
export function idsInQuery(value: unknown): number[] | undefined {
  if (isBlank(value)) return undefined;
  const parts =
    typeof value === 'string' ? value.split(',') : toList(value)?.flatMap((part) => String(part).split(','));
  return (parts ?? []).flatMap((part) => {
    const id = toInteger(part);
    return id === undefined || id <= 0 ? [] : [id];
  });
}
