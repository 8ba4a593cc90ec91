import { type Db, type Sql, sql } from './sql.ts';

/** So many of a word's trigrams are asked for: the rarest ones leave few texts to look at, and each further one costs its whole list. */
const asked = 4;
/** Texts that tell how frequent trigrams are. */
const sampleSize = 200;
/** So many of them make a beginning frequent. */
const frequent = sampleSize / 10;
const sampleMs = 10 * 60 * 1000;
/** Kinds of accounts whose samples a connection keeps. */
const maxSamples = 50;

interface Sample {
  readonly takenAt: number;
  /** In how many of its texts a trigram is; those that are in one alone are left out. */
  readonly counts: ReadonlyMap<string, number>;
  /** The same of one or two characters with which trigrams begin. */
  readonly beginnings: ReadonlyMap<string, number>;
}

const samples = new WeakMap<Db, Map<string, Sample>>();

/** Of a word's trigrams those to ask an index for, by a sample of the texts. A wrong guess costs time and nothing else: texts are looked at. */
export async function rareTrigrams(db: Db, account: number, kind: number, word: string): Promise<string[]> {
  const trigrams = trigramsOf(word);
  if (trigrams.size <= asked) return [...trigrams];
  const { counts } = await sampleOf(db, account, kind);
  // Of equals those that overlap least: every third one.
  const places = [...trigrams].map((text, place) => ({ text, place, count: counts.get(text) ?? 0 }));
  places.sort(
    (one, other) => one.count - other.count || (one.place % 3) - (other.place % 3) || one.place - other.place,
  );
  return places.slice(0, asked).map(({ text }) => text);
}

/**
 * Whether one or two characters are in so many texts that reading these along comes sooner to a page: the index would have to count the lists
 * of all trigrams that begin so.
 */
export async function isFrequent(db: Db, account: number, kind: number, characters: string): Promise<boolean> {
  const { beginnings } = await sampleOf(db, account, kind);
  return (beginnings.get(characters) ?? 0) >= frequent;
}

/** As the index takes them. */
export function trigramsOf(text: string): Set<string> {
  const characters = [...text];
  const trigrams = new Set<string>();
  for (let at = 2; at < characters.length; at += 1)
    trigrams.add(characters[at - 2]! + characters[at - 1]! + characters[at]!);
  return trigrams;
}

async function sampleOf(db: Db, account: number, kind: number): Promise<Sample> {
  const kept = samples.get(db) ?? new Map<string, Sample>();
  samples.set(db, kept);
  const key = `${account} ${kind}`;
  const known = kept.get(key);
  if (known && performance.now() - known.takenAt < sampleMs) return known;
  const texts = await db.all<{ text: string | null }>(await someTexts(db, account, kind));
  const trigrams = texts.map(({ text }) => [...trigramsOf(text ?? '')]);
  const counts = countSets(trigrams);
  const beginnings = countSets(trigrams.map((of) => of.flatMap(beginningsOf)));
  const sample = { takenAt: performance.now(), counts, beginnings };
  kept.delete(key);
  kept.set(key, sample);
  if (kept.size > maxSamples) kept.delete(kept.keys().next().value!);
  return sample;
}

function beginningsOf(trigram: string): string[] {
  const [first = '', second = ''] = trigram;
  return [first, first + second];
}

/** In how many lists each text is, but for those that are in one alone. */
function countSets(lists: readonly (readonly string[])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const list of lists) for (const text of new Set(list)) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const [text, count] of counts) if (count === 1) counts.delete(text);
  return counts;
}

/** Of the records at or behind ids that are evenly spread. */
async function someTexts(db: Db, account: number, kind: number): Promise<Sql> {
  const [ends] = await db.all<{ first: number | null; last: number | null }>(sql`select
    (select min(id) from entity_search where account_id = ${account} and kind = ${kind}) as first,
    (select max(id) from entity_search where account_id = ${account} and kind = ${kind}) as last`);
  const { first, last } = ends!;
  const step = ((last ?? 0) - (first ?? 0)) / sampleSize;
  const ids = Array.from({ length: sampleSize }, (_, place) => Math.floor((first ?? 0) + place * step));
  return sql`select (select text from entity_search where account_id = ${account} and kind = ${kind} and id >= r.value order by id limit 1) as text
    from json_each(${JSON.stringify(ids)}) r`;
}
