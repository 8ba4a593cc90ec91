import { isStorable } from '../crm/text.ts';
import type { Limits } from '../http/limits.ts';
import { WireError } from './errors.ts';

/** Problems that are told; the others are only counted. */
const maxTold = 5;

/** What was found wrong while reading a request; reading goes on, so that a client learns of everything at once. */
export class Problems {
  readonly limits: Limits;
  readonly #told: string[] = [];
  #count = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  add(path: string, expected: string): undefined {
    this.#count += 1;
    if (this.#count <= maxTold) this.#told.push(`${path}: ${expected}`);
    return undefined;
  }

  /** @throws WireError 400 if there are any */
  throwAny(): void {
    const wrong = this.text();
    if (wrong !== undefined) throw new WireError(400, 400, wrong);
  }

  /** A few of them in one text; undefined if there are none. */
  text(): string | undefined {
    if (this.#count === 0) return undefined;
    const rest = this.#count > maxTold ? `; и ещё ${this.#count - maxTold}` : '';
    return `Неверные значения (${this.#told.join('; ')}${rest})`;
  }
}

/** Absent, null and empty text all say nothing; form bodies cannot say more. */
export function isBlank(value: unknown): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** What lies at the end of a path of keys; undefined if it does not go so far. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((node, key) => (isObject(node) ? node[key] : undefined), value);
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

/** A budget: of what clients send with a fraction (`"1500.00"`, floats of PHP) the whole part counts, as amoCRM has budgets without one. */
export function readBudget(value: unknown, path: string, problems: Problems): number | undefined {
  const isScalar = typeof value === 'number' || typeof value === 'string';
  const hasFraction = isScalar && /^\s*\d{1,15}\.\d+\s*$/.test(String(value));
  return readCount(hasFraction ? Math.trunc(Number(value)) : value, path, problems);
}

/** Yes or no in any spelling, form bodies have only 0 and 1; blanks say nothing. source: reference §1.2 */
export function readFlag(value: unknown, path: string, problems: Problems): boolean | undefined {
  if (isBlank(value)) return undefined;
  const word = typeof value === 'object' ? '' : String(value).trim().toLowerCase();
  if (word === '1' || word === 'true') return true;
  return word === '0' || word === 'false' ? false : problems.add(path, 'ожидается 0 или 1');
}

/** Text; a number is its digits. */
export function readText(
  value: unknown,
  path: string,
  problems: Problems,
  most = problems.limits.text,
): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return problems.add(path, 'ожидается строка');
  if (value.length > most) return problems.add(path, `не длиннее ${most} символов`);
  return isStorable(value) ? value : problems.add(path, 'в строке есть NUL или неполный символ');
}

/** A list, or the object with numeric keys that PHP makes of a list with gaps. Blanks are an empty list. */
export function toList(value: unknown): readonly unknown[] | undefined {
  if (isBlank(value)) return [];
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return undefined;
  return Object.keys(value).every((key) => /^\d+$/.test(key)) ? Object.values(value) : undefined;
}

/** A list of at most so many elements; problems otherwise. */
export function readList(
  value: unknown,
  path: string,
  problems: Problems,
  most = problems.limits.elements,
): readonly unknown[] {
  const list = toList(value);
  if (list === undefined) return problems.add(path, 'ожидается список') ?? [];
  return list.length <= most ? list : (problems.add(path, `не больше ${most} элементов`) ?? []);
}

/** Ids as `5`, `"5"`, `"5,6"`, a list or an object of such. Blanks and zeros are passed over. */
export function readIds(value: unknown, path: string, problems: Problems): number[] {
  const most = problems.limits.ids;
  const given = typeof value === 'string' ? value.split(',', most + 1) : typeof value === 'number' ? [value] : value;
  return readList(given, path, problems, most).flatMap((id, index) => {
    const blank = typeof id === 'string' && id.trim() === '';
    return blank ? [] : (readId(id, `${path}/${index}`, problems) ?? []);
  });
}

/** The ids in a query parameter; undefined if it is not there. What is no id names nothing. @throws WireError 400 if there are too many */
export function idsInQuery(value: unknown, { ids: most }: Pick<Limits, 'ids'>): number[] | undefined {
  if (isBlank(value)) return undefined;
  const texts = typeof value === 'string' ? [value] : (toList(value) ?? []).filter((part) => typeof part === 'string');
  const pieces = piecesOf(texts, most);
  if (pieces === undefined) throw new WireError(400, 400, `Больше ${most} id в параметре`);
  return pieces.map(toInteger).filter((id): id is number => id !== undefined && id > 0);
}

/** What stands between commas, in all of the texts; undefined: there is more than that, and then not all of it was taken apart. */
export function piecesOf(texts: readonly string[], most: number): string[] | undefined {
  const pieces: string[] = [];
  for (const text of texts) {
    for (const piece of text.split(',', most + 1)) pieces.push(piece);
    if (pieces.length > most) return undefined;
  }
  return pieces;
}
