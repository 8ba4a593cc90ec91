import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseModifiedSince } from '../../src/v2/modified-since.ts';

const seventeenThirty = Date.UTC(2026, 10, 23, 17, 30, 3) / 1000;

describe('the header is read in every spelling that clients send', () => {
  const spellings = [
    ['Mon, 23 Nov 2026 17:30:03 UTC', seventeenThirty, 'ufee, amocrm-rails'],
    ['Mon, 23 Nov 2026 17:30:03 GMT', seventeenThirty, 'JavaScript'],
    ['Mon, 23 Nov 2026 17:30:03 +0000', seventeenThirty, 'drillcoder, chikis, dotzero'],
    ['Mon, 23 Nov 2026 17:30:03', seventeenThirty, 'no zone is UTC'],
    ['1795455003', seventeenThirty, 'chikis: a bare timestamp'],
    ['Mon, 23 Nov 2026 17-30-50 UTC', seventeenThirty + 47, 'bzdvdn: dashes in the time'],
    ['Mon, 01 Aug 2017 07:07:23 UTC', Date.UTC(2017, 7, 1, 7, 7, 23) / 1000, 'the document: a Tuesday'],
    ['Mon, 01 Aug 2013 07:07:23', Date.UTC(2013, 7, 1, 7, 7, 23) / 1000, 'the document: a Thursday, no zone'],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0, 'the beginning'],
    ['0', 0, 'the beginning as a timestamp'],
    [' Mon, 23 Nov 2026 17:30:03 UTC ', seventeenThirty, 'blanks around it'],
    [' 1795455003 ', seventeenThirty, 'blanks around a timestamp'],
  ] as const;
  for (const [header, seconds, who] of spellings) {
    test(`${header} (${who})`, () => assert.equal(parseModifiedSince(header), seconds));
  }
});

describe('an offset from UTC is counted', () => {
  const offsets = [
    ['Mon, 23 Nov 2026 20:30:03 +0300', 'east'],
    ['Mon, 23 Nov 2026 12:30:03 -0500', 'west'],
    ['Mon, 23 Nov 2026 23:00:03 +0530', 'with half an hour'],
  ] as const;
  for (const [header, title] of offsets) {
    test(title, () => assert.equal(parseModifiedSince(header), seventeenThirty));
  }
});

describe('each month has its number', () => {
  const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  for (const [month, name] of names.entries()) {
    test(name, () =>
      assert.equal(parseModifiedSince(`Mon, 01 ${name} 2018 00:00:00 UTC`), Date.UTC(2018, month, 1) / 1000),
    );
  }
});

describe('what is no date is passed over', () => {
  for (const header of [
    undefined,
    '',
    '   ',
    'yesterday',
    'Mon, 23 Foo 2026 17:30:03 UTC',
    '23 Nov 2026',
    '17:30:03',
  ]) {
    test(JSON.stringify(header) ?? 'no header', () => assert.equal(parseModifiedSince(header), undefined));
  }
});
