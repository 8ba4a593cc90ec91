import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListFilter } from '../../src/crm/store.ts';
import { markPage, type PageMarks } from '../../src/store/page-marks.ts';
import type { Db } from '../../src/store/sql.ts';

test('a list is known by a name of one length, however long its filter is, and of its own', async () => {
  const names: string[] = [];
  const pageMarks = { add: async (_db: Db, list: string) => void names.push(list) } as unknown as PageMarks;
  const db = { pageMarks } as Db;
  const ids = Array.from({ length: 20_000 }, (_, id) => id);
  const filters: ListFilter[] = [
    { responsible: [ids] },
    { responsible: [ids.slice(1)] },
    { responsible: [], terms: ['а'.repeat(8000)] },
    { responsible: [] },
  ];
  for (const filter of filters) {
    for (const account of [1, 2]) await markPage(db, account, 1, filter, { limit: 1, offset: 0 }, [{ id: 1 }]);
  }
  assert.equal(new Set(names).size, 2 * filters.length);
  assert.deepEqual(new Set(names.map((name) => name.length)), new Set([64]));
});
