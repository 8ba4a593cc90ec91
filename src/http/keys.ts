import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new API key: 40 hexadecimal digits, as amoCRM's are. */
export function newKey(): string {
  return randomBytes(20).toString('hex');
}

/** What is stored of a key. Keys are long and random, so a fast salted hash is enough. */
export function hashKey(key: string, salt = randomBytes(8).toString('hex')): string {
  return `sha256:${salt}:${sha256(salt + key)}`;
}

export function isKey(key: string, stored: string): boolean {
  const [, salt = ''] = stored.split(':');
  const given = Buffer.from(hashKey(key, salt));
  const wanted = Buffer.from(stored);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** A secret that names its account: `<account, base 36>.<40 hex digits>`. Sessions and bearer tokens are such. */
export function newToken(account: number): string {
  return `${account.toString(36)}.${newKey()}`;
}

/** The account that a token names, if it has a token's form. */
export function findTokenAccount(token: string): number | undefined {
  const match = /^([0-9a-z]{1,8})\.[0-9a-f]{40}$/.exec(token);
  return match ? Number.parseInt(match[1]!, 36) : undefined;
}

/** What is stored of a token, which is random enough to need no salt. */
export function hashToken(token: string): string {
  return sha256(token);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
