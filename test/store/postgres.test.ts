import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { type Store, StoreBusy, StoreUncertain } from '../../src/crm/store.ts';
import { findMigrations } from '../../src/store/migrate.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { newTestDatabase } from '../support/postgres.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { startServer } from '../support/server.ts';
import { adding, anAccount, aRecord, aTag, listIds, save, span, takeIds } from './builders.ts';

interface Database {
  readonly url: string;
  /** Asks it past the store: the values of all rows. */
  // biome-ignore lint/suspicious/noExplicitAny: values of every sort
  ask(text: string): Promise<any[]>;
  /** Opens it; it is closed after the test. */
  open(url?: string, patienceMs?: number): Promise<Store>;
}

describe('what opening a PostgreSQL database makes sure of', () => {
  onDatabase(
    'a database that is not in UTF-8 is refused with a sentence, and stays empty',
    async ({ url, ask, open }) => {
      await ask(`create database latin encoding 'LATIN1' locale 'C' template template0`);
      const latin = Object.assign(new URL(url), { pathname: '/latin' }).href;
      try {
        await assert.rejects(open(latin), {
          message: 'the database is encoded in LATIN1: make one with encoding UTF8',
        });
        const client = new pg.Client(latin);
        await client.connect();
        const { rowCount } = await client.query(`select 1 from pg_class where relnamespace = 'public'::regnamespace`);
        await client.end();
        assert.equal(rowCount, 0);
      } finally {
        await ask('drop database latin with (force)');
      }
    },
  );

  onDatabase('a database of a newer program is refused and left as it is', async ({ ask, open }) => {
    await (await open()).close();
    const known = findMigrations('postgres').length;
    await ask(`insert into schema_version (version, name) values (${known + 3}, 'from-the-future')`);
    await assert.rejects(open(), {
      message: `the database is of schema version ${known + 3}, this program knows ${known}: use a newer Kontora`,
    });
    assert.deepEqual(await ask('select max(version) from schema_version'), [known + 3]);
    // No connection stays behind.
    while ((await ask(`select pid ${ours}`)).length > 0);
  });

  onDatabase(
    'what waiting does not mend is an error at once, which does not tell the password',
    async ({ url, open }) => {
      // So patient that only an error at once ends in time.
      const patient = 3_600_000;
      const at = (parts: Partial<URL>) => Object.assign(new URL(url), { password: 'kept-secret', ...parts }).href;
      for (const [wrong, message] of [
        [at({ pathname: '/there-is-no-such' }), /"there-is-no-such" does not exist/],
        [at({ username: 'nobody' }), /"nobody" does not exist/],
        ['postgres://user:kept-secret@127.0.0.1:many/name', /Invalid URL/],
      ] as const) {
        const failed = await open(wrong, patient).then(
          () => assert.fail('it was opened'),
          (error: Error) => error,
        );
        assert.match(failed.message, message);
        assert.doesNotMatch(String(failed.stack), /kept-secret/);
      }
    },
  );

  onDatabase(
    'six stores that open an empty database at once all come up, each migration done once',
    async ({ ask, open }) => {
      const stores = await Promise.all(span(1, 6).map(() => open()));
      assert.deepEqual(
        await ask('select version || name from schema_version order by version'),
        findMigrations('postgres').map(({ version, name }) => `${version}${name}`),
      );
      await stores[0]!.write((tx) => tx.addAccount(anAccount(1)));
      for (const store of stores) assert.equal(await store.read((tx) => tx.firstAccount()), 1);
    },
  );

  onDatabase('so do processes', async ({ url, ask }) => {
    const opened = await Promise.all(span(1, 3).map(() => inAnotherProcess(url, 'return "open";')));
    assert.deepEqual(opened, ['open', 'open', 'open']);
    assert.deepEqual(await ask('select count(*)::int from schema_version'), [findMigrations('postgres').length]);
  });
});

describe('several processes on one PostgreSQL database', () => {
  onAccounts(
    'never get the same ids, and what one has read no other changes before it has written',
    async (store, { url }) => {
      await save(store, 1, adding(aRecord('lead', 1, { closestTaskAt: 0 })));
      const work = `
      const ids = [];
      for (let round = 0; round < 20; round++) {
        ids.push(...(await store.write((tx) => tx.nextIds(1, 'contact', 3))));
        await store.write(async (tx) => {
          const [before] = await tx.entities(1, 'lead', [1]);
          const after = { ...before, closestTaskAt: before.closestTaskAt + 1 };
          await tx.saveEntities(1, [{ before, after }]);
        });
      }
      return ids;`;
      const given = (await Promise.all(span(1, 3).map(() => inAnotherProcess(url, work)))).flat() as number[];
      assert.deepEqual([given.length, new Set(given).size, Math.max(...given)], [180, 180, 180]);
      assert.deepEqual(await takeIds(store, 1, 'contact', 1), [181]);
      const [lead] = await store.read((tx) => tx.entities(1, 'lead', [1]));
      assert.equal(lead?.closestTaskAt, 60);
    },
  );

  onAccounts('see settings that another one has changed with their next read', async (store, { open }) => {
    const other = await open();
    const groups = (of: Store) => of.read(async (tx) => [...(await tx.settings(1)).groups.keys()]);
    for (const id of span(1, 5)) {
      const [writer, reader] = id % 2 === 0 ? [store, other] : [other, store];
      assert.deepEqual(await groups(reader), span(1, id - 1));
      await writer.write((tx) => tx.addGroups(1, [{ id, name: `Group ${id}` }]));
      assert.deepEqual(await groups(reader), span(1, id));
    }
  });
});

describe('writers and readers of a PostgreSQL database', () => {
  onAccounts('writers of two accounts do not wait for each other, those of one do', async (store) => {
    const events: string[] = [];
    let goOn = () => {};
    const otherDone = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let begun = () => {};
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const first = store.write(async (tx) => {
      await tx.count(1, 'lead');
      begun();
      await otherDone;
      events.push('the first of account 1');
    });
    await hasBegun;
    const second = store.write(async (tx) => {
      await tx.count(1, 'lead');
      events.push('the second of account 1');
    });
    await save(store, 2, adding(aRecord('lead', 1)));
    events.push('account 2');
    goOn();
    await Promise.all([first, second]);
    assert.deepEqual(events, ['account 2', 'the first of account 1', 'the second of account 1']);
  });

  onAccounts('readers are not held up by fifty writers that wait for one account', async (store) => {
    let goOn = () => {};
    const readersDone = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const writers = span(1, 50).map((id) =>
      store.write(async (tx) => {
        await tx.saveEntities(1, [adding(aRecord('lead', id))]);
        await readersDone;
      }),
    );
    const counts = await Promise.all(span(1, 50).map(() => store.read((tx) => tx.count(1, 'lead'))));
    assert.deepEqual(new Set(counts), new Set([0]));
    goOn();
    await Promise.all(writers);
    assert.equal(await store.read((tx) => tx.count(1, 'lead')), 50);
  });

  onAccounts('two writes that touch two accounts in opposite order both succeed', async (store) => {
    let waiting = 0;
    let bothThere = () => {};
    const meeting = new Promise<void>((resolve) => {
      bothThere = resolve;
    });
    let runs = 0;
    const write = (one: number, other: number, id: number) =>
      store.write(async (tx) => {
        runs += 1;
        await tx.saveEntities(one, [adding(aRecord('lead', id))]);
        waiting += 1;
        if (waiting === 2) bothThere();
        await meeting;
        await tx.saveEntities(other, [adding(aRecord('lead', id))]);
      });
    await Promise.all([write(1, 2, 1), write(2, 1, 2)]);
    assert.equal(runs, 3, 'one of them was undone and done again');
    for (const account of [1, 2]) assert.deepEqual(await listIds(store, account, 'lead'), [1, 2]);
  });
});

describe('a connection to PostgreSQL that ends', () => {
  onAccounts('in the middle of a write: the write is done again, and once', async (store, { ask }) => {
    let runs = 0;
    const ids = await store.write(async (tx) => {
      runs += 1;
      const ids = await tx.nextIds(1, 'lead', 1);
      await tx.saveEntities(
        1,
        ids.map((id) => adding(aRecord('lead', id))),
      );
      if (runs === 1) assert.deepEqual(await ask(endTransactions), [true]);
      await tx.addTags(1, 'lead', [aTag(1, 'tag')]);
      return ids;
    });
    assert.deepEqual([runs, ids, await listIds(store, 1, 'lead')], [2, [1], [1]]);
  });

  onAccounts('in the middle of a read: it is answered all the same', async (store, { ask }) => {
    await save(store, 1, adding(aRecord('lead', 7)));
    let runs = 0;
    const seen = await store.read(async (tx) => {
      runs += 1;
      const before = await tx.count(1, 'lead');
      if (runs === 1) assert.deepEqual(await ask(endTransactions), [true]);
      return [before, (await tx.entities(1, 'lead', [7])).length];
    });
    assert.deepEqual([runs, seen], [2, [1, 1]]);
  });

  onAccounts('while it is idle: nobody notices', async (store, { ask }) => {
    for (const id of span(1, 3)) {
      await Promise.all(span(1, 4).map(() => store.read((tx) => tx.count(1, 'lead'))));
      await ask(`select pg_terminate_backend(pid) ${ours}`);
      await save(store, 1, adding(aRecord('lead', id)));
      assert.equal(await store.read((tx) => tx.count(1, 'lead')), id);
    }
  });

  onAccounts('with a word for it that is not English: the same', async (_store, { url, ask, open }) => {
    const relay = await startRelay(url, (bytes) =>
      Buffer.from(bytes.toString('latin1').replaceAll('SFATAL\0', 'SAVBRU\0'), 'latin1'),
    );
    const store = await open(relay.url);
    let runs = 0;
    try {
      await store.write(async (tx) => {
        runs += 1;
        await tx.saveEntities(1, [adding(aRecord('lead', 1))]);
        if (runs === 1) await ask(endTransactions);
        await tx.count(1, 'lead');
      });
      assert.deepEqual([runs, await listIds(store, 1, 'lead')], [2, [1]]);
    } finally {
      await store.close();
      await relay.cut();
    }
  });

  onAccounts('during a commit: nobody knows whether it was done, so it is not done again', async (store, { ask }) => {
    await makeCommitsSlow(ask);
    let runs = 0;
    const writing = store.write(async (tx) => {
      runs += 1;
      await tx.addTags(1, 'lead', [aTag(1, 'tag')]);
    });
    const outcome = assert.rejects(writing, StoreUncertain);
    await endSlowCommit(ask);
    await outcome;
    assert.equal(runs, 1);
    assert.deepEqual(await ask('select id from tag'), []);
  });

  onDatabase('during a commit: the answer is 503, without advice to try again', async ({ ask, open }) => {
    const server = await startServer({ open: async () => ({ store: await open(), remove: async () => {} }) });
    try {
      await makeCommitsSlow(ask);
      const answer = server.post('/api/v2/companies', { add: [{ name: 'Василёк', tags: 'аренда' }] });
      await endSlowCommit(ask);
      const { status, headers, json } = await answer;
      assert.deepEqual([status, headers.get('Retry-After')], [503, null]);
      assert.match(json.detail, /неизвестно, сохранены ли изменения/);
      assert.equal((await server.get('/api/v2/companies?query=Василёк')).status, 204);
    } finally {
      await server.close();
    }
  });
});

describe('a PostgreSQL database that is away', () => {
  onRelay('for a moment: reads and writes wait for it', async (relay, store) => {
    const ids = span(1, 12);
    const writes = ids.map((id) => save(store, 1, adding(aRecord('lead', id))));
    await relay.cut();
    const reads = ids.map(() => store.read((tx) => tx.findAccount(1)));
    await setTimeout(500);
    await relay.mend();
    for (const account of await Promise.all(reads)) assert.equal(account?.id, 1);
    const written = await Promise.allSettled(writes);
    // A commit that the cut went through is the one thing that is not known.
    const unknown = written.filter((write) => write.status === 'rejected');
    for (const { reason } of unknown) assert.ok(reason instanceof StoreUncertain);
    assert.ok((await listIds(store, 1, 'lead')).length >= ids.length - unknown.length);
  });

  onRelay(
    'for too long: it is busy, over HTTP 503 with Retry-After, and later all is well',
    async (relay, store) => {
      const server = await startServer({ open: async () => ({ store, remove: async () => {} }) });
      await relay.cut();
      await assert.rejects(
        store.read((tx) => tx.accounts()),
        StoreBusy,
      );
      await assert.rejects(save(store, 1, adding(aRecord('lead', 1))), StoreBusy);
      const { status, headers } = await server.get('/api/v2/companies');
      assert.deepEqual([status, headers.get('Retry-After')], [503, '1']);
      await relay.mend();
      assert.equal((await server.get('/api/v2/companies')).status, 200);
      await server.close();
    },
    300,
  );
});

describe('samples by which it plans, where autovacuum is off', () => {
  const known = `select reltuples from pg_class where relname in ('entity', 'entity_search') order by relname`;
  const add = (store: Store, from: number, count: number) =>
    save(store, 1, ...span(from, from + count - 1).map((id) => adding(aRecord('lead', id), 'x'.repeat(100))));

  onAccounts('are taken soon after a table has grown', async (store, { ask }) => {
    await add(store, 1, 3000);
    while (String(await ask(known)) !== '3000,3000') await setTimeout(50);
  });

  onAccounts('are taken before it is closed, and again when a table has doubled', async (store, { ask, open }) => {
    await add(store, 1, 2000);
    await store.close();
    assert.deepEqual(await ask(known), [2000, 2000]);
    const again = await open();
    await add(again, 2001, 1000);
    await again.close();
    assert.deepEqual(await ask(known), [2000, 2000]);
    const later = await open();
    await add(later, 3001, 3000);
    await later.close();
    assert.deepEqual(await ask(known), [6000, 6000]);
  });
});

const ours = `from pg_stat_activity where datname = current_database() and application_name = 'kontora'`;
const endTransactions = `select pg_terminate_backend(pid) ${ours} and state like 'idle in transaction%'`;

/** A test with a new database of its own, without tables. */
function onDatabase(title: string, body: (database: Database) => Promise<void>): void {
  test(title, { timeout: 120_000 }, async () => {
    const { url, remove } = await newTestDatabase();
    const client = new pg.Client(url);
    await client.connect();
    const opened: Store[] = [];
    try {
      await body({
        url,
        ask: async (text) => (await client.query({ text, rowMode: 'array' })).rows.flat(),
        open: async (other = url, patienceMs) => {
          const store = await openPostgres(other, undefined, patienceMs);
          opened.push(store);
          return store;
        },
      });
    } finally {
      await Promise.all(opened.map((store) => store.close()));
      await client.end();
      await remove();
    }
  });
}

/** With a store in which there are the accounts 1 and 2. */
function onAccounts(title: string, body: (store: Store, database: Database) => Promise<void>): void {
  onDatabase(title, async (database) => {
    const store = await database.open();
    for (const id of [1, 2]) await store.write((tx) => tx.addAccount(anAccount(id)));
    await body(store, database);
  });
}

/** With a store whose connections go through a relay. */
function onRelay(title: string, body: (relay: Relay, store: Store) => Promise<void>, patienceMs?: number): void {
  onAccounts(title, async (_store, { url, open }) => {
    const relay = await startRelay(url);
    const store = await open(relay.url, patienceMs);
    try {
      await body(relay, store);
    } finally {
      await relay.cut();
      await store.close();
    }
  });
}

/** A commit that has added tags does not end by itself. */
async function makeCommitsSlow(ask: Database['ask']): Promise<void> {
  await ask(
    `create function sleep() returns trigger language plpgsql as 'begin perform pg_sleep(600); return null; end'`,
  );
  await ask(`create constraint trigger slow after insert on tag deferrable initially deferred
    for each row execute function sleep()`);
}

async function endSlowCommit(ask: Database['ask']): Promise<void> {
  while (
    (await ask(`select pg_terminate_backend(pid) ${ours} and query = 'commit' and wait_event = 'PgSleep'`)).length === 0
  );
}

/** Opens the database in a process of its own. @param work what is done with `store` there */
async function inAnotherProcess(url: string, work: string): Promise<unknown> {
  const code = `
    const { openPostgres } = await import(${JSON.stringify(new URL('../../src/store/postgres.ts', import.meta.url))});
    const store = await openPostgres(${JSON.stringify(url)});
    const result = await (async () => {${work}})();
    await store.close();
    console.log(JSON.stringify(result));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code]);
  return JSON.parse(stdout);
}
