import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';

/** A new API key: 40 hexadecimal digits, as amoCRM's are. */
export function newKey(): string {
  return randomBytes(20).toString('hex');
}

/** Bytes that nobody can guess. */
export function newSalt(length: number): Buffer {
  return randomBytes(length);
}

/** What is stored of a key. Keys are long and random, so a fast salted hash is enough. */
export function hashKey(key: string, salt = randomBytes(8).toString('hex')): string {
  return `sha256:${salt}:${sha256(salt + key)}`;
}

export function isKey(key: string, stored: string): boolean {
  const [, salt = ''] = stored.split(':');
  return isSame(hashKey(key, salt), stored);
}

/** Compares secrets in a time that tells nothing of them. */
function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** What tells the ids of this process's requests from those of others. */
export function newProcessName(): string {
  return randomBytes(5).toString('hex');
}

/** A new client id, as amoCRM's are. */
export function newClientId(): string {
  return randomUUID();
}

/** A secret that names its account: `<account, base 36>.<40 hex digits>`. Sessions and bearer tokens are such. */
export function newToken(account: number): string {
  return `${account.toString(36)}.${newKey()}`;
}

/**
 * A token made of an earlier one: whoever shows that one again gets the same, though neither is stored. Only with both the salt and
 * the earlier token can it be made.
 */
export function deriveToken(account: number, salt: string, use: 'access' | 'refresh', token: string): string {
  return `${account.toString(36)}.${hmac(salt, `${use} ${token}`).slice(0, 40)}`;
}

/** What a form carries to show that it was given out in this session and for this purpose. */
export function formToken(sessionId: string, purpose: string): string {
  return hmac(sessionId, `form ${purpose}`);
}

export function isFormToken(given: string, sessionId: string, purpose: string): boolean {
  return isSame(given, formToken(sessionId, purpose));
}

/** How a Content-Security-Policy names an inline style that it allows. */
export function policyHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
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

function hmac(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
