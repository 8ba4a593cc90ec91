import { findMigrations } from '../../src/store/migrate.ts';
import { type Db, insertRows, type Param, raw, sql } from '../../src/store/sql.ts';

// A database as a program of an earlier schema left it: its migrations, and rows in every table that there was, with the columns of then.

export const oldAccount = 7;
export const newestSchema = findMigrations('sqlite').at(-1)!.version;

type Engine = 'sqlite' | 'postgres';
type Values = Readonly<Record<string, Param>>;
/** The schema from which on there are such rows, their table, their values; `column@N`: a column that came with schema N. */
type OldRow = readonly [since: number, table: string, values: Values];

const a = { account_id: oldAccount };
const times = { created_by: 1, updated_by: 1, created_at: 1509000000, updated_at: 1509000001 };
const record = { ...a, ...times, responsible_user_id: 1, closest_task_at: 0, is_deleted: 0, fields: '[]' };
const phone = '[{"fieldId":1,"values":[{"value":"+7 912 345-67-89","enumId":1}]}]';
const token = { ...a, user_id: 1, created_at: 1509000000 };

const rows: readonly OldRow[] = [
  [
    1,
    'account',
    {
      ...{ id: oldAccount, subdomain: 'old', name: 'ООО «Старое»', currency: 'RUB', timezone: 'Europe/Moscow' },
      ...{ language: 'ru', wire: 'recorded', allowed_ips: '["10.0.0.0/8"]', settings_version: 5 },
    },
  ],
  [1, 'user_group', { ...a, id: 0, name: 'Отдел продаж' }],
  [
    1,
    'account_user',
    {
      ...{ ...a, id: 1, login: 'old@example.com', name: 'Ольга', last_name: null, group_id: 0, language: 'ru' },
      ...{
        phone: '',
        is_admin: 1,
        is_active: 1,
        rights: '{"company_view":"M"}',
        key_hash: 'sha256:a:b',
        'password_hash@16': 'p',
      },
    },
  ],
  [1, 'login', { login: 'old@example.com', ...a }],
  [1, 'session', { ...a, hash: 'old session', user_id: 1, expires_at: 1509999999 }],
  [1, 'token', { ...token, hash: 'old token' }],
  [
    1,
    'field',
    {
      ...{
        ...a,
        id: 1,
        name: 'Телефон',
        type: 8,
        code: 'PHONE',
        kinds: '["contact","company"]',
        sort: 2,
        is_system: 1,
      },
      ...{ 'origin@7': null, 'is_deletable@7': 0, 'is_deleted@7': 0 },
    },
  ],
  [
    7,
    'field',
    { ...a, id: 2, name: 'Бывшее', type: 1, code: '', kinds: '["lead"]', sort: 4, is_system: 0, is_deleted: 1 },
  ],
  [1, 'field_enum', { ...a, id: 1, field_id: 1, value: 'WORK', sort: 0 }],
  [1, 'entity', { ...record, kind: 3, id: 100, name: 'ООО «Ромашка»', fields: phone, closest_task_at: 0 }],
  [1, 'entity', { ...record, kind: 3, id: 101, name: 'Удалённая', is_deleted: 1 }],
  [1, 'entity', { ...record, kind: 1, id: 102, name: 'Ёжиков Иван' }],
  [
    3,
    'entity',
    {
      ...record,
      kind: 2,
      id: 1,
      name: 'Сделка',
      pipeline_id: 1,
      status_id: 143,
      sale: 9,
      closed_at: 5,
      loss_reason_id: 0,
    },
  ],
  [
    4,
    'entity',
    { ...record, kind: 12, id: 1, name: 'Покупатель', next_date: 6, next_price: 7, periodicity: 30, period_id: 1 },
  ],
  [
    1,
    'entity_search',
    { ...a, kind: 3, id: 100, text: 'ооо «ромашка»\n+7 912 345-67-89\n79123456789\n89123456789\n\n' },
  ],
  [1, 'entity_search', { ...a, kind: 3, id: 101, text: 'удаленная\n\n' }],
  [1, 'entity_search', { ...a, kind: 1, id: 102, text: 'ежиков иван\n\n' }],
  [3, 'entity_search', { ...a, kind: 2, id: 1, text: 'сделка\n\n' }],
  [4, 'entity_search', { ...a, kind: 12, id: 1, text: 'покупатель\n\n' }],
  [1, 'tag', { ...a, id: 1, kind: 3, name: 'Аренда', folded: 'аренда' }],
  [1, 'entity_tag', { ...a, kind: 3, entity_id: 100, position: 0, tag_id: 1 }],
  [1, 'link', { ...a, first_kind: 3, first_id: 100, second_kind: 1, second_id: 102, position: 1 }],
  [3, 'link', { ...a, first_kind: 3, first_id: 100, second_kind: 2, second_id: 1, position: 2 }],
  ...[0, 1].flatMap((level): OldRow[] => [
    [1, 'entity_count', { ...a, kind: 3, level, bucket: 0, n: 1 }],
    [1, 'entity_count', { ...a, kind: 1, level, bucket: 0, n: 1 }],
    [3, 'entity_count', { ...a, kind: 2, level, bucket: 0, n: 1 }],
    [4, 'entity_count', { ...a, kind: 12, level, bucket: 0, n: 1 }],
  ]),
  ...Object.entries({
    contact: 103,
    lead: 2,
    customer: 2,
    tag: 2,
    link: 3,
    change: 3,
    delivery: 2,
    task: 2,
    note: 2,
  }).map(([sequence, next_id]): OldRow => [1, 'id_counter', { ...a, sequence, next_id }]),
  [2, 'pipeline', { ...a, id: 1, name: 'Воронка', sort: 1, is_main: 1 }],
  [2, 'status', { ...a, pipeline_id: 1, id: 143, name: 'Закрыто', color: '#CCFF66', sort: 11000, is_editable: 0 }],
  [2, 'task_type', { ...a, id: 1, name: 'Звонок' }],
  [
    5,
    'task',
    {
      ...{ ...a, ...times, id: 1, element_type: 3, element_id: 100, responsible_user_id: 1, task_type: 1 },
      ...{ complete_till: 1510000000, text: 'Позвонить', is_completed: 1, result_note_id: 1, is_deleted: 0 },
    },
  ],
  [
    5,
    'note',
    {
      ...{ ...a, ...times, id: 1, element_type: 4, element_id: 1, note_type: 13, text: 'Позвонили', params: null },
      responsible_user_id: 1,
    },
  ],
  [
    6,
    'change_log',
    {
      ...{ ...a, id: 1, at: 1509000000, user_id: 1, subject: 'company', subject_id: 100, action: 'update' },
      ...{ old_state: '{"name":"Было"}', new_state: '{"name":"ООО «Ромашка»"}' },
    },
  ],
  [
    6,
    'change_log',
    {
      ...{ ...a, id: 2, at: 1509000001, user_id: 1, subject: 'company', subject_id: 101, action: 'delete' },
      ...{ old_state: '{"isDeleted":false}', new_state: '{"isDeleted":true}' },
    },
  ],
  [
    8,
    'integration',
    {
      id: 'shop',
      name: 'Магазин',
      redirect_uri: 'https://a.example/',
      secret_hash: 's',
      created_at: 1,
      'owner_id@17': null,
    },
  ],
  [8, 'token', { ...token, hash: 'issued', expires_at: 1509999999, integration_id: 'shop', family: 'f' }],
  [
    8,
    'oauth_grant',
    {
      ...{ ...a, hash: 'grant', kind: 'refresh', integration_id: 'shop', user_id: 1, family: 'f', salt: 's' },
      ...{ expires_at: 1509999999, used_at: null },
    },
  ],
  [9, 'loss_reason', { ...a, id: 9, name: 'Передумали' }],
  [10, 'webhook', { ...a, id: 1, url: 'https://a.example/hook', events: '["add_company"]', secret: 'k' }],
  [
    10,
    'webhook_delivery',
    {
      ...{ ...a, id: 1, webhook_id: 1, event: 'add_company', change_id: 1, subject: 'company', subject_id: 100 },
      ...{ body: null, status: 'pending', attempts: 1, next_at: 9, claimed_until: 0, created_at: 8 },
    },
  ],
  [10, 'webhook_attempt', { ...a, delivery_id: 1, attempt: 1, at: 8, code: 500, error: 'no' }],
  [11, 'sign_in_failure', { ...a, key: 'k', count: 3, until: 1509999999 }],
  [16, 'password_link', { ...a, hash: 'old link', user_id: 1, expires_at: 1509999999 }],
  [14, 'import_progress', { ...a, source: 'companies x', place: 12, state: '{"lines":1}' }],
];

/** The rows of a schema version, with the columns that it had. On PostgreSQL nobody had webhooks before 12: its migration says so. */
export function oldRows(version: number, engine: Engine): { table: string; values: Values }[] {
  const hooks = (table: string) => engine === 'postgres' && version < 12 && table.startsWith('webhook');
  return rows
    .filter(([since, table]) => since <= version && !hooks(table))
    .map(([, table, values]) => {
      const columns = Object.entries(values).map(([name, value]) => [...name.split('@'), value] as const);
      const there = columns.filter((column) => column.length === 2 || Number(column[1]) <= version);
      return { table, values: Object.fromEntries(there.map((column) => [column[0], column.at(-1)!])) };
    });
}

/** Fills an empty database as it was at a schema version. In a transaction of the caller's. */
export async function fillOld(db: Db, engine: Engine, version: number): Promise<void> {
  await db.run(
    raw(
      'create table schema_version (version integer not null, name text not null, constraint schema_version_pkey primary key (version))',
    ),
  );
  for (const { version: one, name, statements } of findMigrations(engine).filter((m) => m.version <= version)) {
    for (const statement of statements) await db.run(raw(statement));
    await db.run(sql`insert into schema_version (version, name) values (${one}, ${name})`);
  }
  for (const { table, values } of oldRows(version, engine)) {
    const names = Object.keys(values);
    const places = names.map(() => '?').join(', ');
    await db.run({
      text: `insert into ${table} (${names.join(', ')}) values (${places})`,
      params: Object.values(values),
    });
    const { kind, id, text } = values as { kind: number; id: number; text: string };
    if (table === 'entity_search') await db.dialect.indexSearch(db, oldAccount, [{ kind, id, text, isNew: true }]);
  }
  // An answer that was kept then, of settings that are past.
  await insertRows(
    db,
    oldAccount,
    'entity_document',
    { kind: 'integer', id: 'integer', version: 'integer', document: 'bytes' },
    [[3, 100, 0, '{"old":1}']],
  );
  if (version >= 12) await db.run(sql`update account set has_webhooks = 1 where id = ${oldAccount}`);
}
