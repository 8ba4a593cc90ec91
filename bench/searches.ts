import { generateCompany, rareWord } from '../seed/generator.ts';
import { commonWord } from './floor-data.ts';
import type { HttpRequest } from './http-request.ts';
import { getIds } from './reads.ts';
import { hasItems, isEmpty, path, type Scenario, times } from './scenario.ts';
import type { World } from './world.ts';

const many = 200;
/** The product may search in threads of its own: it is not kept on one processor. */
const one = { connections: 1, isPinned: false, onFloor: false };

/** What is searched for, and beside each sort of few hits a GET of as many rows. */
export const searches: readonly Scenario[] = [
  {
    ...one,
    name: 'rare-word',
    title: `query: a rare word (${rareWord})`,
    make: (world) => [query(world, rareWord.toLowerCase())],
    isRight: hasItems(1, 500),
    hasMoreInLarger: true,
  },
  {
    ...one,
    name: 'rare-word-ids',
    title: '— GET of the same rows by their ids',
    make: (world) => [getIds(world, rareIds(world))],
    isRight: hasItems(1, 500),
    hasMoreInLarger: true,
  },
  {
    ...one,
    name: 'phone',
    title: 'query: a phone in another spelling',
    make: (world) => times(many, () => query(world, otherSpelling(phoneOf(anyNumber(world))))),
    isRight: hasItems(1, 5),
  },
  {
    ...one,
    name: 'e-mail',
    title: 'query: an e-mail',
    make: (world) => times(many, () => query(world, emailOf(anyNumber(world)))),
    isRight: hasItems(1, 5),
  },
  {
    ...one,
    name: 'one-id',
    title: '— GET of one row by its id',
    make: (world) => times(many, () => getIds(world, [idOf(world, anyNumber(world))])),
    isRight: hasItems(1),
  },
  {
    ...one,
    name: 'nothing-found',
    title: 'query: nothing found',
    make: (world) => [query(world, nowhere)],
    isRight: isEmpty,
  },
  {
    ...one,
    name: 'no-id',
    title: '— GET of an id that is not there',
    make: (world) => [getIds(world, [1])],
    isRight: isEmpty,
  },
  {
    ...one,
    name: 'common-word',
    title: `query: a common word (${commonWord}), the first 500`,
    make: (world) => [query(world, commonWord)],
    isRight: hasItems(500),
  },
  {
    ...one,
    name: 'common-word-deep',
    title: `query: a common word (${commonWord}), 500 at 90 % of its hits`,
    make: (world) => [query(world, commonWord, Math.floor(world.set.commonHits * 0.9))],
    isRight: hasItems(200, 500),
  },
  {
    ...one,
    name: 'two-letters',
    title: 'query: two letters (ро), the first 500',
    make: (world) => [query(world, 'ро')],
    isRight: hasItems(500),
  },
  {
    ...one,
    name: 'two-letters-none',
    title: 'query: two letters that are nowhere (яг)',
    make: (world) => [query(world, 'яг')],
    isRight: isEmpty,
  },
];

/** What is in no text. */
export const nowhere = 'zzzqqq';

/** A word as the scan of all texts looks for it. */
export const scannedWords: readonly { readonly scenario: string; readonly word: (world: World) => string }[] = [
  { scenario: 'rare-word', word: () => rareWord.toLowerCase() },
  { scenario: 'phone', word: (world) => phoneOf(anyNumber(world)).slice(1) },
  { scenario: 'e-mail', word: (world) => emailOf(anyNumber(world)) },
  { scenario: 'nothing-found', word: () => nowhere },
];

function query({ headers }: World, words: string, offset = 0): HttpRequest {
  const paged = offset > 0 ? `&limit_offset=${offset}` : '';
  return { path: `${path}?limit_rows=500${paged}&query=${encodeURIComponent(words)}`, headers };
}

/** Of the seed's companies. */
function anyNumber({ set, random }: World): number {
  return Math.floor(random() * set.companies);
}

/** The first company of a set is one of the document's. */
function idOf({ ids }: World, number: number): number {
  return ids[number + 1]!;
}

function rareIds(world: World): number[] {
  const numbers = times(world.set.companies, (number) => number);
  return numbers.filter((number) => number % 20011 === 137).map((number) => idOf(world, number));
}

/** The mobile one: 79XXXXXXXXX. */
function phoneOf(number: number): string {
  return String(generateCompany(number).draft.fields![0]!.values[1]!.value);
}

function emailOf(number: number): string {
  return String(generateCompany(number).draft.fields![1]!.values[0]!.value);
}

function otherSpelling(phone: string): string {
  return phone.replace(/^7(\d{3})(\d{3})(\d\d)(\d\d)$/, '8 ($1) $2-$3-$4');
}
