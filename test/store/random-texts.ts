import type { EntityRow } from '../../src/crm/entity.ts';
import type { EntityChange, Store } from '../../src/crm/store.ts';
import { adding, aRecord, everyKind, span } from './builders.ts';
import { ModelledStore, randomTime, randomUsers } from './modelled-store.ts';
import type { Random } from './random.ts';
import { abroad, home } from './store-test.ts';

const words = [
  ...['ромашка', 'ооо', 'анна смирнова', 'съёмка', 'щи', 'й', 'москва', 'аренда офиса', 'склад', 'я'],
  ...['acme', 'lily & sons', 'info@example.com', 'https://example.com/?a=1&b=%20', 'x', 'naïve café', 'straße'],
  ...['74951234567', '84951234567', '7', '00', '1 000 000', '12.05.2017'],
  ...['😀', '🏢🏢', '🇷🇺', '👨‍👩‍👧', '𐍈𐍉', '漢字', 'ab😀cd', 'e\u0301\u0323'],
  ...['"quoted"', "o'neil", '""', "''", '«ёлочки»', '`'],
  ...['100%', '%', 'a_b', '__', '\\', '\\%', '[a-z]*', '.*', 'c++'],
  ...[
    'and',
    'or',
    'not',
    'near',
    'near(a b, 2)',
    'AND',
    'OR',
    'NEAR',
    '*',
    'a*',
    '^',
    '^a',
    'text:a',
    '-a',
    '(',
    ')',
    '{a}',
    ';--',
  ],
];
const letters = [...'абвгдежзийклмнопрстуфхцчшщъыьэюяabcxyz0123 "%_*^\'😀𐍈'];

/** A line of search text: some words, some letters. */
export function randomLine(random: Random): string {
  const parts = Array.from({ length: random.whole(1, 5) }, () =>
    random.chance(0.6)
      ? random.pick(words)
      : Array.from({ length: random.whole(1, 12) }, () => random.pick(letters)).join(''),
  );
  return parts.join(random.pick([' ', ' ', '', '-'])).trim() || 'x';
}

export function randomLines(random: Random): string[] {
  return Array.from({ length: random.whole(1, 4) }, () => randomLine(random));
}

/** Something that may occur: a part of a line that is there, such a part with a letter changed, a word, or a new line. */
export function randomTerm(random: Random, lines: readonly string[]): string {
  const characters = [...random.pick(lines)];
  const start = random.whole(0, characters.length - 1);
  const part = characters.slice(start, start + random.pick([1, 1, 2, 2, 3, 3, 4, 5, 6, 9, 30]));
  if (random.chance(0.15)) part[random.whole(0, part.length - 1)] = random.pick(letters);
  return random.pick([part.join(''), part.join(''), part.join(''), random.pick(words), randomLine(random)]);
}

/** Some hundreds of records of all kinds in both accounts, the same ids and words in all of them. */
export async function randomTexts(store: Store, random: Random): Promise<ModelledStore> {
  const model = new ModelledStore(store);
  for (const account of [home, abroad]) {
    for (const kind of everyKind) {
      const ids = span(1, 300).filter(() => random.chance(account === home ? 0.4 : 0.15));
      const change = (id: number) => adding(randomOwner(random, aRecord(kind, id)), ...randomLines(random));
      await model.save(account, ids.map(change));
    }
  }
  return model;
}

function randomOwner(random: Random, row: EntityRow): EntityRow {
  return {
    ...row,
    responsibleUserId: random.pick(randomUsers),
    createdAt: randomTime(random),
    updatedAt: randomTime(random),
    isDeleted: random.chance(0.1),
  };
}

/** Another text, or another owner and the same text, or deleted, or back again. */
export function randomTextChange(random: Random, before: EntityRow): EntityChange {
  const changed = random.chance(0.5) ? { ...before, isDeleted: !before.isDeleted } : randomOwner(random, before);
  return { ...adding(changed, ...(random.chance(0.6) ? randomLines(random) : [])), before };
}
