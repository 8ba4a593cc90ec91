const decoder = new TextDecoder('windows-1251');
const bytes = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(new Uint8Array([byte])), byte]));

/** A text as bytes of Windows-1251, which has each of its characters. */
export function windows1251(text: string): Buffer {
  return Buffer.from(
    [...text].map((character) => {
      const byte = bytes.get(character);
      if (byte === undefined) throw new Error(`Windows-1251 has no ${character}`);
      return byte;
    }),
  );
}
