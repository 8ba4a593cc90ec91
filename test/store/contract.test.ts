import assert from 'node:assert/strict';
import { after, mock, test } from 'node:test';
import pg from 'pg';
import { findMigrations } from '../../src/store/migrate.ts';
import { checkStatement } from '../support/distributed-rules.ts';
import { tablesIn } from '../support/migration-rules.ts';
import { engine, openTestStore } from '../support/server.ts';
import { storeContract } from './contract.ts';

/** Migrations, and what a node asks of its own tables alone: those that are spread have none of their rows here, and count as never grown. */
const isOfNode = /^(create|alter|drop|analyze) | from pg_class$/m;
/** What the store has sent to PostgreSQL, but for the migrations. */
const sent = new Set<string>();
if (engine === 'PostgreSQL') {
  const query = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown;
  mock.method(pg.Client.prototype, 'query', function (this: pg.Client, ...args: unknown[]) {
    const { text, name } = args[0] as { text?: string; name?: string };
    if (text !== undefined && name !== undefined && !isOfNode.test(text)) sent.add(text);
    return query.apply(this, args);
  });
}

storeContract(`the ${engine} store`, openTestStore);

if (engine === 'PostgreSQL') {
  test('every statement can be done by one machine when accounts are spread over several', () => {
    const tables = tablesIn(findMigrations('postgres').flatMap(({ statements }) => statements));
    assert.ok(sent.size > 100, `${sent.size} statements`);
    const broken = [...sent].flatMap((text) => checkStatement(text, tables).map((rule) => `${rule}\n${text}`));
    assert.deepEqual(broken, []);
  });
}
after(() => mock.restoreAll());
