// Takes pictures of every page, in both languages and both themes, with the demo account:
//
//   npx node bench/screens.ts [--only company,board] [--chromium /usr/bin/chromium]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const text = { type: 'string' } as const;
const { values: flags } = parseArgs({ options: { only: text, chromium: { ...text, default: '/usr/bin/chromium' } } });
const [login, key] = ['example@example.com', 'screens'];
const folder = fileURLToPath(new URL('../docs/screens', import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'kontora-screens-'));
const server = spawn(
  process.execPath,
  [
    fileURLToPath(new URL('../bin/kontora.mjs', import.meta.url)),
    'serve',
    '--port',
    '0',
    '--seed',
    'demo',
    '--data',
    data,
  ],
  { env: { ...process.env, KONTORA_API_KEY: key }, stdio: ['ignore', 'pipe', 'inherit'] },
);

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly isOpen?: boolean;
  readonly width?: number;
  prepare?(page: Page): Promise<unknown>;
}

try {
  const url = await addressOf();
  const browser = await chromium.launch({ executablePath: flags.chromium, args: ['--no-sandbox'] });
  const shots = (await pagesOf(browser, url)).filter(({ name }) => flags.only?.split(',').includes(name) ?? true);
  for (const language of ['en', 'ru']) {
    for (const colorScheme of ['light', 'dark'] as const) await take(browser, url, shots, language, colorScheme);
  }
  await browser.close();
} finally {
  server.kill();
  await once(server, 'exit');
  rmSync(data, { recursive: true });
}

async function take(
  browser: Browser,
  url: string,
  shots: readonly Shot[],
  locale: string,
  colorScheme: 'light' | 'dark',
) {
  const context = await browser.newContext({ baseURL: url, locale, colorScheme, timezoneId: 'Europe/Moscow' });
  const page = await context.newPage();
  let isSignedIn = false;
  for (const { name, path, isOpen = false, width = 1280, prepare } of shots) {
    await page.setViewportSize({ width, height: width < 600 ? 844 : 800 });
    if (!isOpen && !isSignedIn) {
      await signIn(context);
      isSignedIn = true;
    }
    await page.goto(path);
    await page.waitForLoadState('networkidle');
    await prepare?.(page);
    await page.screenshot({ path: join(folder, `${name}.${locale}.${colorScheme}.png`), animations: 'disabled' });
  }
  await context.close();
}

async function signIn({ request }: BrowserContext): Promise<void> {
  await request.post('/private/api/auth.php?type=json', { form: { USER_LOGIN: login, USER_HASH: key } });
}

/** The pages of settings, as their own list names them. */
async function settingsOf(browser: Browser, url: string): Promise<string[]> {
  const context = await browser.newContext({ baseURL: url });
  await signIn(context);
  const page = await context.newPage();
  await page.goto('/settings');
  await page.waitForLoadState('networkidle');
  const links = await page.locator('a[href^="/settings/"]').all();
  const paths = await Promise.all(links.map((link) => link.getAttribute('href')));
  await context.close();
  return [...new Set(paths.map((path) => path!.split('?', 1)[0]!))];
}

/** Those for anybody first: they look otherwise for who is signed in. */
async function pagesOf(browser: Browser, url: string): Promise<Shot[]> {
  const firstOf = async (kind: string) => {
    const answer = await fetch(`${url}/api/v2/${kind}?limit_rows=1&USER_LOGIN=${login}&USER_HASH=${key}`);
    return ((await answer.json()) as { _embedded: { items: [{ id: number }] } })._embedded.items[0].id;
  };
  const kinds = ['companies', 'contacts', 'leads', 'customers'];
  const cards = await Promise.all(
    kinds.map(async (kind) => ({ name: `${kind}-card`, path: `/${kind}/${await firstOf(kind)}` })),
  );
  const openSearch = async (page: Page) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('вент');
    await page.getByRole('option').nth(2).waitFor();
  };
  const settings = await settingsOf(browser, url);
  return [
    { name: 'start', path: '/', isOpen: true },
    { name: 'sign-in', path: '/sign-in', isOpen: true },
    { name: 'dashboard', path: '/' },
    ...kinds.map((kind) => ({ name: kind, path: `/${kind}` })),
    ...cards,
    { name: 'search', path: '/companies', prepare: openSearch },
    { name: 'board', path: '/board' },
    { name: 'tasks', path: '/tasks' },
    { name: 'password', path: '/password' },
    ...settings.map((path) => ({ name: path.slice(1).replaceAll('/', '-'), path })),
    { name: 'companies-phone', path: '/companies', width: 390 },
    { name: 'companies-card-phone', path: cards[0]!.path, width: 390 },
    { name: 'tasks-phone', path: '/tasks', width: 390 },
  ];
}

async function addressOf(): Promise<string> {
  let output = '';
  for await (const chunk of server.stdout) {
    output += chunk;
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
    if (url) return url;
  }
  throw new Error(`the server has ended: ${output}`);
}
