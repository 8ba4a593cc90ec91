import type { RequestHead } from './request.ts';

/**
 * Whether a browser says that a page of another site sends this. Programs say nothing of the kind. Behind a proxy Host has to be as
 * the client sent it.
 */
export function isForeign({ headers }: Pick<RequestHead, 'headers'>): boolean {
  const { origin, host = '', 'sec-fetch-site': site } = headers;
  if (site === 'cross-site' || site === 'same-site') return true;
  if (origin === undefined) return false;
  // A page of ours that sends no referrer: only newer browsers say whose it is.
  if (origin === 'null') return site !== 'same-origin';
  const own = URL.canParse(origin) && new URL(origin);
  if (!own || !URL.canParse(`${own.protocol}//${host}`)) return true;
  return own.host !== new URL(`${own.protocol}//${host}`).host;
}
