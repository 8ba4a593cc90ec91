/** How a file of a table is written: what both the command and the page find out by themselves. */

export const encodings = ['utf-8', 'windows-1251'] as const;
export const delimiters = [';', ','] as const;
export type Encoding = (typeof encodings)[number];
export type Delimiter = (typeof delimiters)[number];

/** The one that stands in the header more often, outside of quotes. */
export function findDelimiter(text: string): Delimiter {
  let isQuoted = false;
  const counts = { ';': 0, ',': 0 };
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && character === '\n') break;
    else if (!isQuoted && (character === ';' || character === ',')) counts[character] += 1;
  }
  return counts[','] > counts[';'] ? ',' : ';';
}

/**
 * Text of another encoding is hardly ever UTF-8, and a file in UTF-8 may have a damaged place: what there is more of tells. Counted are
 * characters outside of ASCII, and bytes that are part of none.
 */
export class Utf8Counter {
  #valid = 0;
  #invalid = 0;
  /** Bytes that the character at hand still lacks, and those of it that were there. */
  #missing = 0;
  #seen = 0;

  /** How much there was to tell by. */
  get count(): number {
    return this.#valid + this.#invalid;
  }

  get looksLikeUtf8(): boolean {
    return this.#invalid + this.#seen <= this.#valid;
  }

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at]!;
      if (this.#missing > 0) {
        if (byte >= 0x80 && byte < 0xc0) {
          this.#seen += 1;
          this.#missing -= 1;
          if (this.#missing === 0) {
            this.#valid += 1;
            this.#seen = 0;
          }
          continue;
        }
        this.#invalid += this.#seen;
        this.#missing = 0;
        this.#seen = 0;
      }
      if (byte < 0x80) continue;
      this.#missing = lengthOf(byte) - 1;
      if (this.#missing > 0) this.#seen = 1;
      else this.#invalid += 1;
    }
  }
}

/** Bytes of the character that this one begins; 1 if it begins none. */
function lengthOf(byte: number): number {
  if (byte >= 0xc2 && byte < 0xe0) return 2;
  if (byte >= 0xe0 && byte < 0xf0) return 3;
  return byte >= 0xf0 && byte < 0xf5 ? 4 : 1;
}
