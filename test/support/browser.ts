import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { key, login, type TestServer } from './server.ts';

const places = [
  process.env['KONTORA_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const executablePath = places.find((place) => place && existsSync(place));

/** Why tests in a browser are passed over; in CI they have to run. */
export const noBrowser =
  executablePath === undefined && process.env['KONTORA_TEST_BROWSER'] !== 'required'
    ? 'NO BROWSER FOUND: the pages are not tested (install chromium, or name one in KONTORA_CHROMIUM)'
    : false;

export function openBrowser(): Promise<Browser> {
  assert.ok(executablePath, 'no browser was found');
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

export interface PageOptions extends BrowserContextOptions {
  readonly language?: 'en' | 'ru';
  readonly theme?: 'light' | 'dark';
}

const violations = '__violations';

/** Runs a test in a page of a context of its own; in the end no content security policy was violated and no script has failed. */
export async function withPage(
  browser: Browser,
  server: TestServer,
  work: (page: Page) => Promise<void>,
  { language = 'en', theme = 'light', ...options }: PageOptions = {},
): Promise<void> {
  const context = await browser.newContext({
    ...{ baseURL: server.url, locale: language, viewport: { width: 1280, height: 2200 } },
    ...options,
  });
  await context.addInitScript(`
    localStorage.getItem('language') ?? localStorage.setItem('language', '${language}');
    localStorage.getItem('theme') ?? localStorage.setItem('theme', '${theme}');
    window.${violations} = [];
    addEventListener('securitypolicyviolation', (event) => ${violations}.push(event.violatedDirective + ' ' + event.blockedURI));
  `);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  page.on('dialog', (dialog) => failures.push(`a dialog: ${dialog.message()}`));
  try {
    await work(page);
    assert.deepEqual(failures, []);
    assert.deepEqual(await page.evaluate(`window.${violations}`), []);
  } catch (error) {
    const shots = process.env['KONTORA_TEST_SHOTS'];
    if (shots) await page.screenshot({ path: `${shots}/${Date.now()}.png` });
    throw error;
  } finally {
    await context.close();
  }
}

/** Opens a page for who is signed in, by way of the sign-in. */
export async function signInTo(page: Page, path = '/companies', as = { login, key }): Promise<void> {
  await page.goto(path);
  await fillSignIn(page, as);
  await page
    .getByRole('main')
    .getByRole(/^\/(companies|contacts|leads|customers)(\?|$)/.test(path) ? 'grid' : 'heading')
    .first()
    .waitFor();
}

export async function fillSignIn(page: Page, as = { login, key }): Promise<void> {
  await page.locator('input[name=login]').fill(as.login);
  await page.locator('input[name=password]').fill(as.key);
  await page.keyboard.press('Enter');
}

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** What axe finds wrong, by rule, with the first place of each. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })
    .then(({ violations }) => violations.map(({ id, impact, nodes }) => impact + ' ' + id + ': ' + nodes[0].html.slice(0, 200)))`);
}
