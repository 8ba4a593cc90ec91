import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { repairAll } from '../../src/store/check/repair.ts';
import { openPostgres, openPostgresRaw } from '../../src/store/postgres.ts';
import type { RawDatabase } from '../../src/store/raw-database.ts';
import { type Db, raw } from '../../src/store/sql.ts';
import { openSqlite, openSqliteRaw } from '../../src/store/sqlite.ts';
import { answersOf, fillServer, fullAccounts } from '../support/full-server.ts';
import { newTestDatabase } from '../support/postgres.ts';
import { problemsIn } from '../support/problems.ts';
import { connect, readAllRows } from '../support/rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'kontora-check-'));
const account = fullAccounts.demo;
const program = fileURLToPath(new URL('../../bin/kontora.mjs', import.meta.url));
after(() => rmSync(folder, { recursive: true, force: true }));

type Ids = Readonly<Record<string, number>>;

/** Damage, and the problems that are told of it: `A` stands for the account, `$name` for an id. */
type Damage = readonly [statements: string | readonly string[], ...problems: string[]];

const purgeOfContact = (id: string) =>
  `insert into change_log (account_id, id, at, user_id, subject, subject_id, action, old_state, new_state)
    select A, ${id}, 0, 0, 'contact', $contact, 'purge', '{}', '{}'`;

const damages: Readonly<Record<string, Damage>> = {
  'a value is changed beside the log': [
    'update entity set created_by = 1 where account_id = A and kind = 1 and id = $contact',
    'entity A/1/$contact: createdBy is not what the change log says',
  ],
  'a task is': [
    `update task set text = 'x' where account_id = A and id = $task`,
    'task A/$task: text is not what the change log says',
  ],
  'a note is': [
    `update note set text = 'x' where account_id = A and id = $note`,
    'note A/$note: text is not what the change log says',
  ],
  'a record is not there that the log knows': [
    `update change_log set subject_id = 999 where account_id = A and subject = 'company' and subject_id = $company and action = 'add'`,
    'entity A/3/999: is in the change log, and is not there',
  ],
  'the end of a link has gone, of which the log knows nothing': [
    'update link set second_id = 999 where account_id = A and first_kind = 3 and second_kind = 1 and second_id = $contact',
    'link A/3/$owner/1/999: its second end is not there',
    'entity A/1/$contact: its link to company $owner is in the change log, and is not there',
    'entity A/3/$owner: its link to contact $contact is in the change log, and is not there',
    'entity_document A/3/$owner: is not the answer that the record has now',
  ],
  'a link has gone with a contact that was purged, and whose id is another’s since: the log knows why': [
    [
      'delete from link where account_id = A and second_kind = 1 and second_id = $contact',
      `update change_log set old_state = '{}', new_state = '{}' where account_id = A and subject = 'contact' and subject_id = $contact`,
      purgeOfContact('(select max(id) + 1 from change_log)'),
    ],
    'account A: the counter "change" is not above the last id of change_log',
    'entity_document A/3/$owner: is not the answer that the record has now',
  ],
  'a link has gone that was made after such a purge': [
    [
      'delete from link where account_id = A and second_kind = 1 and second_id = $contact',
      `update change_log set old_state = '{}', new_state = '{}' where account_id = A and subject = 'contact' and subject_id = $contact`,
      purgeOfContact('0'),
    ],
    'entity A/3/$owner: its link to contact $contact is in the change log, and is not there',
    'entity_document A/3/$owner: is not the answer that the record has now',
  ],
  'kinds are linked that cannot be': [
    'insert into link (account_id, first_kind, first_id, second_kind, second_id, position) values (A, 1, $contact, 3, $bare, 1)',
    'link A/1/$contact/3/$bare: such kinds are not linked, or the other way round',
    'entity A/1/$contact: its link to company $bare is not in the change log',
    'entity A/3/$bare: its link to contact $contact is not in the change log',
    'entity_document A/3/$bare: is not the answer that the record has now',
  ],
  'a tag is not there': [
    'update entity_tag set tag_id = 999 where account_id = A and kind = 1 and entity_id = $tagged and position = 0',
    'entity_tag A/1/$tagged/0: the tag is not there, or one of another kind',
    'entity A/1/$tagged: its tags are not what the change log says',
  ],
  'a tag is there twice': [
    `insert into entity_tag (account_id, kind, entity_id, position, tag_id)
      select account_id, kind, entity_id, 9, tag_id from entity_tag where account_id = A and kind = 1 and entity_id = $tagged and position = 0`,
    'entity_tag A/1/$tagged/9: the record has the tag twice',
    'entity A/1/$tagged: its tags are not what the change log says',
  ],
  'a tag is not found by its name': [
    `update tag set folded = 'x' where account_id = A and id = $tag`,
    'tag A/$tag: is not found by its name',
  ],
  'a contact has a company’s id': [
    [
      'insert into entity (account_id, kind, id, name, responsible_user_id, created_by, updated_by, created_at, updated_at, closest_task_at, is_deleted, fields) ' +
        `select account_id, 1, id, name, responsible_user_id, 0, 0, 0, 0, 0, 1, '[]' from entity where account_id = A and kind = 3 and id = $company`,
      `insert into entity_search (account_id, kind, id, text) values (A, 1, $company, '')`,
    ],
    'entity A/1/$company: a contact and a company have the same id',
    'entity_search A/1/$company: is not the text of the record',
  ],
  'the responsible user is nobody': [
    [
      'update entity set responsible_user_id = 5 where account_id = A and kind = 1 and id = $contact',
      'update task set responsible_user_id = 5 where account_id = A and id = $task',
    ],
    'entity A/1/$contact: the responsible user is unknown',
    'task A/$task: the responsible user is unknown',
    'entity A/1/$contact: responsibleUserId is not what the change log says',
    'task A/$task: responsibleUserId is not what the change log says',
  ],
  'a lead stands in no stage': [
    'update entity set status_id = 5 where account_id = A and kind = 2 and id = $lead',
    'entity A/2/$lead: the stage is not one of the pipeline',
    'entity A/2/$lead: statusId is not what the change log says',
  ],
  'a lead stands in no pipeline': [
    'update entity set pipeline_id = 5 where account_id = A and kind = 2 and id = $lead',
    'entity A/2/$lead: the pipeline is unknown',
    'entity A/2/$lead: the stage is not one of the pipeline',
    'entity A/2/$lead: pipelineId is not what the change log says',
  ],
  'tasks and notes are about nothing': [
    [
      'update task set element_id = 999 where account_id = A and id = $task',
      'update task set result_note_id = 999 where account_id = A and id = $task',
      'update note set element_id = 999 where account_id = A and id = $note',
      'update entity set closest_task_at = 0 where account_id = A and kind = 1 and id = $subject',
    ],
    'task A/$task: what it is about is not there',
    'task A/$task: the note with its result is not there',
    'note A/$note: what it is about is not there',
    'note A/$note: element is not what the change log says',
    'task A/$task: element is not what the change log says',
    'task A/$task: resultNoteId is not what the change log says',
  ],
  'a value is of no field, and of no option': [
    `update entity set fields = '[{"fieldId":5,"values":[{"enumId":6}]}]' where account_id = A and kind = 1 and id = $contact`,
    'entity A/1/$contact: has a value of field 5, which never was',
    'entity A/1/$contact: has option 6 of field 5, which never was',
    'entity A/1/$contact: values is not what the change log says',
  ],
  'people are not there': [
    [
      `update session set user_id = 5 where account_id = A`,
      `update token set user_id = 5 where account_id = A and hash = 'issued in demo'`,
      'update oauth_grant set user_id = 5 where account_id = A',
      'update account_user set group_id = 5 where account_id = A and id = $person',
    ],
    'account_user A/$person: the group is unknown',
    'session A/session of demo: the user is unknown',
    'token A/issued in demo: the user is unknown',
    'oauth_grant A/of demo: the user is unknown',
  ],
  'a row names one that is not there, with foreign keys off': [
    'update webhook_delivery set webhook_id = 999 where account_id = A and id = $delivery',
    'webhook_delivery A/$delivery: account_id, webhook_id names no row of webhook',
  ],
  'a delivery tells of no change': [
    'update webhook_delivery set change_id = 999999 where account_id = A and id = $delivery',
    'webhook_delivery A/$delivery: the change that it tells of is not in the log',
  ],
  'the log cannot be read': [
    `update change_log set new_state = '{' where account_id = A and id = $change`,
    `change_log A/$change: a state is no JSON`,
  ],
  'values cannot be read': [
    `update entity set fields = '{' where account_id = A and kind = 1 and id = $contact`,
    'entity A/1/$contact: fields is no JSON',
    'account A: is not looked at any further: first, all JSON has to be readable',
  ],
  'rights, events and the like cannot be read': [
    [
      `update account_user set rights = '{' where account_id = A and id = $person`,
      `update import_progress set state = '' where account_id = A`,
    ],
    'account_user A/$person: rights is no JSON',
    'import_progress A/companies of demo: state is no JSON',
    'account A: is not looked at any further: first, all JSON has to be readable',
  ],
  'a copy is not finished': [
    `insert into copy_progress (scope, source, place, copied) values (A, 'x', '', 0)`,
    'copy_progress A: a copy into this database is not finished (docs/moving.md)',
  ],
  'a document of settings to come is kept': [
    'update entity_document set version = version + 2 where account_id = A and kind = 3 and id = $company',
    'entity_document A/3/$company: is not the answer that the record has now',
  ],
};

/** Damage to what is derived: what makes it again, and it is as before. */
const derivedDamages: Readonly<Record<string, Damage>> = {
  counts: [
    [
      'update entity_count set n = n + 1 where account_id = A and kind = 3 and level = 0 and bucket = $company / 256',
      'delete from entity_count where account_id = A and kind = 2 and level = 1 and bucket = $lead / 65536',
    ],
    'entity_count A/3/0/$bucket: the records are other than so many',
    'entity A/2/ID: is not counted (level 1)',
  ],
  closest: [
    'update entity set closest_task_at = 5 where account_id = A and kind = 3 and id = $bare',
    'entity A/3/$bare: the time of the nearest task is wrong',
    'entity_document A/3/$bare: is not the answer that the record has now',
  ],
  documents: [
    [
      'update entity_document set document = substr(document, 2) where account_id = A and kind = 3 and id = $company',
      'insert into entity_document (account_id, kind, id, version, document) select account_id, kind, 999, version, document from entity_document where account_id = A and kind = 3 and id = $company',
    ],
    'entity_document A/3/999: the record is not there',
    'entity_document A/3/$company: is not the answer that the record has now',
  ],
  texts: [
    [
      `update entity_search set text = 'x' where account_id = A and kind = 1 and id = $contact`,
      'delete from entity_search where account_id = A and kind = 2 and id = $lead',
      '@unindex 2 $lead',
      '@unindex 1 $contact',
      `insert into entity_search (account_id, kind, id, text) values (A, 3, 999, 'x')`,
    ],
    'entity A/2/$lead: has no search text',
    'entity_search A/3/999: the record is not there',
    'entity_search A/1/$contact: is not the text of the record',
  ],
  logins: [
    [
      'delete from login where account_id = A',
      `insert into login (login, account_id) values ('nobody@example.com', A)`,
    ],
    ...[101, 102, 103, 104, 105].map((id) => `account_user A/${id}: the login leads to no account`),
    'login A/nobody@example.com: nobody in the account has the login',
  ],
  webhooks: ['update account set has_webhooks = 0 where id = A', 'account A: whether it has webhooks is told wrongly'],
  counters: [
    [
      `update id_counter set next_id = 1 where account_id = A and sequence = 'change'`,
      `update id_counter set next_id = 2 where account_id = A and sequence = 'delivery'`,
      `update id_counter set next_id = 3 where account_id = A and sequence = 'link'`,
    ],
    'account A: the counter "link" is not above the last position of link',
    'account A: the counter "change" is not above the last id of change_log',
    'account A: the counter "delivery" is not above the last id of webhook_delivery',
  ],
};

const findIds = `select c.contact, l.first_id as owner,
  (select max(id) from entity where account_id = A and kind = 3 and is_deleted = 0) as company,
  (select max(id) / 256 from entity where account_id = A and kind = 3 and is_deleted = 0) as bucket,
  (select max(id) from entity where account_id = A and kind = 2) as lead,
  (select max(entity_id) from entity_tag where account_id = A and kind = 1) as tagged,
  (select max(id) from entity e where account_id = A and kind = 3 and is_deleted = 0 and closest_task_at = 0) as bare,
  (select max(id) from task where account_id = A and element_type = 1) as task,
  (select max(element_id) from task where account_id = A and element_type = 1 and id = (select max(id) from task where account_id = A and element_type = 1)) as subject,
  (select max(id) from note where account_id = A and note_type = 2) as note,
  (select max(id) from tag where account_id = A) as tag,
  (select max(id) from change_log where account_id = A and subject = 'note') as change,
  (select max(id) from account_user where account_id = A) as person,
  (select max(id) from webhook_delivery where account_id = A) as delivery
  from (select max(second_id) as contact from link where account_id = A and first_kind = 3 and second_kind = 1) c
  join link l on l.account_id = A and l.first_kind = 3 and l.second_kind = 1 and l.second_id = c.contact`;

for (const engine of ['SQLite', 'PostgreSQL'] as const) {
  describe(engine, () => {
    const place = { data: join(folder, 'data'), url: '', remove: async () => {} };
    const isSqlite = engine === 'SQLite';
    const where = () => (isSqlite ? place.data : place.url);
    const openRaw = () => (isSqlite ? openSqliteRaw(place.data, 'target') : openPostgresRaw(place.url, 'target'));
    const openStore = () => (isSqlite ? openSqlite(place.data) : openPostgres(place.url));
    let ids: Ids;

    before(async () => {
      if (!isSqlite) Object.assign(place, await newTestDatabase());
      const store = await openStore();
      await fillServer(store);
      await store.close();
    });
    after(() => place.remove());

    const says = (text: string) =>
      text.replace(/\bA\b/g, String(account)).replace(/\$(\w+)/g, (_, name) => String(ids[name]));
    const doDamage = async (db: Db, [statements]: Damage) => {
      // Foreign keys are looked at when a transaction ends, or not at all.
      await db.run(raw(isSqlite ? 'pragma defer_foreign_keys = on' : 'set local session_replication_role = replica'));
      for (const text of [statements].flat()) {
        const [, kind, id] = /^@unindex (\d+) (\S+)/.exec(says(text)) ?? [];
        if (kind) await db.dialect.unindexSearch(db, account, [{ kind: Number(kind), id: Number(id) }]);
        else await db.run(raw(says(text)));
      }
    };

    before(async () => {
      const send = await connect(where());
      [ids] = (await send(findIds.replace(/\bA\b/g, String(account)))) as [Ids];
      await send('end');
    });

    test('a server with something of everything is as it must be', async () => {
      assert.deepEqual(await undone(await openRaw(), async () => {}), []);
    });

    for (const [name, damage] of [...Object.entries(damages), ...Object.entries(derivedDamages)]) {
      test(`${name}: that is told, and nothing else`, async () => {
        const [, ...expected] = damage;
        const found = await undone(await openRaw(), (db) => doDamage(db, damage));
        // Of these there is one for each record.
        const told = new Set(found.map((line) => line.replace(/\d+(?=: is not counted)/, 'ID')));
        assert.deepEqual([...told].sort(), expected.map(says).sort());
      });
    }

    test('what is derived, all of it damaged, is made again, and everything is as it was', async () => {
      const answers = async () => {
        const store = await openStore();
        try {
          return await answersOf(store, 'demo');
        } finally {
          await store.close();
        }
      };
      const before = { rows: await readAllRows(where()), answers: await answers() };
      const database = await openRaw();
      await database.write(async (db) => {
        for (const damage of Object.values(derivedDamages)) await doDamage(db, damage);
      });
      await database.close();
      const check = (...flags: string[]) => {
        const args = ['check', isSqlite ? '--data' : '--database', where(), ...flags];
        const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
        return { status, lines: (stdout || stderr).trim().split('\n') };
      };
      const damaged = check();
      assert.equal(damaged.status, 1, damaged.lines.join('\n'));
      assert.match(damaged.lines.at(-1)!, /^\d+ problems; /);
      const all = Object.keys(derivedDamages).map((what) => `${what} of account ${account}`);
      const end = /^(\d+) problems; what can be made again by --rebuild: (.*)$/.exec(damaged.lines.at(-1)!);
      assert.deepEqual(end![2]!.split(', ').sort(), all.sort());
      assert.equal(Number(end![1]), damaged.lines.length - 1);
      const rebuilt = check('--rebuild');
      assert.deepEqual(
        [rebuilt.status, rebuilt.lines.at(-1)],
        [0, 'everything is as it must be'],
        rebuilt.lines.join('\n'),
      );
      assert.deepEqual(check(), { status: 0, lines: ['everything is as it must be'] });
      assert.deepEqual({ rows: await readAllRows(where()), answers: await answers() }, before);
    });
  });
}

async function undone(database: RawDatabase, damage: (db: Db) => Promise<void>): Promise<string[]> {
  const undo = new Error('undone');
  const problems: string[] = [];
  try {
    await database.write(async (db) => {
      await damage(db);
      problems.push(...(await problemsIn(database, db)));
      throw undo;
    });
  } catch (error) {
    if (error !== undo) throw error;
  } finally {
    await database.close();
  }
  return problems;
}

describe('the search index of SQLite', () => {
  const data = join(folder, 'search');
  const row = (kind: number, id: string) => `(${account} << 36) + (${kind} << 34) + ${id}`;
  const someone = `(select max(id) from entity where account_id = ${account} and kind = 1)`;
  const damage: Readonly<Record<string, readonly [statement: string, problem: RegExp]>> = {
    'lacks a text': [
      `delete from entity_trigram where rowid = ${row(1, someone)}`,
      /^entity_trigram \d+\/1\/\d+: the text is not found by all of its parts$/,
    ],
    'has one of no record': [
      `insert into entity_trigram (rowid, text) values (${row(0, '999')}, 'ромашка')`,
      /^entity_trigram \d+\/12\/999: is found by what is not in the text$/,
    ],
  };
  before(async () => {
    const store = await openSqlite(data);
    await fillServer(store);
    await store.close();
  });

  for (const [name, [statement, problem]] of Object.entries(damage)) {
    test(`${name}: that is told, and it is made again`, async () => {
      const damaging = await openSqliteRaw(data, 'target');
      await damaging.write((db) => db.run(raw(statement)));
      await damaging.close();
      const found = await undone(await openSqliteRaw(data, 'target'), async () => {});
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0]!, problem);
      const repairing = await openSqliteRaw(data, 'target');
      await repairAll(repairing, [{ what: 'trigrams', account: 0 }], () => undefined);
      await repairing.close();
      assert.deepEqual(await undone(await openSqliteRaw(data, 'target'), async () => {}), []);
      const send = await connect(data);
      const config = await send("select v from entity_trigram_config where k = 'deletemerge'");
      assert.equal(Number(config[0]!['v']), 0, 'as the migration set it');
      await send('end');
    });
  }

  test('damaged inside, it is made again; another schema is told', async () => {
    const database = new DatabaseSync(join(data, 'kontora.db'), { defensive: false });
    database.exec(
      'update entity_trigram_data set block = zeroblob(30) where id = (select max(id) from entity_trigram_data)',
    );
    const found = await undone(await openSqliteRaw(data, 'target'), async () => {});
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0]!, /^entity_trigram: /);
    const repairing = await openSqliteRaw(data, 'target');
    await repairAll(repairing, [{ what: 'trigrams', account: 0 }], () => undefined);
    await repairing.close();
    assert.deepEqual(await undone(await openSqliteRaw(data, 'target'), async () => {}), []);

    database.exec('drop index entity_by_updated; create table strange (a)');
    assert.deepEqual(await undone(await openSqliteRaw(data, 'target'), async () => {}), [
      'entity_by_updated: is not in the schema as the migrations make it',
      'strange: is none of the schema',
    ]);
    database.close();
  });

  test('a damaged file is told, and nothing is built on it', async () => {
    const send = await connect(data);
    const [index] = await send("select rootpage from sqlite_schema where name = 'entity_by_responsible'");
    const [size] = await send('pragma page_size');
    await send('end');
    const file = join(data, 'kontora.db');
    const bytes = readFileSync(file);
    const [page, pageSize] = [Number(index!['rootpage']), Number(size!['page_size'])];
    bytes.fill(0x55, (page - 1) * pageSize, page * pageSize);
    writeFileSync(file, bytes);
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'check', '--data', data], {
      encoding: 'utf8',
    });
    const lines = stdout.trim().split('\n');
    assert.deepEqual([status, stderr], [1, '']);
    assert.match(lines[0]!, /^file: /);
    assert.deepEqual(lines.slice(-2), [
      'file: nothing else is looked at: restore a backup',
      `${lines.length - 1} problems`,
    ]);
  });
});
