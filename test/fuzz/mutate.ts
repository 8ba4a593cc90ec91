import type { Dice } from '../model/dice.ts';
import { json, keys, pieces, texts, values } from './words.ts';

/** A place in a value: `owner[key]`. */
interface Site {
  readonly owner: Record<string, unknown>;
  readonly key: string;
}

/** Lists longer than this are looked into no further. */
const looked = 40;
/** Characters of what was said several times. */
const longest = 200_000;

/** A copy in which `__proto__` is a key like any other. */
export function copy(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(copy);
  const own: Record<string, unknown> = Object.create(null);
  for (const [key, part] of Object.entries(value)) own[key] = copy(part);
  return own;
}

/** Changes a copied value in so many places. */
export function mutateValue(value: unknown, times: number, dice: Dice, ids: readonly number[]): unknown {
  const root: Record<string, unknown> = { value };
  for (let count = 0; count < times; count += 1) {
    const sites = [...sitesOf(root)];
    if (sites.length > 0) mutateAt(dice.pick(sites), dice, ids);
  }
  return root['value'];
}

function* sitesOf(node: unknown): Generator<Site> {
  if (node === null || typeof node !== 'object') return;
  const owner = node as Record<string, unknown>;
  for (const key of Object.keys(owner).slice(0, looked)) {
    yield { owner, key };
    yield* sitesOf(owner[key]);
  }
}

function mutateAt({ owner, key }: Site, dice: Dice, ids: readonly number[]): void {
  const old = owner[key];
  switch (dice.whole(9)) {
    case 1:
      delete owner[key];
      break;
    case 2:
      delete owner[key];
      if (isObject(owner)) owner[dice.pick(keys)] = old;
      break;
    case 3:
      if (isObject(old)) old[dice.pick(keys)] = dice.pick(texts);
      else if (Array.isArray(old)) old.push(dice.pick(texts));
      break;
    default:
      owner[key] = another(old, dice, ids);
  }
}

/** Keys make no lists longer: one with ten digits would be told with as many nulls. */
function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function another(old: unknown, dice: Dice, ids: readonly number[]): unknown {
  switch (dice.whole(9)) {
    case 0:
      return copy(dice.pick(values));
    case 1:
      return dice.pick(texts);
    case 2:
      return dice.pick(ids);
    case 3:
      return asRaw(dice.whole(json.length - 1));
    case 4:
      return [old];
    case 5:
      return { [dice.pick(keys)]: old };
    case 6:
      return Array.isArray(old) ? repeated(old, dice.pick([2, 3, 20, 501])) : [old, copy(old)];
    case 7:
      return Number(textOf(old)) * dice.pick([-1, 1, 1e3, 0.5, 1e300]);
    case 8:
      return dice.chance(0.7) ? mutateText(textOf(old), dice) : textOf(old);
    default:
      return textOf(old)
        .repeat(dice.pick([2, 3, 100]))
        .slice(0, longest / 10);
  }
}

/** So often, unless that were far too much. */
function repeated(list: readonly unknown[], times: number): unknown[] {
  const most = Math.ceil(longest / textOf(list).length);
  return Array.from({ length: Math.min(times, most) }).flatMap(() => list.map(copy));
}

export function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Puts something in, takes something out, or says something twice. */
export function mutateText(text: string, dice: Dice, words: readonly string[] = pieces): string {
  const start = text.length === 0 ? 0 : (dice.next() * 1000 + dice.next()) % text.length;
  const end = start + dice.whole(20);
  switch (dice.whole(3)) {
    case 0:
      return text.slice(0, start) + dice.pick(words) + text.slice(start);
    case 1:
      return text.slice(0, start) + text.slice(end);
    case 2:
      return text.slice(0, end) + text.slice(start);
    default:
      return text.slice(0, start) + dice.pick(words) + text.slice(end);
  }
}

const badBytes: readonly Buffer[] = [
  ['ff'],
  ['c3'],
  ['eda080'],
  ['c080'],
  ['f4908080'],
  ['fffe'],
  ['efbbbf'],
  ['00'],
  // Windows-1251
  ['cef0eef0'],
  ['0d0a'],
].map(([hex]) => Buffer.from(hex!, 'hex'));

/** The same of bytes, which may be no text any more. */
export function mutateBytes(bytes: Buffer, dice: Dice): Buffer {
  const start = bytes.length === 0 ? 0 : (dice.next() * 1000 + dice.next()) % bytes.length;
  const [head, tail] = [bytes.subarray(0, start), bytes.subarray(start)];
  switch (dice.whole(4)) {
    case 0:
      return Buffer.concat([head, dice.pick(badBytes), tail]);
    case 1:
      return head;
    case 2:
      return Buffer.concat([head, Buffer.from([dice.whole(255)]), tail.subarray(1)]);
    case 3:
      return Buffer.concat([head, tail, tail]);
    default:
      return tail;
  }
}

/** Stands for JSON of which JSON.stringify knows nothing. */
function asRaw(index: number): string {
  return `@@${index}@@`;
}

/** JSON with that put in. */
export function withRaw(text: string, inJson: boolean): string {
  const mark = inJson ? /"@@(\d+)@@"/g : /@@(\d+)@@/g;
  return text.replace(mark, (_, index: string) => json[Number(index)]!);
}
