import { accessSeconds, type GrantKind, type GrantRefusal, type Integration } from '../crm/oauth.ts';
import type { Tree } from '../http/brackets.ts';
import { deliver } from '../http/deliver.ts';
import { exchange, findClient, giveCode } from '../http/grants.ts';
import type { Answer, Request, SignedRequest } from '../http/request.ts';
import { findCredentials, type SignIn } from '../http/session.ts';
import type { Wire } from './entities.ts';
import { OAuthError, profileOf } from './errors.ts';
import { halAnswer } from './hal.ts';
import { isObject } from './input.ts';
import type { DomainJson, TokensJson } from './wire.ts';

/** What `grant_type` may be, and where the grant then stands. source: reference §2.4 */
const grantTypes: ReadonlyMap<unknown, { readonly kind: GrantKind; readonly field: string }> = new Map([
  ['authorization_code', { kind: 'code', field: 'code' }],
  ['refresh_token', { kind: 'refresh', field: 'refresh_token' }],
]);

/** The original is league/oauth2-server, whose hints clients show; those of codes and of a used refresh token are recorded. */
const refusalHints: Readonly<Record<GrantKind, Readonly<Record<GrantRefusal, string>>>> = {
  code: {
    unknown: 'Cannot decrypt the authorization code',
    expired: 'Authorization code has expired',
    used: 'Authorization code has been revoked',
  },
  refresh: {
    unknown: 'Cannot decrypt the refresh token',
    expired: 'Token has expired',
    used: 'Token has been revoked',
  },
};

/** Longer ones are nobody's. */
const maxText = 2000;

/** What a body, form or query names. */
export type Fields = Readonly<Record<string, unknown>>;

/** POST /oauth2/access_token, as JSON or form: tokens for a code or refresh token. source: reference §2.4 @throws OAuthError */
export async function postAccessToken(wire: Wire, request: Request): Promise<Answer> {
  const fields = await readFields(request);
  const grantType = grantTypes.get(fields['grant_type']);
  if (grantType === undefined) throw missing('grant_type');
  const integration = await getClient(wire, getText(fields, 'client_id'), getText(fields, 'client_secret'));
  if (getText(fields, 'redirect_uri') !== integration.redirectUri) {
    throw new OAuthError(400, 'Redirect URI is not associated with client');
  }
  const { kind, field } = grantType;
  const asked = { kind, integrationId: integration.id };
  const tokens = await exchange(wire.store, request, asked, getText(fields, field));
  if (typeof tokens === 'string') throw new OAuthError(400, refusalHints[kind][tokens]);
  const body: TokensJson = {
    token_type: 'Bearer',
    expires_in: accessSeconds,
    access_token: tokens.access,
    refresh_token: tokens.refresh,
  };
  const answer = halAnswer(200, body, wire.profile);
  return { ...answer, headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' } };
}

/**
 * POST /oauth2/exchange_api_key: 202, and a code for the key's user goes to the redirect URI. source: reference §2.4
 * @throws OAuthError; CrmError as SignIn
 */
export async function postExchangeApiKey(wire: Wire, signIn: SignIn, request: Request): Promise<Answer> {
  const fields = await readFields(request);
  const integration = await getClient(wire, getText(fields, 'client_uuid'), getText(fields, 'client_secret'));
  // The server itself calls the redirect URI, which administrators of an account may not have it do.
  if (integration.ownerId !== null) throw wrongClient();
  const credentials = findCredentials(fields as Tree);
  if (credentials === undefined) throw missing(typeof fields['login'] === 'string' ? 'api_key' : 'login');
  const { actor } = await signIn.check(request, credentials);
  const code = await giveCode(wire.store, actor, integration.id, request.now);
  if (code === undefined) throw wrongClient();
  const given = { code, referer: hostOf(request), client_id: integration.id, state: textIn(fields, 'state') };
  deliver(addressWith(integration.redirectUri, { ...given, from_exchange: '1' }));
  return { status: 202, headers: {}, body: Buffer.alloc(0) };
}

/** GET /oauth2/account/subdomain: which account a token is for. source: reference §2.4; amocrm-api-php, AccountDomainModel */
export async function getAccountSubdomain(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { account } = request.actor;
  const domain = hostOf(request);
  const topLevelDomain = /(?:^|\.)([a-z][a-z0-9-]*)(?::\d+)?$/.exec(domain)?.[1] ?? '';
  const body: DomainJson = { id: account.id, subdomain: account.subdomain, domain, top_level_domain: topLevelDomain };
  const answer = halAnswer(200, body, profileOf(account, wire.profile));
  return { ...answer, headers: { 'Content-Type': 'application/json' } };
}

/** An address with further parameters; those without a value are left out. */
export function addressWith(address: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/** Where the client reaches the account: as this request came, since a server in a house has a name of its own. */
export function hostOf({ headers }: Request): string {
  return (headers.host ?? '').toLowerCase();
}

export async function readFields(request: Request): Promise<Fields> {
  const body = await request.readBody();
  return isObject(body) ? body : {};
}

/** A field's text; undefined if it is absent, blank, too long or no text. */
export function textIn(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' && value.length <= maxText ? value : undefined;
}

/** @throws OAuthError */
function getText(fields: Fields, name: string): string {
  const text = textIn(fields, name);
  if (text === undefined) throw missing(name);
  return text;
}

/** The integration that shows its secret. @throws OAuthError */
async function getClient(wire: Wire, id: string, secret: string): Promise<Integration> {
  const integration = await findClient(wire.store, id, secret);
  if (integration === undefined) throw wrongClient();
  return integration;
}

function missing(field: string): OAuthError {
  return new OAuthError(400, `Check the \`${field}\` parameter`);
}

function wrongClient(): OAuthError {
  return new OAuthError(401, 'Client authentication failed');
}
