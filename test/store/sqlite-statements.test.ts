import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { connectSqlite } from '../../src/store/sqlite-connection.ts';

test('a connection keeps the statements that are used, and no more of the others than a bound', (t) => {
  const connection = connectSqlite(':memory:');
  const ask = (n: number) => connection.allAtOnce<{ n: number }>({ text: `select ${n} as n`, params: [] })[0]!.n;
  const prepare = t.mock.method(DatabaseSync.prototype, 'prepare');
  for (let n = 0; n < 2000; n += 1) {
    assert.equal(ask(n), n);
    assert.equal(ask(0), 0);
  }
  assert.equal(prepare.mock.callCount(), 2000);
  ask(1999);
  ask(1800);
  assert.equal(prepare.mock.callCount(), 2000);
  ask(1);
  assert.equal(prepare.mock.callCount(), 2001);
  connection.close();
});
