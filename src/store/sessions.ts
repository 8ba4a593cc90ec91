import type { Failures, PasswordLink, ReadTx, Session, Token, WriteTx } from '../crm/store.ts';
import { type Db, nothing, sql } from './sql.ts';

type Reads = Pick<ReadTx, 'usersWithPassword' | 'findPasswordLink' | 'findSession' | 'findToken' | 'findFailures'>;
type Writes = Pick<
  WriteTx,
  | 'setKey'
  | 'endSessions'
  | 'setPassword'
  | 'addPasswordLink'
  | 'addSession'
  | 'extendSession'
  | 'removeSession'
  | 'removeExpiredSessions'
  | 'addToken'
  | 'addFailure'
  | 'removeFailures'
  | 'removeExpiredFailures'
>;

export function sessionReads(db: Db): Reads {
  return {
    async usersWithPassword(account) {
      const rows = await db.all<{ id: number }>(
        sql`select id from account_user where account_id = ${account} and password_hash is not null order by id`,
      );
      return rows.map(({ id }) => id);
    },
    async findPasswordLink(account, hash) {
      const [link] = await db.all<PasswordLink>(sql`select user_id as "userId", expires_at as "expiresAt"
        from password_link where account_id = ${account} and hash = ${hash}`);
      return link;
    },
    async findSession(account, hash) {
      const [session] = await db.all<Session>(sql`select user_id as "userId", expires_at as "expiresAt"
        from session where account_id = ${account} and hash = ${hash}`);
      return session;
    },
    async findToken(account, hash) {
      const [token] = await db.all<Token>(
        sql`select user_id as "userId", expires_at as "expiresAt" from token
          where account_id = ${account} and hash = ${hash}`,
      );
      return token;
    },
    async findFailures(account, key) {
      const [failures] = await db.all<Failures>(
        sql`select count, until from sign_in_failure where account_id = ${account} and key = ${key}`,
      );
      return failures;
    },
  };
}

export function sessionWrites(db: Db): Writes {
  const endSessions: Writes['endSessions'] = (account, userId, but) =>
    db.run(sql`delete from session where account_id = ${account} and user_id = ${userId}
      ${but === undefined ? nothing : sql`and hash <> ${but}`}`);
  return {
    async setKey(account, userId, keyHash, but) {
      await db.run(sql`update account_user set key_hash = ${keyHash} where account_id = ${account} and id = ${userId}`);
      await endSessions(account, userId, but);
    },
    async setPassword(account, userId, hash, but) {
      await db.run(
        sql`update account_user set password_hash = ${hash} where account_id = ${account} and id = ${userId}`,
      );
      await db.run(sql`delete from password_link where account_id = ${account} and user_id = ${userId}`);
      await endSessions(account, userId, but);
    },
    async addPasswordLink(account, { hash, userId, expiresAt }, now) {
      await db.run(sql`delete from password_link
        where account_id = ${account} and (user_id = ${userId} or expires_at <= ${now})`);
      await db.run(sql`insert into password_link (account_id, hash, user_id, expires_at)
        values (${account}, ${hash}, ${userId}, ${expiresAt})`);
    },
    endSessions,
    addSession: (account, { hash, userId, expiresAt }) =>
      db.run(sql`insert into session (account_id, hash, user_id, expires_at)
        values (${account}, ${hash}, ${userId}, ${expiresAt})`),
    extendSession: (account, hash, expiresAt) =>
      db.run(sql`update session set expires_at = ${expiresAt} where account_id = ${account} and hash = ${hash}`),
    removeSession: (account, hash) => db.run(sql`delete from session where account_id = ${account} and hash = ${hash}`),
    removeExpiredSessions: (account, now) =>
      db.run(sql`delete from session where account_id = ${account} and expires_at <= ${now}`),
    addToken: (account, { hash, userId, createdAt, issued }) =>
      db.run(sql`insert into token (account_id, hash, user_id, created_at, expires_at, integration_id, family) values
        (${account}, ${hash}, ${userId}, ${createdAt}, ${issued?.expiresAt ?? null}, ${issued?.integrationId ?? null},
          ${issued?.family ?? null})`),
    async addFailure(account, key, now, until) {
      const [row] = await db.all<{
        count: number;
      }>(sql`insert into sign_in_failure (account_id, key, count, until) values (${account}, ${key}, 1, ${until})
        on conflict (account_id, key) do update set until = excluded.until,
          count = case when sign_in_failure.until > ${now} then sign_in_failure.count + 1 else 1 end
        returning count`);
      return row!.count;
    },
    removeFailures: (account, key) =>
      db.run(sql`delete from sign_in_failure where account_id = ${account} and key = ${key}`),
    removeExpiredFailures: (account, now) =>
      db.run(sql`delete from sign_in_failure where account_id = ${account} and until <= ${now}`),
  };
}
