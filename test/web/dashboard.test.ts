import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { emptyAccount } from '../../seed/empty.ts';
import { addUser } from '../support/accounts.ts';
import { faultsOf, fillSignIn, noBrowser, openBrowser, type PageOptions, withPage } from '../support/browser.ts';
import { type Credentials, startServer, type TestServer, testNow } from '../support/server.ts';

// The start page for who is signed in: web/src/dashboard. It is Thursday, 26 October 2017, 17:32 in Moscow.

const hour = 3600;
const day = 24 * hour;

describe('the dashboard', { skip: noBrowser }, () => {
  let server: TestServer;
  let browser: Browser;
  let seller: Credentials & { id: number };
  before(async () => {
    server = await startServer();
    browser = await openBrowser();
    const own = { lead_view: 'M', company_view: 'M' } as const;
    seller = await addUser(server.store, 'chart-seller', own);
    const mine = { responsible_user_id: seller.id };
    const add = async (path: string, ...items: object[]) => {
      const reply = await server.post(`/api/v2/${path}`, { add: items });
      assert.equal(reply.status, 200, reply.text);
    };
    await add(
      'companies',
      { name: 'В октябре', created_at: testNow - day, ...mine },
      { name: 'В сентябре', created_at: testNow - 30 * day },
      { name: 'В сентябре тоже', created_at: testNow - 31 * day, ...mine },
      { name: 'Давно', created_at: testNow - 900 * day, ...mine },
    );
    await add(
      'leads',
      { name: 'Моя', status_id: 8550002, sale: 1500, ...mine },
      { name: 'Чужая', status_id: 8550002, sale: 20_000 },
    );
    await add(
      'tasks',
      { text: 'Просрочена', complete_till_at: testNow - hour, ...mine },
      { text: 'Сегодня', complete_till_at: testNow + hour, ...mine },
      { text: 'В субботу', complete_till_at: testNow + 2 * day, ...mine },
      { text: 'В понедельник', complete_till_at: testNow + 4 * day, ...mine },
      { text: 'Чужая', complete_till_at: testNow - hour },
      { text: 'Чужая', complete_till_at: testNow - 2 * hour },
    );
  });
  after(async () => {
    await browser.close();
    await server.close();
  });

  const onStart = (work: (page: Page) => Promise<void>, { as, on = server, ...options }: StartOptions = {}) =>
    withPage(
      browser,
      on,
      async (page) => {
        await page.goto('/sign-in?back=%2F');
        await fillSignIn(page, as);
        await page.getByRole('heading', { level: 1, name: /Overview|Сводка/ }).waitFor();
        await work(page);
      },
      { timezoneId: 'Europe/Moscow', ...options },
    );
  const tile = (page: Page, name: string) => page.getByRole('main').getByRole('link', { name: new RegExp(`^${name}`) });
  const tilesOf = async (page: Page, ...names: string[]) => {
    const read = async (name: string) => (await tile(page, name).innerText()).split('\n').slice(1).join(' ');
    await page.waitForFunction(`document.querySelectorAll('main a[href^="/tasks"] .text-xs:not(:empty)').length === 3`);
    return Promise.all(names.map(read));
  };
  const stageRow = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) });
  /** The last rows of the table of the chart. */
  const periodsOf = async (page: Page, many: number) => {
    const rows = await page.getByRole('table').first().getByRole('row').allInnerTexts();
    return rows.slice(-many).map((text) => text.split('\t').join(' '));
  };

  test('tells the tasks that are due, of one’s own and of all, and leads to them', () =>
    onStart(
      async (page) => {
        assert.deepEqual(await tilesOf(page, 'Overdue', 'Today', 'This week'), [
          '1 1 in all',
          '1 1 in all',
          '2 2 in all',
        ]);
        await tile(page, 'Overdue').click();
        await page.getByRole('listitem').filter({ hasText: 'Просрочена' }).waitFor();
        assert.match(page.url(), new RegExp(`/tasks\\?users=${seller.id}$`));
      },
      { as: seller },
    ));

  test('shows what its reader sees: all to an administrator, his own to a user with M rights', async () => {
    const numbers = async (page: Page) => {
      await page.getByRole('img', { name: /^Companies added since/ }).waitFor();
      await page.getByRole('button', { name: 'As a table' }).click();
      const [row] = await stageRow(page, 'Переговоры').allInnerTexts();
      return { periods: await periodsOf(page, 2), leads: row!.split(/\s*\t\s*/) };
    };
    const all = (await server.get('/api/kontora/growth?entity=companies&by=month')).json;
    await onStart(async (page) => {
      const [september, october] = all.periods.slice(-2).map(({ count }: { count: number }) => count);
      const { periods, leads } = await numbers(page);
      assert.deepEqual(periods, [`September 2017 ${september}`, `October 2017 ${october}`]);
      assert.ok(september >= 2 && october > 1);
      assert.deepEqual(leads.slice(-2), ['2', '₽21,500']);
      assert.deepEqual(await tilesOf(page, 'Overdue'), ['2 3 in all']);
    });
    await onStart(
      async (page) => {
        const { periods, leads } = await numbers(page);
        assert.deepEqual(periods, ['September 2017 1', 'October 2017 1']);
        assert.deepEqual(leads.slice(-2), ['1', '₽1,500']);
        await page.getByText('in the last 12 months · 3 in all').waitFor();
      },
      { as: seller },
    );
  });

  test('draws another kind, by weeks or days, and tells the bar that is pointed at', () =>
    onStart(
      async (page) => {
        const chart = page.getByRole('img', { name: /added since/ });
        await chart.waitFor();
        await page.getByLabel('Period').selectOption('day');
        await page.getByRole('img', { name: 'Companies added since Sep 27, 2017: 1' }).waitFor();
        const { x, y, width, height } = (await chart.boundingBox())!;
        // Yesterday is the last but one bar.
        await page.mouse.move(x + width - ((width - 48) / 30) * 1.5 - 4, y + height / 2);
        await page.getByText('Oct 25, 2017').waitFor();
        await page.mouse.move(x, y - 200);
        await page.getByText('in the last 30 days').waitFor();
        await page.getByLabel('What is counted').selectOption('leads');
        await page.getByRole('img', { name: 'Leads added since Sep 27, 2017: 1' }).waitFor();
      },
      { as: seller },
    ));

  test('the bars have the colour of the theme', () =>
    onStart(async (page) => {
      await page.getByRole('img', { name: /added since/ }).waitFor();
      const accents = `(() => {
        const canvas = document.querySelector('canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const wanted = getComputedStyle(canvas).getPropertyValue('--accent').match(/[0-9a-f]{2}/g).map((part) => parseInt(part, 16));
        let found = 0;
        for (let at = 0; at < data.length; at += 4) if (wanted.every((part, index) => data[at + index] === part)) found += 1;
        return found;
      })()`;
      assert.ok((await page.evaluate<number>(accents)) > 100);
      await page.getByRole('button', { name: 'Account menu' }).click();
      await page.getByRole('menuitemradio', { name: 'Dark' }).click();
      await page.waitForTimeout(300);
      assert.ok((await page.evaluate<number>(accents)) > 100);
    }));

  test('an empty account is told how to begin; what runs where stays below', async () => {
    const empty = await startServer({ seed: emptyAccount });
    try {
      await onStart(
        async (page) => {
          await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
          await page.getByRole('link', { name: 'Import a file' }).waitFor();
          assert.equal(await page.getByRole('img', { name: /added since/ }).count(), 0);
          await page.getByText(empty.url, { exact: true }).waitFor();
          await page.getByRole('link', { name: 'Add a company' }).click();
          await page.getByRole('grid').waitFor();
        },
        { on: empty },
      );
    } finally {
      await empty.close();
    }
  });

  describe('axe finds nothing wrong', () => {
    const looks: readonly [string, PageOptions][] = [
      ['light', {}],
      ['dark', { theme: 'dark', language: 'ru' }],
      ['on a phone', { viewport: { width: 390, height: 780 }, hasTouch: true }],
    ];
    for (const [look, options] of looks) {
      test(look, () =>
        onStart(async (page) => {
          await page.getByRole('main').getByRole('img').first().waitFor();
          assert.deepEqual(await faultsOf(page), []);
        }, options),
      );
    }
  });
});

interface StartOptions extends PageOptions {
  readonly as?: Credentials;
  readonly on?: TestServer;
}
