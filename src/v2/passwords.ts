import { CrmError } from '../crm/errors.ts';
import { requireAdministrator } from '../crm/rights.ts';
import type { PasswordLink, ReadTx } from '../crm/store.ts';
import { administrate, checkPassword, getUser, passwordLinkSeconds } from '../crm/users.ts';
import { isForeign } from '../http/foreign.ts';
import { findTokenAccount, hashToken, newToken } from '../http/keys.ts';
import { type Answer, HttpError, type Request, type SignedRequest } from '../http/request.ts';
import { findSessionId, getActor, type SignIn } from '../http/session.ts';
import type { Wire } from './entities.ts';
import { profileOf, WireError } from './errors.ts';
import { jsonAnswer } from './hal.ts';
import { at, Problems } from './input.ts';
import { needId, readItem, secretAnswer } from './users.ts';
import type { NewPasswordLinkJson, PasswordChangedJson, PasswordLinkJson } from './wire.ts';

/** Where the pages take a link. What is behind # browsers tell nobody. */
const page = '/password#';

/** A link for a user, as an address of the pages. */
export function newPasswordLink(account: number, userId: number, now: number) {
  const token = newToken(account);
  const link = { hash: hashToken(token), userId, expiresAt: now + passwordLinkSeconds };
  return { link, path: page + token };
}

/** POST /api/kontora/users/password-link with `{id}`, for administrators: by it the user sets a password, once, in 48 hours. */
export async function postNewPasswordLink(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor, now } = request;
  const { account } = actor;
  requireAdministrator(actor);
  const problems = new Problems(wire.limits);
  const id = needId(await readItem(request), problems);
  problems.throwAny();
  const { link, path } = newPasswordLink(account.id, id, now);
  await administrate(wire.store, actor, (tx, settings) => {
    getUser(settings, id);
    return tx.addPasswordLink(account.id, link, now);
  });
  return secretAnswer(wire, request, { path, expires_at: link.expiresAt } satisfies NewPasswordLinkJson);
}

/** POST /api/kontora/password-link with `{token}` tells whose password a link sets; with `password`, too, it is set, and the link used up. */
export async function postPasswordLink(wire: Wire, signIn: SignIn, request: Request): Promise<Answer> {
  const body = await request.readBody();
  if (isForeign(request)) throw new HttpError(403, 'foreign_page');
  const [token, password] = [at(body, 'token'), at(body, 'password')];
  if (password !== undefined && typeof password !== 'string') throw new WireError(400, 400, 'password — не строка');
  const accountId = typeof token === 'string' ? findTokenAccount(token) : undefined;
  if (accountId === undefined) throw new CrmError('password_link_over');
  const hash = hashToken(token as string);
  const actor = await wire.store.read(async (tx) => {
    const { userId } = await getLink(tx, accountId, hash, request.now);
    return getActor(tx, request, accountId, userId);
  });
  const { user, account } = actor;
  if (password !== undefined) {
    checkPassword(user, password);
    await signIn.usePasswordLink(request, accountId, hash, password);
  }
  const { login, name, language } = user;
  const shown: PasswordLinkJson = { login, name, language, is_set: password !== undefined };
  const answer = jsonAnswer(200, shown, profileOf(account, wire.profile));
  return { ...answer, headers: { ...answer.headers, 'Cache-Control': 'no-store' } };
}

/** @throws CrmError password_link_over: it is used up, expired, or there never was one */
async function getLink(tx: ReadTx, account: number, hash: string, now: number): Promise<PasswordLink> {
  const link = await tx.findPasswordLink(account, hash);
  if (link === undefined || link.expiresAt <= now) throw new CrmError('password_link_over');
  return link;
}

/**
 * POST /api/kontora/password with `{old_password, password}`: one's own; the key may stand in the place of the old one. All sessions
 * of the user end but the one that asks. Wrong ones count as failures to sign in.
 */
export async function postPassword(wire: Wire, signIn: SignIn, request: SignedRequest): Promise<Answer> {
  const { account, user } = request.actor;
  const item = await readItem(request);
  const [old, password] = [item['old_password'], item['password']];
  if (typeof old !== 'string' || typeof password !== 'string') {
    throw new WireError(400, 400, 'Нужны old_password и password');
  }
  checkPassword(user, password);
  try {
    await signIn.checkPassword(request, { login: user.login, password: old }, account.id);
  } catch (error) {
    // The session that asks is in order: a page would take 401 for its end.
    if (error instanceof CrmError && error.reason === 'wrong_credentials') throw new CrmError('old_password_wrong');
    if (error instanceof CrmError && error.reason === 'too_many_failures') throw new CrmError('old_password_locked');
    throw error;
  }
  const session = findSessionId(request);
  await signIn.setPassword(request, request.actor, password, session && hashToken(session));
  return jsonAnswer(200, { changed: true } satisfies PasswordChangedJson, profileOf(account, wire.profile));
}
