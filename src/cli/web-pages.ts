import { existsSync, readdirSync } from 'node:fs';
import { fileRoute } from '../http/file-route.ts';
import type { Answer, Route } from '../http/request.ts';
import { pageHeaders } from '../v2/docs.ts';

/** What vite makes of web/ (bin/web.mjs). */
const built = new URL('../../web/dist/', import.meta.url);

const settingsPages = [
  '/settings',
  '/settings/import',
  '/settings/bin',
  '/settings/fields',
  '/settings/pipelines',
  '/settings/users',
  '/settings/tags',
  '/settings/webhooks',
  '/settings/integrations',
];
const recordPages = ['companies', 'contacts', 'leads', 'customers'].flatMap((kind) => [
  `/${kind}`,
  `/${kind}/:id(^\\d+$)`,
]);
/** Addresses of the pages, which web/src/router.tsx takes apart: all of them are the same file. */
const pages = ['/', '/sign-in', '/password', ...recordPages, '/board', '/tasks', ...settingsPages];

const html = 'text/html; charset=utf-8';
const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The pages in the browser, for anybody: what they show they ask of the API. */
export function webRoutes(folder: URL = built): Route[] {
  const index = new URL('index.html', folder);
  if (!existsSync(index)) return pages.map((path) => ({ path, open: true, here: true, methods: { GET: notBuilt } }));
  // Files under assets/ have a hash of what they hold in their names.
  const files = ['', 'assets/'].flatMap((below) => readdirSync(new URL(below, folder)).map((name) => below + name));
  return [
    ...pages.map((path) =>
      fileRoute({ path, file: index, type: html, maxAge: 0, headers: pageHeaders, isCompressed: true }),
    ),
    ...files.flatMap((name) => {
      const type = types[name.split('.').at(-1)!];
      const maxAge = name.startsWith('assets/') ? 'forever' : 0;
      return type
        ? [fileRoute({ path: `/${name}`, file: new URL(name, folder), type, maxAge, isCompressed: true })]
        : [];
    }),
  ];
}

const missing = `<!doctype html>
<html lang="ru"><meta charset="utf-8"><title>Kontora</title>
<h1>Kontora</h1>
<p>Сервер работает, но страницы для браузера не собраны: при запуске не удалось установить то, чем они собираются. Проверьте сеть и запустите
<code>npm start</code> ещё раз. API отвечает, его описание — <a href="/docs">/docs</a>.</p>
<p lang="en">The server runs, but its pages for the browser are not built: what builds them could not be installed at the start. Check the
network and run <code>npm start</code> again. The API answers; its description is at <a href="/docs">/docs</a>.</p>
</html>
`;

async function notBuilt(): Promise<Answer> {
  const headers = {
    ...pageHeaders,
    'Content-Type': html,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  };
  return { status: 503, headers, body: Buffer.from(missing) };
}
