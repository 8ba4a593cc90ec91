import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Store } from '../../src/crm/store.ts';
import { findMigrations } from '../../src/store/migrate.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { adding, aField, anAccount, aRecord, everyKind, listIds, save, searchIds, span, takeIds } from './builders.ts';

describe('the SQLite database', () => {
  onFolder('a missing folder is made, with those above it', async (folder) => {
    const deep = join(folder, 'some', 'deeper', 'folder');
    await (await openSqlite(deep)).close();
    assert.ok(existsSync(join(deep, 'kontora.db')));
  });

  onFolder('every migration is recorded once, however often the database is opened', async (folder) => {
    for (const _ of span(1, 3)) await (await openSqlite(folder)).close();
    assert.ok(findMigrations('sqlite').length > 0);
    assert.deepEqual(
      withDatabase(folder, (database) => recordedMigrations(database)),
      findMigrations('sqlite').map(({ version, name }) => ({ version, name })),
    );
  });

  test('the versions of the migrations count up from 1 without gaps', () => {
    const versions = findMigrations('sqlite').map(({ version }) => version);
    assert.deepEqual(versions, span(1, versions.length));
  });

  onFolder(
    'a database of a newer program is refused with a sentence that says what to do, and left as it is',
    async (folder) => {
      await (await openSqlite(folder)).close();
      const known = findMigrations('sqlite').length;
      withDatabase(folder, (database) => {
        database.exec(`insert into schema_version (version, name) values (${known + 3}, 'from-the-future')`);
      });
      const before = readFileSync(join(folder, 'kontora.db'));
      await assert.rejects(openSqlite(folder), {
        message: `the database is of schema version ${known + 3}, this program knows ${known}: use a newer Kontora`,
      });
      assert.ok(readFileSync(join(folder, 'kontora.db')).equals(before));
      withDatabase(folder, (database) => database.exec('begin exclusive; rollback'));
    },
  );

  onFolder(
    'the fields of a database from before clients could define any have the flags that they were shown with',
    async (folder) => {
      withDatabase(folder, (database) => {
        makeVersion(database, 6);
        database.exec(`insert into account (id, subdomain, name, currency, timezone, language)
        values (1, 'old', 'Old', 'RUB', 'Europe/Moscow', 'ru')`);
        database.exec(`insert into field (account_id, id, name, type, code, kinds, sort, is_system) values
        (1, 1, 'Web', 7, 'WEB', '["company"]', 2, 1), (1, 2, 'Field 2', 1, '', '["contact"]', 4, 0)`);
      });
      const store = await openSqlite(folder);
      const { fields } = await store.read((tx) => tx.settings(1));
      const web = aField(1, { name: 'Web', type: 7, code: 'WEB', kinds: ['company'], sort: 2, isSystem: true });
      assert.deepEqual([...fields.values()], [{ ...web, isDeletable: false }, aField(2, { sort: 4 })]);
      await store.close();
    },
  );

  onFolder(
    'of a database from before accounts told whether they have webhooks, those that have some do',
    async (folder) => {
      withDatabase(folder, (database) => {
        makeVersion(database, 11);
        database.exec(`insert into account (id, subdomain, name, currency, timezone, language) values
        (1, 'one', 'One', 'RUB', 'Europe/Moscow', 'ru'), (2, 'two', 'Two', 'RUB', 'Europe/Moscow', 'ru')`);
        database.exec(
          `insert into webhook (account_id, id, url, events) values (2, 1, 'http://example.com', '["add_lead"]')`,
        );
        database.exec(
          `insert into webhook_delivery values (2, 1, 1, 'add_lead', 1, 'lead', 1, null, 'pending', 0, 5, 0, 5)`,
        );
      });
      const store = await openSqlite(folder);
      assert.deepEqual(await store.read((tx) => tx.accountsWithWebhooks()), [2]);
      assert.deepEqual(await store.read((tx) => tx.dueWebhooks(2, 5)), [1]);
      await store.close();
    },
  );

  onFolder('a database without accounts has no first one', async (folder) => {
    const store = await openSqlite(folder);
    assert.equal(await store.read((tx) => tx.firstAccount()), undefined);
    await store.close();
  });

  onFolder('what was written is there when the database is opened again', async (folder) => {
    const first = await openSqlite(folder);
    await first.write((tx) => tx.addAccount(anAccount(1)));
    await save(first, 1, adding(aRecord('lead', 5), 'склад'));
    await takeIds(first, 1, 'lead', 7);
    await first.close();
    const second = await openSqlite(folder);
    assert.deepEqual(await searchIds(second, 1, 'lead', 'скл'), [5]);
    assert.deepEqual(await takeIds(second, 1, 'lead', 1), [9]);
    await second.close();
  });

  onFolder('two stores on one database see what either has written, settings too', async (folder) => {
    const [first, second] = [await openSqlite(folder), await openSqlite(folder)];
    const groups = (store: Store) => store.read(async (tx) => [...(await tx.settings(1)).groups.keys()]);
    await first.write((tx) => tx.addAccount(anAccount(1)));
    await save(second, 1, adding(aRecord('lead', 1), 'склад'));
    assert.deepEqual(await searchIds(first, 1, 'lead', 'склад'), [1]);
    assert.deepEqual([await groups(first), await groups(second)], [[], []]);
    await first.write((tx) => tx.addGroups(1, [{ id: 3, name: 'Sales' }]));
    assert.deepEqual([await groups(first), await groups(second)], [[3], [3]]);
    await first.close();
    await second.close();
  });

  onFolder('processes that write at once wait for each other and never get the same ids', async (folder) => {
    const store = await openSqlite(folder);
    await store.write((tx) => tx.addAccount(anAccount(1)));
    const given = await Promise.all(span(1, 3).map(() => takeIdsInAnotherProcess(folder, 40)));
    const ids = given.flat();
    assert.deepEqual([ids.length, new Set(ids).size, Math.max(...ids)], [360, 360, 360]);
    assert.deepEqual(await takeIds(store, 1, 'contact', 1), [361]);
    await store.close();
  });

  onFolder('the greatest ids of accounts and records are listed and found', async (folder) => {
    const store = await openSqlite(folder);
    const accounts = [1, 2 ** 27 - 2, 2 ** 27 - 1];
    const ids = [1, 2 ** 34 - 2, 2 ** 34 - 1];
    for (const account of accounts) {
      await store.write((tx) => tx.addAccount(anAccount(account)));
      for (const kind of everyKind) {
        await save(store, account, ...ids.map((id) => adding(aRecord(kind, id), `ромашка ${kind} ${account}`)));
      }
    }
    for (const account of accounts) {
      for (const kind of everyKind) {
        assert.deepEqual(await searchIds(store, account, kind, 'ромашка'), ids);
        assert.deepEqual(await searchIds(store, account, kind, 'ро'), ids);
        assert.deepEqual(await searchIds(store, account, kind, `${kind} ${account}`), ids);
        assert.deepEqual(await listIds(store, account, kind, {}, { limit: 5, offset: 1 }), ids.slice(1));
        assert.deepEqual(await listIds(store, account, kind, {}, { limit: 5, offset: 3 }), []);
      }
    }
    await store.close();
  });

  onFolder('ids beyond those that the search can number are refused', async (folder) => {
    const store = await openSqlite(folder);
    await assert.rejects(store.write((tx) => tx.addAccount(anAccount(2 ** 27))));
    await store.write((tx) => tx.addAccount(anAccount(1)));
    await assert.rejects(save(store, 1, adding(aRecord('lead', 2 ** 34), 'склад')));
    await assert.rejects(save(store, 1, adding(aRecord('lead', 0), 'склад')));
    await store.close();
  });

  onFolder('records of an account that is not there are refused', async (folder) => {
    const store = await openSqlite(folder);
    await assert.rejects(save(store, 1, adding(aRecord('lead', 1))));
    await store.close();
  });

  onFolder('the search index forgets the parts of texts that have changed', async (folder) => {
    const store = await openSqlite(folder);
    await store.write((tx) => tx.addAccount(anAccount(1)));
    const row = aRecord('lead', 1);
    await save(store, 1, adding(row, 'склад'));
    await save(store, 1, { ...adding(row, 'офис'), before: row });
    await store.close();
    const hits = (part: string) =>
      withDatabase(folder, (database) =>
        database.prepare('select rowid from entity_trigram where entity_trigram match ?').all(`"${part}"`),
      );
    assert.deepEqual([hits('скл').length, hits('офи').length], [0, 1]);
  });

  onFolder('the database is sound after many changes', async (folder) => {
    const store = await openSqlite(folder);
    await store.write((tx) => tx.addAccount(anAccount(1)));
    const rows = span(1, 500).map((id) => aRecord('lead', id));
    await save(store, 1, ...rows.map((row) => adding(row, `склад ${row.id}`)));
    for (const round of span(1, 5)) {
      const changes = rows.map((row) => ({ ...adding(row, `офис ${round} ${row.id}`), before: row }));
      await save(store, 1, ...changes);
    }
    await store.close();
    withDatabase(folder, (database) => {
      assert.deepEqual({ ...database.prepare('pragma integrity_check').get() }, { integrity_check: 'ok' });
      database.exec(`insert into entity_trigram (entity_trigram) values ('integrity-check')`);
    });
  });
});

/** A test with a new folder of its own. */
function onFolder(title: string, body: (folder: string) => Promise<void>): void {
  test(title, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kontora-test-'));
    try {
      await body(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** Looks into a folder's database past the store. */
function withDatabase<T>(folder: string, look: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(folder, 'kontora.db'));
  try {
    return look(database);
  } finally {
    database.close();
  }
}

/** A new database as the program of that schema version made it. */
function makeVersion(database: DatabaseSync, newest: number): void {
  database.exec('create table schema_version (version integer not null primary key, name text not null)');
  for (const { version, name, statements } of findMigrations('sqlite').filter(({ version }) => version <= newest)) {
    for (const statement of statements) database.exec(statement);
    database.exec(`insert into schema_version values (${version}, '${name}')`);
  }
}

function recordedMigrations(database: DatabaseSync) {
  const rows = database.prepare('select version, name from schema_version order by version').all();
  return rows.map((row) => ({ ...row }));
}

/** Opens the folder in a process of its own that takes three contact ids so many times. */
async function takeIdsInAnotherProcess(folder: string, times: number): Promise<number[]> {
  const code = `
    const { openSqlite } = await import(${JSON.stringify(new URL('../../src/store/sqlite.ts', import.meta.url))});
    const store = await openSqlite(${JSON.stringify(folder)});
    const ids = [];
    for (let i = 0; i < ${times}; i++) ids.push(...(await store.write((tx) => tx.nextIds(1, 'contact', 3))));
    await store.close();
    console.log(JSON.stringify(ids));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code]);
  return JSON.parse(stdout);
}
