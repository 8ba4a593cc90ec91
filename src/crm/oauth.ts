/** A program that accounts can let in; the whole server knows it. Times are unix seconds. */
export interface Integration {
  readonly id: string;
  readonly name: string;
  /** Where codes are sent, and nowhere else. */
  readonly redirectUri: string;
  readonly secretHash: string;
  /** The account whose users alone can give it access; null: those of every account. */
  readonly ownerId: number | null;
  readonly createdAt: number;
}

export type GrantKind = 'code' | 'refresh';

/** What can be exchanged for tokens, once: a code or a refresh token. */
export interface Grant {
  readonly kind: GrantKind;
  readonly integrationId: string;
  /** Who approved; the tokens act as he. */
  readonly userId: number;
  /** Names everything that came of one approval: the hash of its code. */
  readonly family: string;
  /** What the tokens that it is exchanged for are derived with. */
  readonly salt: string;
  readonly expiresAt: number;
  /** null: not yet */
  readonly usedAt: number | null;
}

/** Seconds that a grant can be exchanged in. source: reference §2.4; three months are ninety days */
export const grantSeconds: Readonly<Record<GrantKind, number>> = { code: 20 * 60, refresh: 90 * 24 * 3600 };
/** Seconds that an access token works. source: reference §2.4 */
export const accessSeconds = 24 * 3600;
/** Seconds after its use in which a refresh token gives the same tokens again: two processes of one client race for them. */
const graceSeconds = 30;

/** What becomes of an exchange; `repeat`: the tokens of the first time once more. */
export type Verdict = 'exchange' | 'repeat' | GrantRefusal;
/** `used`: whatever came of the grant has to end, since somebody else may have it. source: RFC 6749 §4.1.2, RFC 9700 §4.14.2 */
export type GrantRefusal = 'unknown' | 'expired' | 'used';

/** Whether an integration may exchange a grant. Another integration's is like none, and stays as it is. */
export function judgeGrant(
  grant: Grant | undefined,
  { kind, integrationId }: Pick<Grant, 'kind' | 'integrationId'>,
  now: number,
): Verdict {
  if (grant?.kind !== kind || grant.integrationId !== integrationId) return 'unknown';
  if (grant.usedAt !== null) return kind === 'refresh' && now - grant.usedAt <= graceSeconds ? 'repeat' : 'used';
  return grant.expiresAt > now ? 'exchange' : 'expired';
}

const maxRedirectUri = 2000;

/**
 * Whether codes can be sent there: an absolute address over HTTP(S) with an ordinary host, which can stand in a policy header,
 * without fragment (RFC 6749 §3.1.2) or credentials.
 */
export function isRedirectUri(text: string): boolean {
  if (text.length > maxRedirectUri || !/^https?:\/\/[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return false;
  const { hostname, username, password } = new URL(text);
  return /^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/.test(hostname) && username + password === '' && !text.includes('#');
}
