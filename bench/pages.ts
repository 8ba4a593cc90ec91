// node bench/pages.ts --url http://127.0.0.1:8080 --login … --key …: what the pages of a running server take in a browser.
import { parseArgs } from 'node:util';
import { type CDPSession, chromium, type Page } from 'playwright-core';

const { values: given } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    login: { type: 'string', default: 'example@example.com' },
    key: { type: 'string', default: '' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    times: { type: 'string', default: '7' },
  },
});
const times = Number(given.times);

/** In the page, milliseconds from the end of loading its first script until a row has a text. */
const firstRowsAfterScript = `window.__firstRows = new Promise((resolve) => {
  const look = () => {
    const script = performance.getEntriesByType('resource').find((entry) => /assets\\/index-.*\\.js$/.test(entry.name));
    if (script && document.querySelector('[data-rank="0"] bdi')) resolve(performance.now() - script.responseEnd);
    else requestAnimationFrame(look);
  };
  look();
})`;

/** In the page, milliseconds from Ctrl with a key until that row has its text. */
const jumpTo = (key: 'Home' | 'End', rank: number) => `new Promise((resolve) => {
  const grid = document.querySelector('[role=grid]');
  grid.focus();
  const start = performance.now();
  grid.dispatchEvent(new KeyboardEvent('keydown', { key: '${key}', ctrlKey: true, bubbles: true }));
  const look = () => {
    if (document.querySelector('[data-rank="${rank}"] bdi')) resolve(performance.now() - start);
    else requestAnimationFrame(look);
  };
  look();
})`;

/** In the page, how long each frame of three seconds took. */
const framesOfThreeSeconds = `new Promise((resolve) => {
  const frames = [];
  let last = performance.now();
  const end = last + 3000;
  const next = (now) => {
    frames.push(now - last);
    last = now;
    if (now < end) requestAnimationFrame(next);
    else resolve(frames);
  };
  requestAnimationFrame(next);
})`;

const browser = await chromium.launch({ executablePath: given.chromium, args: ['--no-sandbox'] });
const context = await browser.newContext({ baseURL: given.url, viewport: { width: 1360, height: 820 }, locale: 'en' });
const page = await context.newPage();
page.setDefaultTimeout(60_000);
const session = await context.newCDPSession(page);
await page.addInitScript(firstRowsAfterScript);
await page.goto('/companies');
await page.locator('input[name=login]').fill(given.login);
await page.locator('input[name=password]').fill(given.key);
await page.keyboard.press('Enter');
await page.locator('[data-rank="0"] bdi').first().waitFor();

const sizes: number[] = [];
session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
  if (scripts.has(requestId)) sizes.push(encodedDataLength);
});
const scripts = new Set<string>();
session.on('Network.responseReceived', ({ requestId, type }) => {
  if (type === 'Script') scripts.add(requestId);
});

const firstRows: number[] = [];
for (let time = 0; time < times; time += 1) {
  await page.reload();
  firstRows.push(await page.evaluate<number>('window.__firstRows'));
}
await session.send('Network.enable');
await session.send('Network.setCacheDisabled', { cacheDisabled: true });
await page.setExtraHTTPHeaders({ 'Accept-Encoding': 'gzip' });
await page.reload();
await page.locator('[data-rank="0"] bdi').first().waitFor();
await page.waitForTimeout(500);
const gzipped = sizes.reduce((sum, size) => sum + size, 0);
await session.send('Network.setCacheDisabled', { cacheDisabled: false });

const total = Number(await page.getByRole('grid').getAttribute('aria-rowcount')) - 1;
const jumps: number[] = [];
for (let time = 0; time < times; time += 1) {
  jumps.push(await page.evaluate(jumpTo('End', total - 1)));
  // What has been read is kept: to jump there again would measure nothing.
  await page.reload();
  await page.locator('[data-rank="0"] bdi').first().waitFor();
  await page.waitForTimeout(300);
}

const { frames, longest } = await scrollFrames(page);
const edits: { shown: number; confirmed: number }[] = [];
for (let time = 0; time < times; time += 1) edits.push(await editOnce(page, time));
const heap = await heapOf(session);

const report: readonly (readonly [string, string, string])[] = [
  ['companies', String(total), ''],
  ['scripts of the page of companies, gzipped', `${Math.round(gzipped / 1000)} kB`, '≤ 200 kB'],
  ['first rows after the script runs', ms(firstRows), '≤ 300 ms'],
  ['jump to the last row', ms(jumps), '≤ 150 ms'],
  [
    'scrolling, p95 of a frame',
    `${percentile(frames, 0.95).toFixed(1)} ms (longest ${longest.toFixed(0)})`,
    '≤ 16.7 ms',
  ],
  ['an edit is shown', ms(edits.map(({ shown }) => shown)), '≤ 50 ms'],
  ['an edit is confirmed', ms(edits.map(({ confirmed }) => confirmed)), '≤ 150 ms'],
  ['memory of scripts after all this', `${(heap / 1e6).toFixed(0)} MB`, '≤ 150 MB'],
];
console.log('| | median (all) | target |\n|---|---|---|');
for (const line of report) console.log(`| ${line.join(' | ')} |`);
await browser.close();

function ms(list: readonly number[]): string {
  return `${percentile(list, 0.5).toFixed(0)} ms (${list.map((one) => one.toFixed(0)).join(', ')})`;
}

function percentile(list: readonly number[], part: number): number {
  return list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * part))] ?? Number.NaN;
}

/** Three seconds of a wheel that turns steadily, and how long each frame of them took. */
async function scrollFrames(page: Page): Promise<{ frames: number[]; longest: number }> {
  await page.getByRole('grid').hover();
  const measured = page.evaluate<number[]>(framesOfThreeSeconds);
  for (let turn = 0; turn < 100; turn += 1) {
    await page.mouse.wheel(0, 120);
    await page.waitForTimeout(25);
  }
  const frames = (await measured).slice(1);
  return { frames, longest: Math.max(...frames) };
}

/** Gives the first row another name, and waits for it to be seen and for the server to have it. */
async function editOnce(page: Page, time: number): Promise<{ shown: number; confirmed: number }> {
  await page.evaluate(jumpTo('Home', 0));
  // A click on a name opens its card.
  await page.keyboard.press('F2');
  const name = `Edited ${time} ${Date.now()}`;
  await page.locator('input[aria-label=Name]').fill(name);
  const saved = page.waitForResponse((response) => response.request().method() === 'POST');
  const start = performance.now();
  await page.keyboard.press('Enter');
  await page.locator('[data-rank="0"][data-column="0"]', { hasText: name }).waitFor();
  const shown = performance.now() - start;
  await saved;
  return { shown, confirmed: performance.now() - start };
}

async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value;
}
