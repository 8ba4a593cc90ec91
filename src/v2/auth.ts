import type { Account, Actor, WireProfile } from '../crm/account.ts';
import { CrmError } from '../crm/errors.ts';
import type { Tree } from '../http/brackets.ts';
import { isForeign } from '../http/foreign.ts';
import { hashToken } from '../http/keys.ts';
import { type Answer, HttpError, type Request, type SignedRequest } from '../http/request.ts';
import { findCredentials, findSessionId, type SignIn } from '../http/session.ts';
import type { Wire } from './entities.ts';
import { profileOf } from './errors.ts';
import { halAnswer, jsonAnswer } from './hal.ts';
import { at, isObject } from './input.ts';
import type { SignedInJson, SignedOutJson } from './wire.ts';

/** GET or POST /private/api/auth.php; the credentials in the query, a form or JSON. @throws CrmError as SignIn */
export async function authenticate(signIn: SignIn, fallback: WireProfile, request: Request): Promise<Answer> {
  const body = request.method === 'POST' ? await request.readBody() : undefined;
  // Else a page could sign its visitor in as somebody else.
  if (isForeign(request)) throw new HttpError(403, 'foreign_page');
  const credentials = (isObject(body) ? findCredentials(body as Tree) : undefined) ?? findCredentials(request.query);
  if (credentials === undefined) throw new CrmError('wrong_credentials');
  const { actor, sessionId } = await signIn.signIn(request, credentials);
  return signedIn(actor, sessionId, await signIn.accountsOf(credentials), fallback, request);
}

/** POST /api/kontora/sign-in with `{login, password}`, the same for pages; the key may stand in the password's place. @throws as SignIn */
export async function postSignIn(signIn: SignIn, fallback: WireProfile, request: Request): Promise<Answer> {
  const body = await request.readBody();
  if (isForeign(request)) throw new HttpError(403, 'foreign_page');
  const [login, password] = [at(body, 'login'), at(body, 'password')];
  if (typeof login !== 'string' || typeof password !== 'string') throw new CrmError('wrong_credentials');
  const { actor, sessionId } = await signIn.signInByPassword(request, { login, password });
  return signedIn(actor, sessionId, [actor.account], fallback, request);
}

function signedIn(
  { account, user }: Actor,
  sessionId: string,
  accounts: readonly Account[],
  fallback: WireProfile,
  request: Request,
): Answer {
  const response: SignedInJson = {
    auth: true,
    accounts: accounts.map(({ id, name, subdomain, language, timezone }) => ({
      id,
      name,
      subdomain,
      language,
      timezone,
    })),
    user: { id: user.id, language: user.language },
    server_time: request.now,
  };
  const answer = halAnswer(200, { response }, profileOf(account, fallback));
  const cookies = sessionCookies(sessionId, user.login, request.now);
  return { ...answer, headers: { 'Content-Type': 'application/json', 'Set-Cookie': cookies } };
}

/** POST /api/kontora/sign-out: ends the session that the cookie names. amoCRM has no such call. */
export async function postSignOut({ store, profile }: Wire, request: SignedRequest): Promise<Answer> {
  const { account } = request.actor;
  const sessionId = findSessionId(request);
  if (sessionId !== undefined) await store.write((tx) => tx.removeSession(account.id, hashToken(sessionId)));
  const answer = jsonAnswer(200, { auth: false } satisfies SignedOutJson, profileOf(account, profile));
  const over = ['session_id', 'BITRIX_SM_LOGIN'].map(
    (name) => `${name}=; expires=${new Date(0).toUTCString()}; path=/`,
  );
  return { ...answer, headers: { ...answer.headers, 'Set-Cookie': over } };
}

const yearSeconds = 365 * 24 * 3600;

/**
 * `session_id` has to be the first; a client looks for its login, url-encoded, in the second. Neither Domain nor Secure: clients
 * call 127.0.0.1 over plain HTTP. source: reference §2.2, clients-send §1
 */
export function sessionCookies(sessionId: string, login: string, now: number): string[] {
  const expires = new Date((now + yearSeconds) * 1000).toUTCString();
  return [
    `session_id=${sessionId}; path=/; HttpOnly; SameSite=Lax`,
    `BITRIX_SM_LOGIN=${encodeURIComponent(login)}; expires=${expires}; path=/; SameSite=Lax`,
  ];
}
