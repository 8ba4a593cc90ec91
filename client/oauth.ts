import { createTransport, encodeQuery, type Options, type TransportOptions } from './transport.ts';
import type { TokensJson } from './wire.ts';

/** An integration, as it knows itself. */
export interface OAuthOptions extends TransportOptions {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
}

export interface OAuth {
  /** Where an administrator approves; he comes back to the redirect URI with `code` and `state`. */
  consentUrl(state?: string): string;
  /** Tokens for the code that came back. */
  exchange(code: string, options?: Options): Promise<TokensJson>;
  /** New tokens; the refresh token that is sent ends. */
  refresh(refreshToken: string, options?: Options): Promise<TokensJson>;
  /** For a user whose API key is known: the code comes to the redirect URI. */
  exchangeApiKey(user: { login: string; key: string; state?: string }, options?: Options): Promise<void>;
}

export function createOAuth({ clientId, clientSecret, redirectUri, ...options }: OAuthOptions): OAuth {
  const { json } = createTransport(options);
  const grant = async (fields: object, options?: Options) => {
    const client = { client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri };
    const call = { method: 'POST' as const, path: '/oauth2/access_token', body: { ...client, ...fields } };
    return (await json<TokensJson>({ ...call, ...options }))!;
  };
  return {
    consentUrl: (state) => `${options.baseUrl.replace(/\/+$/, '')}/oauth${encodeQuery({ client_id: clientId, state })}`,
    exchange: (code, options) => grant({ grant_type: 'authorization_code', code }, options),
    refresh: (token, options) => grant({ grant_type: 'refresh_token', refresh_token: token }, options),
    async exchangeApiKey({ login, key, state }, options) {
      const body = { login, api_key: key, client_uuid: clientId, client_secret: clientSecret, state };
      await json({ method: 'POST', path: '/oauth2/exchange_api_key', body, ...options });
    },
  };
}
