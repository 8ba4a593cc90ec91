import { fileRoute } from '../http/file-route.ts';
import type { Route } from '../http/request.ts';

const here = (path: string): URL => new URL(path, import.meta.url);
const library = (name: string): URL => new URL(import.meta.resolve(`swagger-ui-dist/${name}`));

/**
 * Nothing but what this server sends; images stand in the library's style sheet. The style attributes of the library's markup are set
 * by its script, which needs no permission.
 */
const policy = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ');

/** What every page for a browser is sent with. */
export const pageHeaders = { 'Content-Security-Policy': policy, 'Referrer-Policy': 'no-referrer' };
const day = 24 * 3600;
const script = 'text/javascript; charset=utf-8';

/** The API's description, and a page that shows it; each file by its exact name, for anybody. */
export const docsRoutes: readonly Route[] = [
  { path: '/openapi.json', file: here('../../docs/api/openapi.json'), type: 'application/json', maxAge: 0 },
  { path: '/docs', file: here('docs/page.html'), type: 'text/html; charset=utf-8', maxAge: 0, headers: pageHeaders },
  { path: '/docs/init.js', file: here('docs/init.js'), type: script, maxAge: 0 },
  {
    path: '/docs/swagger-ui.css',
    file: library('swagger-ui.css'),
    type: 'text/css; charset=utf-8',
    maxAge: day,
  },
  { path: '/docs/swagger-ui-bundle.js', file: library('swagger-ui-bundle.js'), type: script, maxAge: day },
].map(fileRoute);
