import type { Limits } from './limits.ts';

/** What bytes mean in JSON; all others mean nothing outside of texts. */
const [plain, quote, opening, closing, between] = [0, 1, 2, 3, 4];
const meanings = new Uint8Array(256);
for (const [meaning, characters] of [
  [quote, '"'],
  [opening, '[{'],
  [closing, ']}'],
  [between, ',:'],
] as const) {
  for (const byte of Buffer.from(characters)) meanings[byte] = meaning;
}
const quoteByte = 0x22;
const backslash = 0x5c;

/**
 * Whether a JSON text has more levels, or more keys and values, than it may. Looked at before it is parsed: eight megabytes of brackets
 * keep a thread busy for seconds.
 */
export function isLarger(json: Buffer, { jsonDepth, jsonParts }: Pick<Limits, 'jsonDepth' | 'jsonParts'>): boolean {
  let level = 0;
  let count = 0;
  for (let index = 0; index < json.length; index += 1) {
    const meaning = meanings[json[index]!];
    if (meaning === plain) continue;
    if (meaning === quote) {
      index = endOfText(json, index);
      continue;
    }
    if (meaning === closing) level -= 1;
    else count += 1;
    if (meaning === opening) level += 1;
    if (level > jsonDepth || count > jsonParts) return true;
  }
  return false;
}

/** Where the quote stands that ends a text; behind everything, if none does. */
function endOfText(json: Buffer, start: number): number {
  for (let index = start + 1; index < json.length; index += 1) {
    const byte = json[index]!;
    if (byte === backslash) index += 1;
    else if (byte === quoteByte) return index;
  }
  return json.length;
}
