import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { localTime, readDate, utcSeconds } from '../../src/crm/date.ts';
import { moscow } from '../support/office.ts';

const vladivostok = 'Asia/Vladivostok';

describe('a date is read in each spelling that clients send', () => {
  const spellings = [
    ['2017-10-26', '2017-10-26 00:00:00'],
    ['14.06.2014', '2014-06-14 00:00:00'],
    ['1999/10/21', '1999-10-21 00:00:00'],
    ['2017-10-26 00:00:00', '2017-10-26 00:00:00'],
    ['2017-10-26 23:59:59', '2017-10-26 23:59:59'],
    ['29.02.2016', '2016-02-29 00:00:00'],
    ['1941-06-22', '1941-06-22 00:00:00'],
    // Day and month are never guessed: it is 6 July.
    ['06.07.2014', '2014-07-06 00:00:00'],
  ] as const;
  for (const [written, read] of spellings) {
    test(`${written} is ${read}`, () => assert.equal(readDate(written, moscow), read));
  }
});

test('a written date has no zone: it is the same day in every account', () => {
  assert.equal(readDate('2017-10-26', vladivostok), readDate('2017-10-26', moscow));
});

describe('nine digits or more are unix seconds, read in the zone of the account', () => {
  const times = [
    ['1509051600', moscow, '2017-10-27 00:00:00'],
    ['1509051600', vladivostok, '2017-10-27 07:00:00'],
    ['1509051600', 'UTC', '2017-10-26 21:00:00'],
    ['999999999', 'UTC', '2001-09-09 01:46:39'],
  ] as const;
  for (const [written, timezone, read] of times) {
    test(`${written} in ${timezone} is ${read}`, () => assert.equal(readDate(written, timezone), read));
  }
});

describe('what is no date is not read', () => {
  const wrong = [
    '',
    'завтра',
    '2017',
    '20171026',
    '2017-13-01',
    '2017-00-10',
    '2017-02-29',
    '31.04.2017',
    '32.01.2017',
    '2017-10-26 24:00:00',
    '2017-10-26 12:60:00',
    '2017-10-26 noon',
    '2017-10-26x',
    'x2017-10-26',
  ];
  for (const written of wrong) {
    test(`${JSON.stringify(written)} is none`, () => assert.equal(readDate(written, moscow), undefined));
  }
});

test('a time is shown in the zone’s summer or winter hours', () => {
  assert.equal(localTime(1499774400, 'Europe/Berlin'), '2017-07-11 14:00:00');
  assert.equal(localTime(1484135999, 'Europe/Berlin'), '2017-01-11 12:59:59');
});

test('midnight is hour 00', () => {
  assert.equal(localTime(0, 'UTC'), '1970-01-01 00:00:00');
});

describe('a local time back to unix seconds, also around a change of clocks', () => {
  for (const timezone of ['Europe/Moscow', 'Europe/Berlin', 'Asia/Kathmandu', 'America/New_York', 'UTC']) {
    test(timezone, () => {
      // Every hour and a half: of two years, and around the year in which Moscow changed its offset for good.
      for (const from of [1259625600, 1388534400]) {
        for (let at = from; at < from + 2 * 365 * 24 * 3600; at += 5400) {
          const shown = localTime(at, timezone);
          const back = utcSeconds(shown, timezone);
          // An hour that the clocks go through twice is one of both.
          assert.equal(localTime(back, timezone), shown);
          assert.ok(Math.abs(back - at) <= 3600, shown);
        }
      }
    });
  }
});
