import type { Grant, Integration } from '../crm/oauth.ts';
import type { ReadTx, WriteTx } from '../crm/store.ts';
import { type Db, type Sql, sql } from './sql.ts';

type Reads = Pick<ReadTx, 'integrations' | 'integrationsLetIn' | 'findIntegration' | 'findGrant'>;
type Writes = Pick<
  WriteTx,
  | 'addIntegration'
  | 'setSecret'
  | 'removeIntegration'
  | 'addGrant'
  | 'useGrant'
  | 'removeExpiredGrants'
  | 'removeFamily'
  | 'removeGrantsOf'
>;

const integrationColumns: Sql = sql`id, name, redirect_uri as "redirectUri", secret_hash as "secretHash",
  created_at as "createdAt", owner_id as "ownerId"`;

export function oauthReads(db: Db): Reads {
  return {
    integrations: () => db.all<Integration>(sql`select ${integrationColumns} from integration order by created_at, id`),
    async integrationsLetIn(account) {
      const rows = await db.all<{ id: string }>(sql`select integration_id as id from token
        where account_id = ${account} and integration_id is not null
        union select integration_id from oauth_grant where account_id = ${account} order by id`);
      return rows.map(({ id }) => id);
    },
    async findIntegration(id) {
      const [found] = await db.all<Integration>(sql`select ${integrationColumns} from integration where id = ${id}`);
      return found;
    },
    async findGrant(account, hash) {
      const [grant] =
        await db.all<Grant>(sql`select kind, integration_id as "integrationId", user_id as "userId", family,
        salt, expires_at as "expiresAt", used_at as "usedAt"
        from oauth_grant where account_id = ${account} and hash = ${hash}`);
      return grant;
    },
  };
}

export function oauthWrites(db: Db): Writes {
  return {
    addIntegration: ({ id, name, redirectUri, secretHash, createdAt, ownerId }) =>
      db.run(sql`insert into integration (id, name, redirect_uri, secret_hash, created_at, owner_id)
        values (${id}, ${name}, ${redirectUri}, ${secretHash}, ${createdAt}, ${ownerId})`),
    setSecret: (id, hash) => db.run(sql`update integration set secret_hash = ${hash} where id = ${id}`),
    removeIntegration: (id) => db.run(sql`delete from integration where id = ${id}`),
    addGrant: (account, { hash, kind, integrationId, userId, family, salt, expiresAt, usedAt }) =>
      db.run(sql`insert into oauth_grant
        (account_id, hash, kind, integration_id, user_id, family, salt, expires_at, used_at) values (${account}, ${hash},
          ${kind}, ${integrationId}, ${userId}, ${family}, ${salt}, ${expiresAt}, ${usedAt})`),
    useGrant: (account, hash, now) =>
      db.run(sql`update oauth_grant set used_at = ${now} where account_id = ${account} and hash = ${hash}`),
    async removeExpiredGrants(account, now) {
      await db.run(sql`delete from oauth_grant where account_id = ${account} and expires_at <= ${now}`);
      await db.run(sql`delete from token where account_id = ${account} and expires_at <= ${now}`);
    },
    async removeFamily(account, family) {
      await db.run(sql`delete from oauth_grant where account_id = ${account} and family = ${family}`);
      await db.run(sql`delete from token where account_id = ${account} and family = ${family}`);
    },
    async removeGrantsOf(account, integrationId) {
      await db.run(sql`delete from oauth_grant where account_id = ${account} and integration_id = ${integrationId}`);
      await db.run(sql`delete from token where account_id = ${account} and integration_id = ${integrationId}`);
    },
  };
}
