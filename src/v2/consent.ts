import { CrmError, type Reason } from '../crm/errors.ts';
import { isFor } from '../crm/integrations.ts';
import type { Integration } from '../crm/oauth.ts';
import type { Store } from '../crm/store.ts';
import type { Tree } from '../http/brackets.ts';
import { isForeign } from '../http/foreign.ts';
import { giveCode } from '../http/grants.ts';
import { formToken, isFormToken } from '../http/keys.ts';
import type { Answer, Request } from '../http/request.ts';
import { type Credentials, findCredentials, type SignIn } from '../http/session.ts';
import { sessionCookies } from './auth.ts';
import { type Language, type PageProblem, pageProblems, renderPage } from './consent-page.ts';
import type { Wire } from './entities.ts';
import { isBlank } from './input.ts';
import { addressWith, type Fields, hostOf, readFields, textIn } from './oauth.ts';

/** What an integration's link asks for. */
interface Ask {
  readonly integration: Integration;
  readonly state: string | undefined;
  /** As it was given; it is the registered one or nothing. */
  readonly redirectUri: string | undefined;
}

type SignedIn = Awaited<ReturnType<SignIn['findByCookie']>>;

/** GET /oauth?client_id=&state=&mode=[&redirect_uri=]: asks the user, who signs in first. `mode` changes nothing here. */
export async function getConsent(wire: Wire, signIn: SignIn, request: Request): Promise<Answer> {
  const ask = await findAsk(wire.store, request.query);
  const signedIn = await signIn.findByCookie(request);
  if (ask && signedIn && !isFor(ask.integration, signedIn.actor.account.id)) {
    return show(request, undefined, signedIn, 400, 'bad_request');
  }
  return ask ? show(request, ask, signedIn) : show(request, ask, signedIn, 400, 'bad_request');
}

/** POST /oauth from the page: signs in, or takes the decision of an administrator. Both leave by a redirect. */
export async function postConsent(wire: Wire, signIn: SignIn, request: Request): Promise<Answer> {
  const fields = await readFields(request);
  const ask = await findAsk(wire.store, fields);
  const signedIn = await signIn.findByCookie(request);
  if (ask === undefined) return show(request, ask, signedIn, 400, 'bad_request');
  if (!isOwnForm(request)) return show(request, ask, signedIn, 403, 'foreign_form');
  const credentials = findCredentials(fields as Tree);
  if (credentials !== undefined) return signInAndAsk(signIn, request, ask, credentials);
  if (!signedIn?.actor.user.isAdmin) return show(request, ask, signedIn, signedIn ? 403 : 401);
  if (!isFormToken(textIn(fields, 'token') ?? '', signedIn.sessionId, ask.integration.id)) {
    return show(request, ask, signedIn, 403, 'foreign_form');
  }
  if (fields['decision'] === 'refuse') return leave(ask, { error: 'access_denied', state: ask.state });
  if (fields['decision'] !== 'approve') return show(request, ask, signedIn, 400, 'bad_request');
  const { id } = ask.integration;
  const code = await giveCode(wire.store, signedIn.actor, id, request.now);
  if (code === undefined) return show(request, undefined, signedIn, 400, 'bad_request');
  return leave(ask, { code, state: ask.state, referer: hostOf(request), client_id: id });
}

/** Undefined if anything is wrong: then nobody is sent anywhere, not even with an error. source: RFC 6749 §4.1.2.1 */
async function findAsk(store: Store, fields: Fields): Promise<Ask | undefined> {
  const [clientId, state, redirectUri] = ['client_id', 'state', 'redirect_uri'].map((name) => textIn(fields, name));
  const isReadable = ['state', 'redirect_uri'].every((name) => isBlank(fields[name]) || textIn(fields, name));
  if (clientId === undefined || !isReadable) return undefined;
  const integration = await store.read((tx) => tx.findIntegration(clientId));
  const isKnown = integration && (redirectUri === undefined || redirectUri === integration.redirectUri);
  return isKnown ? { integration, state, redirectUri } : undefined;
}

/**
 * Whether a browser that says where a form comes from says that it is ours. The page's Referrer-Policy has it send `Origin: null`,
 * so that alone tells nothing: the decision's token does.
 */
function isOwnForm(request: Request): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site === undefined && origin === 'null') return true;
  return site !== 'none' && !isForeign(request);
}

async function signInAndAsk(signIn: SignIn, request: Request, ask: Ask, given: Credentials): Promise<Answer> {
  try {
    const { actor, sessionId } = await signIn.signIn(request, given);
    const { integration, state = '', redirectUri: redirect_uri = '' } = ask;
    const query = new URLSearchParams({ client_id: integration.id, state, redirect_uri });
    const cookies = sessionCookies(sessionId, actor.user.login, request.now);
    return redirect(303, `/oauth?${query}`, { 'Set-Cookie': cookies });
  } catch (error) {
    if (!(error instanceof CrmError) || !isPageProblem(error.reason)) throw error;
    return show(request, ask, undefined, error.reason === 'ip_not_allowed' ? 403 : 401, error.reason);
  }
}

function isPageProblem(reason: Reason): reason is Reason & PageProblem {
  return (pageProblems as readonly string[]).includes(reason);
}

/** The page for what is asked and who is there: a question to an administrator, a sign-in to others. */
function show(request: Request, ask: Ask | undefined, signedIn: SignedIn, status = 200, problem?: PageProblem): Answer {
  const isAdmin = signedIn?.actor.user.isAdmin ?? false;
  const isKeptOut = signedIn !== undefined && !isAdmin && ask !== undefined;
  return renderPage({
    status: isKeptOut && status === 200 ? 403 : status,
    language: signedIn?.actor.user.language ?? languageOf(request),
    problem: problem ?? (isKeptOut ? 'not_administrator' : undefined),
    integration: ask?.integration,
    fields: { client_id: ask?.integration.id, state: ask?.state, redirect_uri: ask?.redirectUri },
    actor: signedIn?.actor,
    token: ask && signedIn && isAdmin ? formToken(signedIn.sessionId, ask.integration.id) : undefined,
  });
}

/** The first of ours that a browser names; Russian, as everything else, to one that names none at all. */
function languageOf({ headers }: Request): Language {
  const accepted = headers['accept-language'] ?? 'ru';
  return /\b(ru|en)\b/i.exec(accepted)?.[1]?.toLowerCase() === 'ru' ? 'ru' : 'en';
}

/** Back to the integration. source: reference §2.4 */
function leave(ask: Ask, parameters: Readonly<Record<string, string | undefined>>): Answer {
  return redirect(302, addressWith(ask.integration.redirectUri, parameters));
}

function redirect(status: 302 | 303, address: string, more: Answer['headers'] = {}): Answer {
  const headers = { Location: address, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', ...more };
  return { status, headers, body: Buffer.alloc(0) };
}
