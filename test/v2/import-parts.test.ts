import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readParts } from '../../src/v2/import-parts.ts';
import { maxLine } from '../../src/v2/ndjson.ts';

/** The parts of a text that comes in chunks of so many bytes. */
async function partsOf(text: string, size: number): Promise<{ text: string; lines: number }[]> {
  const all = Buffer.from(text);
  async function* chunks() {
    for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
  }
  const parts: { text: string; lines: number }[] = [];
  for await (const { bytes, lines } of readParts(chunks())) parts.push({ text: Buffer.from(bytes).toString(), lines });
  return parts;
}

describe('a stream is cut', () => {
  for (const size of [1, 5, 4096, 1_000_000]) {
    test(`into parts of 500 lines, in chunks of ${size}`, async () => {
      const text = Array.from({ length: 1203 }, (_, index) => (index % 5 === 4 ? '\r\n' : `ё${index}\n`)).join('');
      for (const end of ['', 'x', 'x\n']) {
        const parts = await partsOf(text + end, size);
        assert.equal(parts.map((part) => part.text).join(''), text + end);
        assert.deepEqual(
          parts.map(({ lines }) => lines),
          [500, 500, end === '' ? 203 : 204],
        );
        for (const part of parts.slice(0, -1)) assert.ok(part.text.endsWith('\n'));
      }
    });
  }

  test('earlier where lines are long, and of one that is too long only its beginning is kept', async () => {
    const line = `${'y'.repeat(maxLine - 100)}\n`;
    const parts = await partsOf(line.repeat(6), 65_536);
    assert.deepEqual(
      parts.map(({ lines }) => lines),
      [5, 1],
    );
    const long = await partsOf(`a\n${'x'.repeat(3 * maxLine)}\nb`, 65_536);
    assert.deepEqual(
      long.map(({ text, lines }) => [text.length, lines]),
      [[2 + maxLine + 1 + 1 + 1, 3]],
    );
    assert.ok(long[0]!.text.endsWith('x\nb'));
  });

  test('into nothing where there is nothing', async () => {
    assert.deepEqual(await partsOf('', 10), []);
    assert.deepEqual(await partsOf('\n\n', 10), [{ text: '\n\n', lines: 2 }]);
  });
});
