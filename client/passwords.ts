import type { Client } from './client.ts';
import type { Options } from './transport.ts';
import type { PasswordChangedJson, PasswordLinkJson } from './wire.ts';

/** What people do with passwords of their own. What is refused rejects with a KontoraError. */
export interface Passwords {
  /** The key may stand in the place of the old one. All other sessions of the user end. */
  change(old: string, password: string, options?: Options): Promise<void>;
  /** Whose password a link sets: `token` is what stands behind # in its address. */
  readLink(token: string, options?: Options): Promise<PasswordLinkJson>;
  /** Sets it, and the link is used up. */
  setByLink(token: string, password: string, options?: Options): Promise<PasswordLinkJson>;
}

/** Its own function, so that pages without it do not load it. */
export function createPasswords({ request }: Pick<Client, 'request'>): Passwords {
  const post = async <T>(path: string, body: object, options?: Options) =>
    (await request<T>({ method: 'POST', path: `/api/kontora/${path}`, body, ...options }))!;
  return {
    async change(old, password, options) {
      await post<PasswordChangedJson>('password', { old_password: old, password }, options);
    },
    readLink: (token, options) => post('password-link', { token }, options),
    setByLink: (token, password, options) => post('password-link', { token, password }, options),
  };
}
