import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decoderOf, type Line, maxLine, readLines } from '../../src/v2/ndjson.ts';

const utf8 = decoderOf('utf-8');

/** The lines of a text that comes in chunks of so many bytes. */
async function linesOf(bytes: Uint8Array | string, size = 3, parts = {}): Promise<Line[]> {
  const all = Buffer.from(bytes as string);
  async function* chunks() {
    for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
  }
  const lines: Line[] = [];
  for await (const some of readLines(chunks(), { decode: utf8, ...parts })) lines.push(...some);
  return lines;
}

const brief = (lines: readonly Line[]) => lines.map(({ number, from, to, text }) => [number, from, to, text]);

describe('lines', () => {
  for (const size of [1, 2, 3, 7, 100]) {
    test(`have a number and a place each, in chunks of ${size}`, async () => {
      const lines = await linesOf('{"ё":1}\r\n\n  \nx\nпоследняя', size);
      assert.deepEqual(brief(lines), [
        [1, 0, 10, '{"ё":1}\r'],
        [4, 14, 16, 'x'],
        [5, 16, 34, 'последняя'],
      ]);
    });
  }

  test('go on counting where a stream begins in the middle', async () => {
    assert.deepEqual(brief(await linesOf('a\nb\n', 2, { from: 100, number: 7 })), [
      [7, 100, 102, 'a'],
      [8, 102, 104, 'b'],
    ]);
  });

  test('a byte order mark counts at the very beginning alone', async () => {
    assert.deepEqual(brief(await linesOf('\ufeffa\n\ufeffb\n')), [
      [1, 0, 5, 'a'],
      [2, 5, 10, '\ufeffb'],
    ]);
    assert.deepEqual(brief(await linesOf('\ufeffa', 9, { from: 1 })), [[1, 1, 5, '\ufeffa']]);
  });

  test('one that is no text has none', async () => {
    const lines = await linesOf(Buffer.from([0x61, 0x0a, 0xcf, 0xf0, 0x0a, 0x62]));
    assert.deepEqual(brief(lines), [
      [1, 0, 2, 'a'],
      [2, 2, 5, undefined],
      [3, 5, 6, 'b'],
    ]);
    const inRussian = await linesOf(Buffer.from([0xcf, 0xf0, 0x0a]), 1, { decode: decoderOf('windows-1251') });
    assert.deepEqual(brief(inRussian), [[1, 0, 3, 'Пр']]);
  });

  test('one that is too long is told as such, without its bytes', async () => {
    const lines = await linesOf(`a\n${'x'.repeat(maxLine + 1)}\n${'y'.repeat(maxLine)}\nb`, 65_536);
    assert.deepEqual(
      lines.map(({ number, to, text, isTooLong }) => [number, to, text?.length, isTooLong]),
      [
        [1, 2, 1, false],
        [2, maxLine + 4, undefined, true],
        [3, 2 * maxLine + 5, maxLine, false],
        [4, 2 * maxLine + 6, 1, false],
      ],
    );
    assert.deepEqual(
      (await linesOf('x'.repeat(maxLine + 1), 65_536)).map(({ isTooLong }) => isTooLong),
      [true],
    );
  });

  test('of nothing there are none', async () => {
    assert.deepEqual(await linesOf(''), []);
    assert.deepEqual(await linesOf('\n\n'), []);
  });
});
