import type { ReadTx, Session, Token, WriteTx } from '../crm/store.ts';
import { type Db, sql } from './sql.ts';

type Reads = Pick<ReadTx, 'findSession' | 'findToken'>;
type Writes = Pick<WriteTx, 'addSession' | 'extendSession' | 'removeExpiredSessions' | 'addToken'>;

export function sessionReads(db: Db): Reads {
  return {
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
  };
}

export function sessionWrites(db: Db): Writes {
  return {
    addSession: (account, { hash, userId, expiresAt }) =>
      db.run(sql`insert into session (account_id, hash, user_id, expires_at)
        values (${account}, ${hash}, ${userId}, ${expiresAt})`),
    extendSession: (account, hash, expiresAt) =>
      db.run(sql`update session set expires_at = ${expiresAt} where account_id = ${account} and hash = ${hash}`),
    removeExpiredSessions: (account, now) =>
      db.run(sql`delete from session where account_id = ${account} and expires_at <= ${now}`),
    addToken: (account, { hash, userId, createdAt, issued }) =>
      db.run(sql`insert into token (account_id, hash, user_id, created_at, expires_at, integration_id, family) values
        (${account}, ${hash}, ${userId}, ${createdAt}, ${issued?.expiresAt ?? null}, ${issued?.integrationId ?? null},
          ${issued?.family ?? null})`),
  };
}
