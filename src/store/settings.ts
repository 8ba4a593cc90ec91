import type { Account, LossReason, Settings, TaskType, User } from '../crm/account.ts';
import type { CustomField } from '../crm/custom-field.ts';
import type { KindName } from '../crm/entity.ts';
import type { FieldCounts } from '../crm/field-bounds.ts';
import { kinds } from '../crm/kinds.ts';
import type { Pipeline } from '../crm/pipeline.ts';
import type { Rights } from '../crm/rights.ts';
import type { Credentials, ReadTx, Stage, WriteTx } from '../crm/store.ts';
import { takeIds } from './ids.ts';
import { type Columns, type Db, insertRows, namesOf, type Sql, sql } from './sql.ts';

type Reads = Pick<
  ReadTx,
  | 'accounts'
  | 'firstAccount'
  | 'findAccount'
  | 'findAccountBySubdomain'
  | 'accountsOfLogin'
  | 'findCredentials'
  | 'stagesInUse'
  | 'countFieldsEver'
>;
type Writes = Pick<
  WriteTx,
  | 'nextIds'
  | 'addAccount'
  | 'setAllowedIps'
  | 'setCounter'
  | 'addGroups'
  | 'renameGroup'
  | 'removeGroup'
  | 'addUser'
  | 'setUser'
  | 'setLogin'
  | 'addFields'
  | 'setField'
  | 'removeFields'
  | 'savePipelines'
  | 'removePipelines'
  | 'addTaskTypes'
  | 'addLossReasons'
>;

const accountColumns: Sql = sql`id, subdomain, name, currency, timezone, language, wire, allowed_ips`;

interface AccountRow extends Omit<Account, 'allowedIps'> {
  readonly allowed_ips: string | null;
}

function accountOf({ allowed_ips, ...account }: AccountRow): Account {
  return { ...account, allowedIps: allowed_ips === null ? null : (JSON.parse(allowed_ips) as string[]) };
}

export function settingsReads(db: Db): Reads {
  return {
    accounts: async () =>
      (await db.all<AccountRow>(sql`select ${accountColumns} from account order by id`)).map(accountOf),
    async firstAccount() {
      const [first] = await db.all<{ id: number }>(sql`select id from account order by id limit 1`);
      return first?.id;
    },
    async findAccount(id) {
      const [row] = await db.all<AccountRow>(sql`select ${accountColumns} from account where id = ${id}`);
      return row && accountOf(row);
    },
    async findAccountBySubdomain(subdomain) {
      const [row] = await db.all<AccountRow>(sql`select ${accountColumns} from account where subdomain = ${subdomain}`);
      return row && accountOf(row);
    },
    async accountsOfLogin(login) {
      const rows = await db.all<{ id: number }>(
        sql`select account_id as id from login where login = ${login} order by account_id`,
      );
      return rows.map((row) => row.id);
    },
    async findCredentials(account, login) {
      const [row] = await db.all<Credentials>(sql`select id as "userId", key_hash as "keyHash",
        password_hash as "passwordHash" from account_user where account_id = ${account} and login = ${login}`);
      return row;
    },
    stagesInUse: (account) =>
      db.all<Stage>(sql`select distinct pipeline_id as "pipelineId", status_id as "statusId" from entity
        where account_id = ${account} and kind = ${kinds.lead.elementType} and pipeline_id is not null`),
    async countFieldsEver(account) {
      const [counts] =
        await db.all<FieldCounts>(sql`select (select count(*) from field where account_id = ${account}) as fields,
        (select count(*) from field_enum where account_id = ${account}) as options`);
      return counts!;
    },
  };
}

/** Grows with every change of the account's settings. */
export async function findSettingsVersion(db: Db, account: number): Promise<number> {
  const [row] = await db.all<{ version: number }>(
    sql`select settings_version as version from account where id = ${account}`,
  );
  return row?.version ?? 0;
}

/** No document that was kept holds any more. */
export function settingsChanged(db: Db, account: number): Promise<void> {
  return db.run(sql`update account set settings_version = settings_version + 1 where id = ${account}`);
}

export async function loadSettings(db: Db, account: number): Promise<Settings> {
  const version = await findSettingsVersion(db, account);
  const groups = await db.all<{ id: number; name: string }>(
    sql`select id, name from user_group where account_id = ${account} order by id`,
  );
  const users =
    await db.all<UserRow>(sql`select id, login, name, last_name, group_id, language, phone, is_admin, is_active, rights
    from account_user where account_id = ${account} order by id`);
  const fields = await db.all<FieldRow>(sql`select ${namesOf(fieldColumns)}
    from field where account_id = ${account} and is_deleted = 0 order by sort, id`);
  const enums = await enumsOf(db, account, fields);
  const pipelines = await db.all<PipelineRow>(
    sql`select id, name, sort, is_main from pipeline where account_id = ${account} order by sort, id`,
  );
  const statuses = await db.all<StatusRow>(sql`select pipeline_id, id, name, color, sort, is_editable
    from status where account_id = ${account} order by sort, id`);
  const taskTypes = await db.all<TaskType>(
    sql`select id, name from task_type where account_id = ${account} order by id`,
  );
  const lossReasons = await db.all<LossReason>(
    sql`select id, name from loss_reason where account_id = ${account} order by id`,
  );
  return {
    version,
    lossReasons: new Map(lossReasons.map((reason) => [reason.id, reason])),
    pipelines: new Map(pipelines.map((row) => [row.id, pipelineOf(row, statuses)])),
    taskTypes: new Map(taskTypes.map((type) => [type.id, type])),
    groups: new Map(groups.map((group) => [group.id, group])),
    users: new Map(users.map((row) => [row.id, userOf(row)])),
    fields: new Map(fields.map((row) => [row.id, fieldOf(row, enums.get(row.id) ?? [])])),
  };
}

/** Fields that are in the settings no more; records may have values of them. */
export async function findRemovedFields(db: Db, account: number): Promise<CustomField[]> {
  const fields = await db.all<FieldRow>(
    sql`select ${namesOf(fieldColumns)} from field where account_id = ${account} and is_deleted = 1 order by sort, id`,
  );
  const enums = await enumsOf(db, account, fields);
  return fields.map((row) => fieldOf(row, enums.get(row.id) ?? []));
}

/** Options of these fields alone, in their order: those of deleted ones may be many more. */
async function enumsOf(db: Db, account: number, fields: readonly FieldRow[]): Promise<Map<number, EnumRow[]>> {
  const ids = fields.map(({ id }) => id);
  const rows = await db.all<EnumRow>(sql`select id, field_id, value from field_enum
    where account_id = ${account} and ${db.dialect.isIn(sql`field_id`, ids)} order by sort, id`);
  return Map.groupBy(rows, (row) => row.field_id);
}

interface UserRow {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly last_name: string | null;
  readonly group_id: number;
  readonly language: 'ru' | 'en';
  readonly phone: string;
  readonly is_admin: number;
  readonly is_active: number;
  readonly rights: string;
}

function userOf(row: UserRow): User {
  return {
    id: row.id,
    login: row.login,
    name: row.name,
    lastName: row.last_name,
    groupId: row.group_id,
    language: row.language,
    phone: row.phone,
    isAdmin: row.is_admin === 1,
    isActive: row.is_active === 1,
    rights: JSON.parse(row.rights) as Rights,
  };
}

interface FieldRow {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  readonly code: string;
  readonly kinds: string;
  readonly sort: number;
  readonly is_system: number;
  readonly origin: string | null;
  readonly is_editable: number;
  readonly is_required: number;
  readonly is_deletable: number;
  readonly is_visible: number;
}

interface EnumRow {
  readonly id: number;
  readonly field_id: number;
  readonly value: string;
}

const fieldColumns = {
  ...{ id: 'integer', name: 'text', type: 'integer', code: 'text', kinds: 'text', sort: 'integer' },
  ...{ is_system: 'integer', origin: 'text', is_editable: 'integer', is_required: 'integer' },
  ...{ is_deletable: 'integer', is_visible: 'integer' },
} as const satisfies Columns;
const enumColumns = { id: 'integer', field_id: 'integer', value: 'text', sort: 'integer' } as const;
const pipelineColumns = { id: 'integer', name: 'text', sort: 'integer', is_main: 'integer' } as const;
const statusColumns = {
  ...{ pipeline_id: 'integer', id: 'integer', name: 'text', color: 'text', sort: 'integer' },
  is_editable: 'integer',
} as const satisfies Columns;

function fieldOf(row: FieldRow, enums: readonly EnumRow[]): CustomField {
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    code: row.code,
    kinds: JSON.parse(row.kinds) as KindName[],
    sort: row.sort,
    isSystem: row.is_system === 1,
    origin: row.origin,
    isEditable: row.is_editable === 1,
    isRequired: row.is_required === 1,
    isDeletable: row.is_deletable === 1,
    isVisible: row.is_visible === 1,
    enums: enums.map(({ id, value }) => ({ id, value })),
  };
}

interface PipelineRow {
  readonly id: number;
  readonly name: string;
  readonly sort: number;
  readonly is_main: number;
}

interface StatusRow {
  readonly pipeline_id: number;
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly sort: number;
  readonly is_editable: number;
}

function pipelineOf({ id, name, sort, is_main }: PipelineRow, statuses: readonly StatusRow[]): Pipeline {
  const own = statuses
    .filter((row) => row.pipeline_id === id)
    .map(({ id, name, color, sort, is_editable }) => ({ id, name, color, sort, isEditable: is_editable === 1 }));
  return { id, name, sort, isMain: is_main === 1, statuses: new Map(own.map((status) => [status.id, status])) };
}

export function settingsWrites(db: Db): Writes {
  const { isIn } = db.dialect;
  const changed = (account: number) => settingsChanged(db, account);
  return {
    nextIds: (account, sequence, count) => takeIds(db, account, sequence, count),

    async addAccount(account) {
      const { id, subdomain, name, currency, timezone, language, wire, allowedIps } = account;
      const ips = allowedIps && JSON.stringify(allowedIps);
      await db.run(sql`insert into account (${accountColumns})
        values (${id}, ${subdomain}, ${name}, ${currency}, ${timezone}, ${language}, ${wire}, ${ips})`);
    },

    async setAllowedIps(account, ips) {
      const list = ips && JSON.stringify(ips);
      await db.run(sql`update account set allowed_ips = ${list} where id = ${account}`);
    },

    async setCounter(account, sequence, next) {
      await db.run(sql`insert into id_counter (account_id, sequence, next_id) values (${account}, ${sequence}, ${next})
        on conflict (account_id, sequence) do update set next_id = excluded.next_id`);
    },

    async addGroups(account, groups) {
      for (const { id, name } of groups) {
        await db.run(sql`insert into user_group (account_id, id, name) values (${account}, ${id}, ${name})`);
      }
      await changed(account);
    },

    async renameGroup(account, { id, name }) {
      await db.run(sql`update user_group set name = ${name} where account_id = ${account} and id = ${id}`);
      await changed(account);
    },

    async removeGroup(account, id, other) {
      await db.run(sql`update account_user set group_id = ${other} where account_id = ${account} and group_id = ${id}`);
      await db.run(sql`delete from user_group where account_id = ${account} and id = ${id}`);
      await changed(account);
    },

    async addUser(account, user, keyHash) {
      await db.run(sql`insert into login (login, account_id) values (${user.login}, ${account})`);
      await db.run(sql`insert into account_user
        (account_id, id, login, name, last_name, group_id, language, phone, is_admin, is_active, rights, key_hash)
        values (${account}, ${user.id}, ${user.login}, ${user.name}, ${user.lastName}, ${user.groupId}, ${user.language},
          ${user.phone}, ${Number(user.isAdmin)}, ${Number(user.isActive)}, ${JSON.stringify(user.rights)}, ${keyHash})`);
      await changed(account);
    },

    async setUser(account, user) {
      await db.run(sql`update account_user set name = ${user.name}, last_name = ${user.lastName}, group_id = ${user.groupId},
          language = ${user.language}, phone = ${user.phone}, is_admin = ${Number(user.isAdmin)},
          is_active = ${Number(user.isActive)}, rights = ${JSON.stringify(user.rights)}
        where account_id = ${account} and id = ${user.id}`);
      await changed(account);
    },

    async setLogin(account, userId, from, to) {
      await db.run(sql`delete from login where login = ${from} and account_id = ${account}`);
      await db.run(sql`insert into login (login, account_id) values (${to}, ${account})`);
      await db.run(sql`update account_user set login = ${to} where account_id = ${account} and id = ${userId}`);
      await changed(account);
    },

    async addFields(account, fields) {
      await insertRows(db, account, 'field', fieldColumns, fields.map(fieldRow));
      const enums = fields.flatMap(({ id, enums }) =>
        enums.map((option, index) => [option.id, id, option.value, index]),
      );
      await insertRows(db, account, 'field_enum', enumColumns, enums);
      await changed(account);
    },

    async setField(account, { id, name, sort, enums }) {
      await db.run(sql`update field set name = ${name}, sort = ${sort} where account_id = ${account} and id = ${id}`);
      await insertRows(
        db,
        account,
        'field_enum',
        enumColumns,
        enums.map((option, index) => [option.id, id, option.value, index]),
        ['id'],
      );
      await changed(account);
    },

    async removeFields(account, ids) {
      await db.run(sql`update field set is_deleted = 1 where account_id = ${account} and ${isIn(sql`id`, ids)}`);
      await changed(account);
    },

    async savePipelines(account, pipelines) {
      const rows = pipelines.map(({ id, name, sort, isMain }) => [id, name, sort, Number(isMain)]);
      await insertRows(db, account, 'pipeline', pipelineColumns, rows, ['id']);
      const ids = pipelines.map(({ id }) => id);
      await db.run(sql`delete from status where account_id = ${account} and ${isIn(sql`pipeline_id`, ids)}`);
      await insertRows(db, account, 'status', statusColumns, pipelines.flatMap(statusRows));
      await changed(account);
    },

    async removePipelines(account, ids) {
      await db.run(sql`delete from status where account_id = ${account} and ${isIn(sql`pipeline_id`, ids)}`);
      await db.run(sql`delete from pipeline where account_id = ${account} and ${isIn(sql`id`, ids)}`);
      await changed(account);
    },

    async addLossReasons(account, reasons) {
      for (const { id, name } of reasons) {
        await db.run(sql`insert into loss_reason (account_id, id, name) values (${account}, ${id}, ${name})`);
      }
      await changed(account);
    },

    async addTaskTypes(account, types) {
      for (const { id, name } of types) {
        await db.run(sql`insert into task_type (account_id, id, name) values (${account}, ${id}, ${name})`);
      }
      await changed(account);
    },
  };
}

function fieldRow(field: CustomField) {
  return [
    field.id,
    field.name,
    field.type,
    field.code,
    JSON.stringify(field.kinds),
    field.sort,
    Number(field.isSystem),
    field.origin,
    Number(field.isEditable),
    Number(field.isRequired),
    Number(field.isDeletable),
    Number(field.isVisible),
  ];
}

function statusRows({ id, statuses }: Pipeline) {
  return [...statuses.values()].map((status) => [
    id,
    status.id,
    status.name,
    status.color,
    status.sort,
    Number(status.isEditable),
  ]);
}
