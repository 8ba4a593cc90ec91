import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findMigrations } from '../../src/store/migrate.ts';
import { checkStatement, checkTransaction, type Tables } from '../support/distributed-rules.ts';
import { checkMigration, tablesIn } from '../support/migration-rules.ts';
import { checkSchema, type Table } from '../support/schema.ts';

const tables: Tables = {
  distributed: ['entity', 'task', 'note', 'tag', 'link', 'id_counter', 'session', 'webhook_delivery'],
  global: ['account', 'login'],
};
const keys = 'unnest($2::bigint[], $3::bigint[]) r (kind, id)';

describe('statements that stay on one machine', () => {
  const good = [
    'select id from entity where account_id = $1 and kind = $2 and id = any($3::bigint[]) order by id',
    'select id from entity where (account_id = $1 and kind = 2) and (id = 1 or id = 2)',
    'select id from entity where $1::bigint = entity.account_id',
    'select id from entity where account_id = 5',
    'select t.id from task t left join entity e on e.account_id = $1 and e.id = t.element_id where t.account_id = $1',
    'select t.id from entity e right join task t on e.account_id = $1 where t.account_id = $1',
    'select t.id from task t join entity e on e.account_id = t.account_id and e.id = t.element_id where t.account_id = $1',
    'select a.id from task a, task b, task c where a.account_id = b.account_id and b.account_id = c.account_id and c.account_id = $1',
    `select l.second_id from ${keys} join link l on l.account_id = $1 and l.first_id = r.id`,
    'select id from task t where t.account_id = $1 and exists (select 1 from entity e where e.account_id = t.account_id)',
    'select id from task t where t.account_id = $1 and not exists (select 1 from entity e where e.account_id = $1)',
    'select id from task where account_id = $1 and element_id in (select id from entity where account_id = $1)',
    'select (select count(*) from note n where n.account_id = $1 and n.element_id = t.id) from task t where t.account_id = $1',
    'select * from task t, lateral (select 1 from note n where n.account_id = $1 and n.element_id = t.id) x where t.account_id = $1',
    'select id from task where account_id = $1 union all select id from note where account_id = $1 order by 1 limit 5',
    'with recent as (select id from note where account_id = $1) select id from recent',
    'with recursive up as (select 1 as n union all select n + 1 from up where n < 5) select n from up',
    'select sum(n) over (order by id) - n from entity where account_id = $1',
    'select id from account order by id',
    'select a.id, e.id from account a join entity e on e.account_id = $1 and a.id = $1',
    'insert into session (account_id, hash) values ($1, $2)',
    'insert into session (hash, account_id) values ($2, $1::bigint), ($3, $1)',
    'insert into tag (account_id, id) select $1, r.id from unnest($2::bigint[]) r (id) where true returning 1',
    `insert into tag (account_id, id, name) select $1, r.id, coalesce(r.name, '') from unnest($2::bigint[], $3::text[]) r (id, name)
      on conflict (account_id, id) do update set name = excluded.name, n = tag.n + excluded.n returning id`,
    'insert into id_counter (account_id, sequence, next_id) values ($1, $2, 1) on conflict (account_id, sequence) do nothing',
    'update id_counter set next_id = next_id + $3 where account_id = $1 and sequence = $2 returning next_id - $3 as next',
    'update tag set name = r.name from unnest($2::bigint[], $3::text[]) r (id, name) where account_id = $1 and tag.id = r.id',
    'delete from entity where account_id = $1 and (kind, id) in (select r.kind, r.id from unnest($2::bigint[], $3::bigint[]) r (kind, id))',
    'delete from tag using note n where tag.account_id = $1 and n.account_id = $1 and n.id = tag.id',
    `with taken as (update id_counter set next_id = next_id + 1 where account_id = $1 returning next_id)
      insert into tag (account_id, id) select $1, next_id from taken returning id`,
    `update webhook_delivery set claimed_until = $2 where account_id = $1 and id in (select d.id from webhook_delivery d
      where d.account_id = $1 order by d.id limit 5) returning id`,
    'select next_id from id_counter where account_id = $1 for update',
    'select id from account where id = $1 for update',
    'select d.id from webhook_delivery d where d.account_id = $1 for update of d skip locked',
    'insert into login (login, account_id) values ($1, $2)',
    'begin isolation level repeatable read read only',
    'set transaction isolation level read committed',
    'savepoint a',
    'show server_encoding',
    'select 1 where $1 > 0.5 * 2',
  ];
  for (const text of good) test(text, () => assert.deepEqual(checkStatement(text, tables), []));
});

/** Each with the beginning of the one sentence, or of the sentences, that it has to bring about. */
type Bad = readonly (readonly [text: string, ...broken: string[]])[];

function eachIsCaught(bad: Bad, check: (text: string) => string[]): void {
  for (const [text, ...expected] of bad) {
    test(text, () => {
      const broken = check(text);
      assert.equal(broken.length, expected.length, broken.join('\n'));
      for (const [index, start] of expected.entries()) {
        assert.ok(broken[index]!.startsWith(start), `${broken[index]} is not ${start}`);
      }
    });
  }
}

describe('statements that break a rule', () => {
  const tie = (alias: string) => `rule 2: ${alias} is not tied`;
  const bad: Bad = [
    ['select id from entity', tie('entity')],
    ['select distinct account_id from webhook_delivery where next_at <= $1', tie('webhook_delivery')],
    ['select id from entity where account_id = $1 or id = $2', tie('entity')],
    ['select id from entity where not account_id = $1', tie('entity')],
    ['select id from entity where account_id in ($1)', tie('entity')],
    ['select id from entity where account_id = any($1)', tie('entity')],
    ['select id from entity where account_id = any(array[$1])', tie('entity')],
    ['select id from entity where account_id > $1', tie('entity')],
    ['select id from entity where (account_id, id) = ($1, $2)', tie('entity')],
    ['select id from entity where account_id::text = $1', tie('entity')],
    ['select id from entity where account_id = $1::text', tie('entity')],
    ['select id from entity where account_id = $1 + 1', tie('entity')],
    [
      "select id from entity where account_id = current_setting('app.x')::bigint",
      'rule 13: current_setting',
      tie('entity'),
    ],
    ['select id from entity where account_id = (select id from account where subdomain = $1)', tie('entity')],
    ['select id from entity group by id having max(account_id) = $1', tie('entity')],
    ['select id from account a join entity e on e.account_id = a.id where a.id = $1', tie('entity e')],
    ['select id from entity e where account_id = $1 and exists (select 1 from note)', tie('note')],
    ['select e.id from entity e join task t on t.id = e.id where e.account_id = $1', tie('task t')],
    ['select e.id from entity e join task t on t.id = e.id where account_id = $1', tie('entity e'), tie('task t')],
    [
      'select e.id from entity e join session s on s.account_id = e.account_id where s.hash = $1',
      tie('entity e'),
      tie('session s'),
    ],
    ['select e.id from entity e join task t using (account_id) where e.account_id = $1', tie('task t')],
    ['select e.id from entity e natural join task t where e.account_id = $1', tie('task t')],
    [
      'select e.id from entity e left join task t on t.id = e.id where e.account_id = $1 and t.account_id = $1',
      tie('task t'),
    ],
    ['select e.id from entity e left join task t on e.account_id = $1 and t.account_id = $1', tie('entity e')],
    [
      'select e.id from entity e left join task t on t.account_id = e.account_id where e.account_id = $1',
      tie('task t'),
    ],
    [
      'select e.id from entity e full join task t on e.account_id = $1 and t.account_id = $1',
      tie('entity e'),
      tie('task t'),
    ],
    [
      'select id from task t where account_id = $1 and element_id in (select id from entity e where e.account_id = t.account_id)',
      tie('entity e'),
    ],
    [
      'select (select count(*) from note n where n.account_id = t.account_id) from task t where t.account_id = $1',
      tie('note n'),
    ],
    [
      'select 1 from task t, lateral (select 1 from note n where n.account_id = t.account_id) x where t.account_id = $1',
      tie('note n'),
    ],
    [
      'select 1 from task t where t.account_id = $1 and not exists (select 1 from note n where n.account_id = t.account_id)',
      tie('note n'),
    ],
    [
      'select 1 from task t where t.account_id = $1 and (id = 1 or exists (select 1 from note n where n.account_id = t.account_id))',
      tie('note n'),
    ],
    [
      'select 1 from task t where exists (select 1 from note n where n.account_id = t.account_id)',
      tie('task t'),
      tie('note n'),
    ],
    ['select id from task where account_id = $1 union select id from note', tie('note')],
    ['select id from task where account_id = $1 order by (select max(id) from note)', tie('note')],
    ['with recent as (select id from note) select id from recent', tie('note')],
    ['with note as (select id from note) select id from note', tie('note')],
    ['select 1 from (select id from note) n where account_id = $1', tie('note')],
    ['update entity set name = $1 where id = $2', tie('entity')],
    ['update entity set name = t.text from task t where entity.account_id = $1 and t.id = entity.id', tie('task t')],
    ['update entity set name = (select text from task limit 1) where account_id = $1', tie('task')],
    ['delete from session where expires_at < $1', tie('session')],
    ['delete from tag using note n where tag.account_id = $1 and n.id = tag.id', tie('note n')],
    ['delete from tag where account_id = $1 returning (select count(*) from note)', tie('note')],
    ['insert into tag (id) values ($1)', 'rule 2: tag gets a row without account_id'],
    ['insert into tag values ($1, $2)', 'rule 2: tag gets a row without account_id'],
    ['insert into tag default values', 'rule 2: tag gets a row without account_id'],
    ['insert into tag (account_id, id) values ($1, 1), (default, 2)', 'rule 2: tag gets an account_id'],
    [
      'insert into tag (account_id, id) select r.account, r.id from unnest($1::bigint[], $2::bigint[]) r (account, id) returning 1',
      'rule 2: tag gets an account_id',
    ],
    [
      'insert into tag (account_id, id) select $1, 1 union all select id, 1 from account returning 1',
      'rule 2: tag gets an account_id',
    ],
    [
      'insert into tag (account_id, id) values ((select max(id) from account), 1)',
      'rule 2: tag gets an account_id',
      'rule 9: a subselect',
    ],
    ['insert into tag (account_id, id) select $1, id from note returning 1', tie('note')],
    ['insert into tag (account_id, id) values ($1, $2) on conflict (id) do nothing', 'rule 1: on conflict of tag'],
    [
      'insert into tag (account_id, id) values ($1, $2) on conflict (account_id, lower(name)) do nothing',
      'CockroachDB: on conflict of tag',
    ],
    ['update tag set account_id = $2 where account_id = $1', 'rule 1: tag.account_id is changed'],
    [
      'insert into tag (account_id) values ($1) on conflict (account_id) do update set account_id = 2',
      'rule 1: tag.account_id is changed',
    ],
    [
      'with e as (delete from entity where account_id = $1) update account set name = $2 where id = $1',
      'rule 3: account is written',
    ],
    [
      'update account set name = (select max(name) from entity where account_id = $1) where id = $1',
      'rule 8: a function',
      'rule 3: account is written',
    ],
    ["insert into tag (account_id, id) values ($1, nextval('ids'))", 'rule 5: nextval()'],
    ['update tag set name = lower(name) where account_id = $1', 'rule 8: a function is called in "set name"'],
    ['update tag set name = coalesce(name, $2) where account_id = $1', 'rule 8: a function is called in "set name"'],
    ['update tag set n = greatest(n, 1) where account_id = $1', 'rule 8: a function is called in "set n"'],
    ['update tag set at = now() where account_id = $1', 'rule 8: now()', 'rule 8: a function'],
    ['update tag set at = current_timestamp where account_id = $1', 'rule 8: current_timestamp'],
    ["update tag set at = 'now'::timestamptz where account_id = $1", "rule 8: 'now'"],
    [
      'insert into tag (account_id) values ($1) on conflict (account_id) do update set name = upper(excluded.name)',
      'rule 8: a function is called in "do update set name"',
    ],
    [
      'insert into tag (account_id) values ($1) on conflict (account_id) do update set n = (select 1)',
      'rule 8: a subselect stands',
    ],
    ['insert into tag (account_id, id) values ($1, random())', 'rule 8: random()'],
    ['insert into tag (account_id, id) values ($1, gen_random_uuid())', 'rule 8: gen_random_uuid()'],
    ['select clock_timestamp()', 'rule 8: clock_timestamp()'],
    ['insert into tag (account_id, id) select $1, id from unnest($2::bigint[]) r (id)', 'rule 9: tag gets rows'],
    [
      'insert into tag (account_id, id) select $1, id from unnest($2::bigint[]) r (id) on conflict (account_id, id) do nothing',
      'rule 9: tag gets rows',
    ],
    ['insert into tag (account_id, id) values ($1, (select 1))', 'rule 9: a subselect'],
    ['merge into tag using (values (1)) v (id) on tag.id = v.id when matched then do nothing', 'rule 9: merge'],
    ['copy tag from stdin', 'rule 9: copy'],
    [
      'with i as (insert into tag (account_id, id) values ($1, 1)) select count(*) from tag where account_id = $1',
      'rule 11: tag is read',
    ],
    [
      'with i as (delete from tag where account_id = $1) insert into tag (account_id, id) values ($1, 2)',
      'rule 11: tag is modified twice',
    ],
    [
      'with i as (delete from tag where account_id = $1), j as (update tag set n = 1 where account_id = $1) select 1',
      'rule 11: tag is modified twice',
    ],
    ['select pg_advisory_xact_lock($1)', 'rule 13: pg_advisory_xact_lock()'],
    ['select pg_catalog.pg_try_advisory_lock($1)', 'rule 13: pg_try_advisory_lock()'],
    ["select set_config('a.b', $1, true)", 'rule 13: set_config()'],
    ["select pg_notify('a', $1)", 'rule 13: pg_notify()'],
    ['listen changes', 'rule 13: ListenStmt'],
    ['notify changes', 'rule 13: NotifyStmt'],
    ["set local lock_timeout = '5s'", 'rule 13: lock_timeout is set'],
    ['set transaction isolation level serializable', 'rule 13: a transaction is serializable'],
    ['begin isolation level serializable', 'rule 13: a transaction is serializable'],
    ["prepare transaction 'a'", 'rule 13: a transaction is prepared'],
    ['lock table tag', 'rule 13: LockStmt'],
    ['select id from account for update', 'rule 13: rows of account'],
    ['select login from login where login = $1 for update', 'rule 13: rows of login'],
    ['select id from tag where id = $1 for update', tie('tag'), 'rule 13: rows of tag'],
    ['select t.id from account a, tag t where t.account_id = $1 for update', 'rule 13: rows of account'],
    ['select 1; select 2', 'rule 14: 2 statements'],
    ['create table x (id int)', 'rule 14: CreateStmt'],
    ['truncate tag', 'rule 14: TruncateStmt'],
    ['select 1 from somewhere', 'rule 14: somewhere is said'],
    ["select reltuples from pg_class where relname = 'tag'", 'rule 15: the catalogue'],
    ["select pg_total_relation_size('tag')", 'rule 15: pg_total_relation_size()'],
    ['select id / 2 from tag where account_id = $1', 'CockroachDB: a division'],
  ];
  eachIsCaught(bad, (text) => checkStatement(text, tables));

  test('two accounts in one statement, when the values are known', () => {
    const text = 'select t.id from task t join note n on n.account_id = $2 where t.account_id = $1';
    assert.deepEqual(checkStatement(text, tables, [7, 7]), []);
    assert.deepEqual(checkStatement(text, tables, [7, 8]), ['rule 13: the accounts 7, 8 in one statement']);
  });

  test('a global table that is written late in its transaction', () => {
    const account = 'update account set name = $2 where id = $1';
    const tag = 'insert into tag (account_id, id) values ($1, $2)';
    assert.deepEqual(checkTransaction([account, tag], tables), []);
    assert.deepEqual(checkTransaction([tag, 'select id from account', tag], tables), []);
    assert.deepEqual(checkTransaction([tag, account], tables), [
      'rule 3: account is written after tag; global tables are written first in a transaction',
    ]);
  });

  test('what cannot be read is no good statement', () => {
    assert.throws(() => checkStatement('select from where', tables), /syntax error/);
  });
});

describe('migrations that can be done to tables that are spread', () => {
  const key = 'constraint tag_pkey primary key (account_id, id)';
  const good = [
    `create table tag (account_id bigint not null constraint tag_account references account (id), id bigint not null, ${key})`,
    `create table tag (account_id bigint not null, id bigint, low text generated always as (lower(name)) stored, ${key},
      constraint tag_link foreign key (account_id, id) references link (account_id, id) on delete cascade,
      constraint tag_id check (id in (1, 2)), constraint tag_name unique (account_id, name))`,
    'create table login (login text not null, constraint login_pkey primary key (login))',
    'alter table tag add column color text',
    'alter table tag add column n bigint not null default 0',
    'alter table tag add constraint tag_n check (n > 0)',
    'create unique index tag_one on tag (account_id, lower(name)) where n = 1',
    'create index tag_n on tag (n)',
    'create index tag_search on tag using gin (account_id, name gin_trgm_ops)',
    'drop index tag_n',
    'create extension if not exists pg_trgm',
    'update tag set n = 1 where account_id = 1',
  ];
  for (const text of good) test(text, () => assert.deepEqual(checkMigration(text, tables), []));

  const migrations = findMigrations('postgres');
  const known = tablesIn(migrations.flatMap(({ statements }) => statements));
  assert.deepEqual([known.distributed.length > 20, known.global.length], [true, 5]);
  for (const { version, statements } of migrations) {
    test(`those of version ${version}`, () => {
      assert.deepEqual(
        statements.flatMap((text) => checkMigration(text, known)),
        [],
      );
    });
  }
});

describe('migrations that break a rule', () => {
  const account = 'account_id bigint not null';
  const key = 'constraint tag_pkey primary key (account_id, id)';
  const bad: Bad = [
    [`create table tag (account_id bigint, id bigint, ${key})`, 'rule 1: tag has no "account_id'],
    [`create table tag (account_id integer not null, id bigint, ${key})`, 'rule 1: tag has no "account_id'],
    [
      'create table tag (id bigint constraint tag_pkey primary key)',
      'rule 1: tag has no "account_id',
      "rule 1: tag's key (id)",
    ],
    [`create table tag (${account}, id bigint)`, 'rule 1: tag has no primary key'],
    [
      `create table tag (${account}, id bigint, constraint tag_pkey primary key (id, account_id))`,
      "rule 1: tag's key (id, account_id)",
    ],
    [`create table tag (${account}, id bigint, ${key}, constraint tag_name unique (name))`, "rule 1: tag's key (name)"],
    [`create table tag (${account}, name text constraint tag_name unique, ${key})`, "rule 1: tag's key (name)"],
    ['create unique index tag_one on tag (name)', 'rule 1: the unique index tag_one'],
    ['create unique index tag_one on tag (lower(name), account_id)', 'rule 1: the unique index tag_one'],
    ['alter table tag add constraint tag_one unique using index tag_two', "rule 1: tag's key tag_one"],
    ['alter table tag add constraint tag_link foreign key (id) references link (id)', "rule 1: tag's key to link"],
    [
      'alter table tag add constraint tag_link foreign key (account_id, id) references link (id, account_id)',
      "rule 1: tag's key to link",
    ],
    [
      'alter table tag add constraint tag_link foreign key (id, account_id) references link (id, account_id)',
      "rule 1: tag's key to link",
    ],
    ['alter table tag drop column account_id', 'rule 1: tag.account_id is changed'],
    ['alter table tag alter column account_id type text', 'rule 1: tag.account_id is changed'],
    ['alter table tag rename column account_id to owner', 'rule 1: tag.account_id is renamed'],
    ['alter table tag add column account_id bigint', 'rule 1: tag gets account_id later'],
    [`create table tag (like entity, ${account}, ${key})`, 'rule 1: tag takes columns'],
    [
      'alter table login add constraint login_session foreign key (account_id, hash) references session (account_id, hash)',
      'rule 3: login points at session',
    ],
    [`create table tag (${account}, id bigserial, ${key})`, 'rule 5: tag.id is bigserial'],
    [`create table tag (${account}, id bigint generated always as identity, ${key})`, 'rule 5: tag.id is an identity'],
    [`create table tag (${account}, id bigint default nextval('ids'), ${key})`, 'rule 5: nextval()'],
    ['alter table tag add column n serial', 'rule 5: tag.n is serial'],
    ['alter table tag alter column n add generated always as identity', 'rule 5: tag.n becomes'],
    ["alter table tag alter column n set default nextval('ids')", 'rule 5: nextval()'],
    ['create sequence ids', 'rule 5: a sequence'],
    ...['set null', 'set default', 'restrict'].map((action): [string, string] => [
      `alter table tag add constraint tag_link foreign key (account_id, id) references link (account_id, id) on delete ${action}`,
      "rule 6: tag's key to link neither",
    ]),
    [
      'alter table tag add constraint tag_link foreign key (account_id, id) references link (account_id, id) on update cascade',
      "rule 6: tag's key to link acts",
    ],
    ['create trigger a before insert on tag for each row execute function b()', 'rule 7: CreateTrigStmt'],
    ['create rule a as on insert to tag do nothing', 'rule 7: RuleStmt'],
    ['create function a() returns int language sql as $$select 1$$', 'rule 7: CreateFunctionStmt'],
    ['do $$begin end$$', 'rule 7: DoStmt'],
    ['create materialized view a as select 1', 'rule 7: a table or view'],
    ['create table tag as select 1 as id', 'rule 7: a table or view'],
    [`create table tag (${account}, ${key}) inherits (link)`, 'rule 7: tag inherits'],
    [`create table tag (${account}, ${key}) partition by hash (account_id)`, 'rule 7: tag inherits'],
    [
      `create table tag (${account}, ${key}, constraint tag_x exclude using gist (n with =))`,
      'rule 7: tag gets an exclusion',
    ],
    [`create table tag (${account}, at timestamptz default now(), ${key})`, 'rule 8: now()'],
    ['alter table tag add column at date default current_date', 'rule 8: current_date'],
    ['alter table tag enable row level security', 'rule 13: tag is guarded'],
    ['create policy a on tag', 'rule 13: CreatePolicyStmt'],
    [
      `create table tag (${account}, id bigint, primary key (account_id, id))`,
      'rule 14: tag gets a constraint without',
    ],
    [`create table tag (${account} references account (id), ${key})`, 'rule 14: tag gets a constraint without'],
    [`create table tag (${account}, n bigint check (n > 0), ${key})`, 'rule 14: tag gets a constraint without'],
    ['alter table tag add unique (account_id, name)', 'rule 14: tag gets a constraint without'],
    ['alter table tag add column n bigint constraint tag_n check (n > 0)', 'rule 14: tag.n is added with CONSTR_CHECK'],
    ['alter table tag add column n text constraint tag_n unique', 'rule 14: tag.n is added with CONSTR_UNIQUE'],
    [
      'alter table tag add column n text constraint tag_n references login (login)',
      'rule 14: tag.n is added with CONSTR_FOREIGN',
    ],
    ['alter table tag add column n bigint, add constraint tag_n check (n > 0)', 'rule 14: tag is changed in 2 ways'],
    ['alter table tag rename constraint a to b', 'rule 14: the constraint a is renamed'],
    ['alter table tag alter column name set storage plain', 'rule 14: the storage of tag'],
    ['alter table tag set (fillfactor = 50)', 'rule 14: the storage of tag'],
    ['create index on tag (name)', 'rule 14: an index of tag has no name'],
    ['create table new (id bigint, constraint new_pkey primary key (id))', 'rule 14: new is said'],
    ['alter table tag owner to somebody', 'rule 14: AT_ChangeOwner'],
    ['create index a on tag (n); drop index b', 'rule 14: 2 statements'],
    ['vacuum tag', 'rule 14: VacuumStmt'],
    ['update tag set n = 1', 'rule 2: tag is not tied'],
    [`create table tag (${account}, name text collate "C", ${key})`, 'CockroachDB: a collation'],
    ['create index a on tag (account_id, name collate "C")', 'CockroachDB: a collation'],
    ['create domain a as text', 'CockroachDB: CreateDomainStmt'],
  ];
  eachIsCaught(bad, (text) => checkMigration(text, tables));
});

describe('schemas that break a rule', () => {
  const login: Table = {
    ...{ name: 'login', columns: [], primaryKey: ['login'], uniques: [], indexes: [], foreignKeys: [], checks: [] },
  };
  const account = { name: 'account_id', type: 'bigint', nullable: false, default: null };
  const tag: Table = {
    ...{ name: 'tag', columns: [account], primaryKey: ['account_id', 'id'], indexes: [], checks: [] },
    uniques: [{ columns: ['account_id', 'name'], where: null }],
    foreignKeys: [reference('tag', ['account_id', 'id'])],
  };
  const small: Tables = { distributed: ['tag'], global: ['login'] };

  function reference(table: string, columns: string[], onDelete = 'cascade', onUpdate = 'no action') {
    return { columns, table, to: columns, onDelete, onUpdate };
  }

  test('a sound one breaks none', () => assert.deepEqual(checkSchema([login, tag], small), []));

  const bad: readonly [string, Table[], string][] = [
    ['a table less', [login], 'rule 14: tag is said to be there'],
    ['a table more', [login, tag, { ...login, name: 'more' }], 'rule 14: more is said to be neither'],
    ['no account', [login, { ...tag, columns: [] }], 'rule 1: tag has no account_id'],
    [
      'a small account',
      [login, { ...tag, columns: [{ ...account, type: 'integer' }] }],
      'rule 1: tag has no account_id',
    ],
    [
      'an empty account',
      [login, { ...tag, columns: [{ ...account, nullable: true }] }],
      'rule 1: tag has no account_id',
    ],
    ['a wide key', [login, { ...tag, primaryKey: ['id'] }], "rule 1: tag's key (id)"],
    ['no key', [login, { ...tag, primaryKey: [] }], "rule 1: tag's key ()"],
    ['a wide unique', [login, { ...tag, uniques: [{ columns: ['name'], where: null }] }], "rule 1: tag's key (name)"],
    ['a wide reference', [login, { ...tag, foreignKeys: [reference('tag', ['id'])] }], "rule 1: tag's key to tag"],
    [
      'set null',
      [login, { ...tag, foreignKeys: [reference('login', ['l'], 'set null')] }],
      "rule 6: tag's key to login",
    ],
    [
      'update cascade',
      [login, { ...tag, foreignKeys: [reference('login', ['l'], 'cascade', 'cascade')] }],
      "rule 6: tag's key to login",
    ],
    [
      'a global table that points at an account',
      [{ ...login, foreignKeys: [reference('tag', ['account_id', 'id'])] }, tag],
      'rule 3: login points at tag',
    ],
  ];
  for (const [title, schema, start] of bad) {
    test(title, () => {
      const [broken, ...more] = checkSchema(schema, small);
      assert.ok(broken?.startsWith(start), broken);
      assert.deepEqual(more, []);
    });
  }
});
