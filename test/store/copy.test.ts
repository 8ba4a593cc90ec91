import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Store } from '../../src/crm/store.ts';
import { type Compared, type CopyOptions, copyInto, databaseSource, isSame } from '../../src/store/copy.ts';
import { discardCopies } from '../../src/store/discard-copy.ts';
import { findMigrations } from '../../src/store/migrate.ts';
import { openPostgres, openPostgresRaw } from '../../src/store/postgres.ts';
import { insertStatement } from '../../src/store/postgres-dialect.ts';
import type { RawDatabase, RawUse } from '../../src/store/raw-database.ts';
import type { Db } from '../../src/store/sql.ts';
import { openSqlite, openSqliteRaw } from '../../src/store/sqlite.ts';
import { accountTables, findTables, integrationTable, leftBehind } from '../../src/store/tables.ts';
import { checkStatement, checkTransaction } from '../support/distributed-rules.ts';
import { answersOf, fillServer, fullAccounts } from '../support/full-server.ts';
import { tablesIn } from '../support/migration-rules.ts';
import { newTestDatabase } from '../support/postgres.ts';
import { connect, readAllRows, rowsOfAccounts } from '../support/rows.ts';
import { onlySqlite } from '../support/schema.ts';

/** So few rows at a time that there are many batches, and tables end in the middle of one. */
const limit = 7;
const { acme, test: testAccount, demo } = fullAccounts;

const folder = mkdtempSync(join(tmpdir(), 'kontora-copy-'));
const full = join(folder, 'full');
let made = 0;

before(async () => {
  const store = await openSqlite(full);
  await fillServer(store);
  await store.close();
});

after(() => rmSync(folder, { recursive: true, force: true }));

function newFolder(): string {
  made += 1;
  return join(folder, String(made));
}

const prepare = async (url: string) => (await openPostgres(url)).close();

async function onPostgres(work: (url: string) => Promise<void>): Promise<void> {
  const { url, remove } = await newTestDatabase(prepare);
  try {
    await work(url);
  } finally {
    await remove();
  }
}

function openRaw(place: string, use: RawUse): Promise<RawDatabase> {
  return place.includes('://') ? openPostgresRaw(place, use) : openSqliteRaw(place, use);
}

function openStore(place: string): Promise<Store> {
  return place.includes('://') ? openPostgres(place) : openSqlite(place);
}

/** `wrap`: looks at what is sent to either side. */
async function copy(
  from: string,
  to: string,
  { account, wrap = (db) => db, ...options }: CopyOptions & { account?: string; wrap?: Wrap } = {},
): Promise<Compared[]> {
  const [source, target] = [await openRaw(from, 'source'), await openRaw(to, 'target')];
  try {
    return await source.read(async (db) => {
      const held = await databaseSource(wrap(db), source.name, account);
      const wrapped: RawDatabase = {
        ...target,
        read: (work) => target.read((db) => work(wrap(db))),
        write: (work) => target.write((db) => work(wrap(db))),
      };
      return copyInto(wrapped, held, { limit, ...options });
    });
  } finally {
    await source.close();
    await target.close();
  }
}

type Wrap = (db: Db) => Db;

async function execute(place: string, ...texts: string[]): Promise<void> {
  const send = await connect(place);
  for (const text of [...texts, 'end']) await send(text);
}

async function answers(place: string, ...names: (keyof typeof fullAccounts)[]): Promise<string[]> {
  const store = await openStore(place);
  try {
    return await answersOf(store, ...names);
  } finally {
    await store.close();
  }
}

test('every table is copied, or said to stay behind', () => {
  const made = findMigrations('sqlite')
    .flatMap(({ statements }) => statements)
    .flatMap((text) => /^create (?:virtual )?table (\w+)/.exec(text)?.[1] ?? []);
  const known = [integrationTable, ...accountTables, ...leftBehind, ...onlySqlite];
  assert.deepEqual(
    ['schema_version', ...made].filter((name) => !known.includes(name)),
    [],
  );
  assert.deepEqual(
    [integrationTable, ...accountTables, ...leftBehind].filter((name) => !['schema_version', ...made].includes(name)),
    [],
  );
});

test('there is something in every table that is copied', async () => {
  const rows = await readAllRows(full);
  assert.deepEqual(
    Object.entries(rows).flatMap(([name, { length }]) => (length === 0 ? [name] : [])),
    [],
  );
  assert.deepEqual(Object.keys(rows), [...findTables().keys()]);
});

describe('a whole server', () => {
  test('to PostgreSQL, to another PostgreSQL and back is the same, row by row and as the API answers', () =>
    onPostgres((first) =>
      onPostgres(async (second) => {
        const back = newFolder();
        for (const [from, to] of [
          [full, first],
          [first, second],
          [second, back],
        ] as const) {
          const compared = await copy(from, to);
          assert.ok(compared.every(isSame));
          assert.equal(compared.length, 1 + 3 * accountTables.length);
        }
        const rows = await readAllRows(full);
        const expected = await answers(full, 'acme', 'test', 'demo');
        for (const place of [first, second, back]) {
          assert.deepEqual(await readAllRows(place), rows);
          assert.deepEqual(await answers(place, 'acme', 'test', 'demo'), expected);
        }
      }),
    ));

  test('between data folders', async () => {
    const to = newFolder();
    assert.ok((await copy(full, to)).every(isSame));
    assert.deepEqual(await readAllRows(to), await readAllRows(full));
  });

  test('goes on after each place at which it was broken off, until it is the same', () =>
    onPostgres(async (to) => {
      let tries = 0;
      let last = 0;
      for (let done = false; !done; tries += 1) {
        let batches = 0;
        const progress = (_: unknown, copied: number) => {
          assert.ok(copied > last, `${copied} after ${last}`);
          last = copied;
          batches += 1;
          if (batches === 11) throw new Error('broken off');
        };
        done = await copy(full, to, { progress }).then(
          (compared) => compared.every(isSame),
          (error) => {
            assert.equal(error.message, 'broken off');
            return false;
          },
        );
        if (!done) await assert.rejects(openPostgres(to), /unfinished copy of .*full/);
      }
      assert.ok(tries > 10, `${tries} tries`);
      assert.deepEqual(await readAllRows(to), await readAllRows(full));
      await (await openPostgres(to)).close();
    }));

  test('is of one moment, even when the source is written to', () =>
    onPostgres(async (to) => {
      const source = newFolder();
      await copy(full, source);
      const rows = await readAllRows(source);
      let isChanged = false;
      const progress = () => {
        if (isChanged) return;
        isChanged = true;
        // Over a connection of its own, between two batches.
        void execute(source, `update entity set name = 'changed' where account_id = ${demo}`);
      };
      assert.ok((await copy(source, to, { progress })).every(isSame));
      assert.deepEqual(await readAllRows(to), rows);
      assert.notDeepEqual(await readAllRows(source), rows);
    }));
});

describe('one account of three', () => {
  test('arrives with its logins and integrations and nothing else, and beside others', () =>
    onPostgres(async (to) => {
      const rows = await readAllRows(full);
      assert.ok((await copy(full, to, { account: 'test' })).every(isSame));
      assert.deepEqual(await readAllRows(to), rowsOfAccounts(rows, [testAccount], ['calls']));
      assert.deepEqual(await answers(to, 'test'), await answers(full, 'test'));
      assert.ok((await copy(full, to, { account: 'demo' })).every(isSame));
      assert.ok((await copy(full, to, { account: 'acme' })).every(isSame));
      const all = rowsOfAccounts(rows, [acme, testAccount, demo], ['calls', 'forms']);
      assert.deepEqual(await readAllRows(to), all);
      const back = newFolder();
      assert.ok((await copy(to, back, { account: 'demo' })).every(isSame));
      assert.deepEqual(await readAllRows(back), rowsOfAccounts(rows, [demo], ['forms']));
      assert.deepEqual(await answers(back, 'demo'), await answers(full, 'demo'));
    }));

  test('nobody can sign in before everything is there, and the others are served meanwhile', () =>
    onPostgres(async (to) => {
      await copy(full, to, { account: 'demo' });
      const stop = new Error('broken off');
      const progress = ({ table }: { table: string }) => {
        if (table === 'webhook_attempt') throw stop;
      };
      await assert.rejects(copy(full, to, { account: 'test', progress }), stop);
      const rows = await readAllRows(to);
      const { account_user, session, token, oauth_grant, login } = rowsOfAccounts(rows, [testAccount], []);
      assert.deepEqual([account_user, session, token, oauth_grant, login], [[], [], [], [], []]);
      assert.deepEqual(await answers(to, 'demo'), await answers(full, 'demo'));
      assert.ok((await copy(full, to, { account: 'test' })).every(isSame));
    }));
});

describe('an unfinished copy that is given up', () => {
  for (const engine of ['SQLite', 'PostgreSQL']) {
    test(`leaves nothing of a server on ${engine}, and it can be copied once more`, () =>
      onPostgres(async (url) => {
        const to = engine === 'SQLite' ? newFolder() : url;
        for (const last of ['field_enum', 'entity_search', 'webhook_attempt', 'login']) {
          const progress = ({ table, account }: { table: string; account: number }) => {
            if (table === last && account === demo) throw new Error('broken off');
          };
          await assert.rejects(copy(full, to, { progress }), /broken off/);
          await discard(to);
          assert.deepEqual(new Set(Object.values(await readAllRows(to)).flat()), new Set());
        }
        assert.ok((await copy(full, to)).every(isSame));
        assert.deepEqual(await answers(to, 'demo', 'test'), await answers(full, 'demo', 'test'));
        await discard(to);
        assert.deepEqual(await readAllRows(to), await readAllRows(full));
      }));

    test(`leaves nothing of an account on ${engine}, and the others as they were`, () =>
      onPostgres(async (url) => {
        const to = engine === 'SQLite' ? newFolder() : url;
        await copy(full, to, { account: 'acme' });
        await copy(full, to, { account: 'demo' });
        const rows = await readAllRows(to);
        const expected = await answers(to, 'demo');
        const progress = ({ table }: { table: string }) => {
          if (table === 'login') throw new Error('broken off');
        };
        await assert.rejects(copy(full, to, { account: 'test', progress }), /broken off/);
        // Everybody can get in already: documents are kept, transactions counted.
        await answers(to, 'test');
        const store = await openStore(to);
        await store.write((tx) => tx.setCounter(testAccount, 'link', 1_000_000));
        await store.close();
        await discard(to);
        const { integration, ...left } = await readAllRows(to);
        assert.deepEqual({ ...left, integration: integration!.filter((row) => !row.includes('calls')) }, rows);
        assert.deepEqual(await answers(to, 'demo'), expected);
        assert.ok((await copy(full, to, { account: 'test' })).every(isSame));
        assert.deepEqual(await answers(to, 'test'), await answers(full, 'test'));
      }));
  }

  test('cannot be gone on with once it is being removed', async () => {
    const to = newFolder();
    const progress = ({ table }: { table: string }) => {
      if (table === 'tag') throw new Error('broken off');
    };
    await assert.rejects(copy(full, to, { progress }), /broken off/);
    await execute(to, `update copy_progress set place = 'removing'`);
    await assert.rejects(copy(full, to), /is being removed/);
    await discard(to);
    assert.ok((await copy(full, to)).every(isSame));
  });
});

async function discard(place: string): Promise<void> {
  const target = await openRaw(place, 'target');
  await discardCopies(target, limit);
  await target.close();
}

describe('the comparison sees', () => {
  const changes: Readonly<Record<string, string>> = {
    'a changed row': `update note set text = 'other' where account_id = ${demo} and id = 1`,
    'missing rows': `delete from link where account_id = ${testAccount}`,
    'a row more': `insert into task_type (account_id, id, name) values (${acme}, 77, 'more')`,
    'two values that change places': `update task set created_at = updated_at + 1, updated_at = created_at where account_id = ${demo}`,
    'an integration': `update integration set name = 'other' where id = 'nobody'`,
  };
  for (const [what, change] of Object.entries(changes)) {
    test(`${what} in the target, and the copy stays unfinished`, () =>
      onPostgres(async (to) => {
        let isChanged = false;
        // Between the last batch and the comparison.
        const progress = ({ table, account }: { table: string; account: number }) => {
          if (table !== 'login' || account !== demo) return;
          isChanged = true;
        };
        const target = await openPostgresRaw(to, 'target');
        const source = await openSqliteRaw(full, 'source');
        try {
          const changing: RawDatabase = {
            ...target,
            async read(work) {
              await execute(to, change);
              return target.read(work);
            },
          };
          const compared = await source.read(async (db) =>
            copyInto(changing, await databaseSource(db, source.name), { progress }),
          );
          assert.ok(isChanged);
          assert.equal(compared.filter((part) => !isSame(part)).length, 1);
        } finally {
          await source.close();
          await target.close();
        }
        await assert.rejects(openPostgres(to), /unfinished copy/);
      }));
  }

  test('that the source has changed between two tries', async () => {
    const [source, to] = [newFolder(), newFolder()];
    await copy(full, source);
    const progress = ({ table, account }: { table: string; account: number }) => {
      if (table === 'entity' && account === demo) throw new Error('broken off');
    };
    await assert.rejects(copy(source, to, { progress }), /broken off/);
    await execute(source, `update account set name = 'other' where id = ${acme}`);
    const different = (await copy(source, to)).filter((part) => !isSame(part));
    assert.deepEqual(
      different.map(({ account, table }) => [account, table]),
      [[acme, 'account']],
    );
    await assert.rejects(copy(to, newFolder()), /itself an unfinished copy/);
  });
});

describe('refused, and nothing is changed:', () => {
  async function refused(from: string, to: string, message: RegExp, account?: string): Promise<void> {
    const state = await readAllRows(to);
    await assert.rejects(copy(from, to, account === undefined ? {} : { account }), message);
    assert.deepEqual(await readAllRows(to), state);
    await execute(to, 'delete from copy_progress');
  }

  test('a target that is not empty, for a whole server', async () => {
    const to = newFolder();
    await copy(full, to, { account: 'demo' });
    await refused(full, to, /holds accounts already \(demo\)/);
    await refused(full, full, /holds accounts already/);
  });

  test('a target with an integration, for a whole server', async () => {
    const to = newFolder();
    const store = await openSqlite(to);
    const integration = { id: 'z', name: 'z', redirectUri: 'https://z', secretHash: 'z', createdAt: 1, ownerId: null };
    await store.write((tx) => tx.addIntegration(integration));
    await store.close();
    await refused(full, to, /holds integrations already/);
  });

  test('an account whose id or subdomain is taken, or that is not there', async () => {
    const to = newFolder();
    await copy(full, to, { account: 'demo' });
    await refused(full, to, /holds an account 20000001 demo already/, 'demo');
    await execute(to, `update account set subdomain = 'acme'`);
    await refused(full, to, /holds an account 20000001 acme already/, 'acme');
    await refused(full, to, /holds an account 20000001 acme already/, 'demo');
    await refused(full, to, /has no account "nope", only acme, test, demo/, 'nope');
  });

  test('an integration that the target knows otherwise', async () => {
    const to = newFolder();
    await copy(full, to, { account: 'demo' });
    await execute(to, `update integration set secret_hash = 'y'`);
    await refused(full, to, /knows the integration forms with other data/, 'acme');
  });

  test('an unfinished copy of another source, or of a part', async () => {
    const [to, other] = [newFolder(), newFolder()];
    await copy(full, other);
    const progress = () => {
      throw new Error('broken off');
    };
    await assert.rejects(copy(full, to, { progress }), /broken off/);
    const mark = /holds an unfinished copy of .*full: go on with that/;
    await assert.rejects(copy(other, to), mark);
    await assert.rejects(copy(other, to, { account: 'demo' }), mark);
    await assert.rejects(copy(full, to, { account: 'demo' }), mark);
    assert.ok((await copy(full, to)).every(isSame));
  });

  test('a source of another schema, or none', async () => {
    const old = newFolder();
    await copy(full, old);
    const newest = findMigrations('sqlite').length;
    await execute(old, `delete from schema_version where version = ${newest}`);
    await assert.rejects(
      copy(old, newFolder()),
      new RegExp(`of schema version ${newest - 1}.*start this version's server`),
    );
    await execute(old, `insert into schema_version values (${newest + 1}, 'x')`);
    await assert.rejects(copy(old, newFolder()), /use a newer Kontora/);
    await assert.rejects(copy(newFolder(), newFolder()), /holds no data of Kontora/);
    const { url, remove } = await newTestDatabase();
    await assert.rejects(copy(url, newFolder()), /holds no data of Kontora/);
    await remove();
  });
});

test('two processes that make the same copy: one ends, and the rows are there once', () =>
  onPostgres(async (to) => {
    const results = await Promise.allSettled([copy(full, to), copy(full, to)]);
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
    assert.ok(failures.length > 0);
    if (failures.length === 2) assert.ok((await copy(full, to)).every(isSame));
    assert.deepEqual(await readAllRows(to), await readAllRows(full));
  }));

test('on PostgreSQL every statement can be sent to where its account is', () =>
  onPostgres((from) =>
    onPostgres(async (to) => {
      await copy(full, from);
      const tables = tablesIn(findMigrations('postgres').flatMap(({ statements }) => statements));
      const broken = new Set<string>();
      let count = 0;
      const wrap: Wrap = (db) => {
        const texts: string[] = [];
        const seen = <T>(statement: { text: string; params: readonly unknown[] }, answer: T) => {
          let number = 0;
          const text = statement.text.replace(/\?/g, () => `$${++number}`);
          count += 1;
          texts.push(text);
          for (const rule of checkStatement(text, tables, statement.params)) broken.add(`${rule}: ${text}`);
          return answer;
        };
        const run: Db['run'] = async (statement) => {
          await seen(statement, db.run(statement));
          for (const rule of checkTransaction(texts, tables)) broken.add(rule);
        };
        return {
          dialect: db.dialect,
          all: (statement) => seen(statement, db.all(statement)),
          run,
          insert: (into) => run(insertStatement(into)),
        };
      };
      await copy(from, to, { wrap, limit: 50 });
      assert.deepEqual([...broken], []);
      assert.ok(count > 300, `${count}`);
    }),
  ));

test('the name of a database holds neither user nor password', () =>
  onPostgres(async (url) => {
    for (const secret of ['secret', 's:e@c/r?et']) {
      const address = url.replace('//', `//`).replace(/\/\/([^@/]*@)?/, `//kontora:${encodeURIComponent(secret)}@`);
      const database = await openPostgresRaw(address, 'source');
      assert.equal(database.name, url.replace(/\/\/([^@/]*@)?/, '//'));
      await database.close();
    }
  }));
