import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { addUser } from '../support/accounts.ts';
import { faultsOf, fillSignIn, noBrowser, openBrowser, type PageOptions, withPage } from '../support/browser.ts';
import { type Credentials, startServer, type TestServer, testNow } from '../support/server.ts';

// The board of leads as people use it: web/src/board.

const stages = { first: 8550001, second: 8550002, third: 8550003 };

describe('the board', { skip: noBrowser }, () => {
  let server: TestServer;
  let browser: Browser;
  let names: Record<number, string>;
  before(async () => {
    server = await startServer();
    browser = await openBrowser();
    const { pipelines } = (await server.get('/api/v2/account?with=pipelines')).json._embedded;
    const statuses = Object.values<{ id: number; name: string }>(pipelines['10104'].statuses);
    names = Object.fromEntries(statuses.map(({ id, name }) => [id, name]));
  });
  after(async () => {
    await browser.close();
    await server.close();
  });

  const onBoard = (work: (page: Page) => Promise<void>, { query = '', as, ...options }: BoardOptions = {}) =>
    withPage(
      browser,
      server,
      async (page) => {
        await page.goto(`/board${query}`);
        await fillSignIn(page, as);
        await column(page, stages.first).waitFor();
        await work(page);
      },
      options,
    );
  const column = (page: Page, status: number) => page.getByRole('region', { name: names[status]!, exact: true });
  const card = (within: Page | Locator, name: string) => within.getByRole('article').filter({ hasText: name });
  const message = (page: Page) => page.locator('section[aria-live]');
  const add = async (...leads: object[]): Promise<number[]> => {
    const reply = await server.post('/api/v2/leads', { add: leads });
    return reply.json._embedded.items.map(({ id }: { id: number }) => id);
  };
  const leadOf = async (id: number) => (await server.get(`/api/v2/leads?id=${id}`)).json._embedded.items[0];
  const moved = async (id: number, status: number) => {
    for (let tries = 0; tries < 50; tries += 1) {
      if ((await leadOf(id)).status_id === status) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal((await leadOf(id)).status_id, status);
  };
  const totalsOf = (page: Page, status: number) => column(page, status).locator('header p').innerText();

  /** Takes a card by the mouse to the middle of a column. */
  const dragTo = async (page: Page, name: string, status: number) => {
    const from = (await card(page, name).boundingBox())!;
    const to = (await column(page, status).boundingBox())!;
    await page.mouse.move(from.x + 30, from.y + 12);
    await page.mouse.down();
    await page.mouse.move(from.x + 50, from.y + 20, { steps: 3 });
    await page.mouse.move(to.x + to.width / 2, to.y + 200, { steps: 8 });
    await page.mouse.up();
  };

  test('a lead is dragged by the mouse; numbers and sums follow, and come from the server again after a reload', async () => {
    const [id] = await add(
      { name: 'Тяга отсюда', status_id: stages.first, sale: 1000 },
      { name: 'Тяга рядом', status_id: stages.first, sale: 234 },
      { name: 'Тяга там уже', status_id: stages.second, sale: 5 },
    );
    await onBoard(
      async (page) => {
        await card(column(page, stages.first), 'Тяга отсюда').waitFor();
        assert.match(await totalsOf(page, stages.first), /2 leads\s*₽1,234/);
        await dragTo(page, 'Тяга отсюда', stages.second);
        await card(column(page, stages.second), 'Тяга отсюда').waitFor();
        assert.match(await totalsOf(page, stages.second), /2 leads\s*₽1,005/);
        await moved(id!, stages.second);
        await page.reload();
        await card(column(page, stages.second), 'Тяга отсюда').waitFor();
        assert.match(await totalsOf(page, stages.first), /1 lead\s*₽234/);
        assert.match(await totalsOf(page, stages.second), /2 leads\s*₽1,005/);
      },
      { query: `?q=${encodeURIComponent('тяга')}` },
    );
  });

  test('a lead is dragged by a finger that rests on it, and not by a swipe', async () => {
    const [id] = await add({ name: 'Под пальцем', status_id: stages.second });
    await onBoard(
      async (page) => {
        const touch = await page.context().newCDPSession(page);
        const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', x = 0, y = 0) =>
          touch.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] });
        const drag = async (rest: () => Promise<unknown>) => {
          const from = (await card(page, 'Под пальцем').boundingBox())!;
          const to = (await column(page, stages.first).boundingBox())!;
          await send('touchStart', from.x + 40, from.y + 12);
          await rest();
          for (let step = 1; step <= 8; step += 1) {
            await send('touchMove', from.x + 40 + ((to.x + 90 - from.x) * step) / 8, from.y + 12 + step * 4);
            await page.waitForTimeout(20);
          }
          await send('touchEnd');
        };
        await drag(async () => undefined);
        await page.waitForTimeout(300);
        assert.equal((await leadOf(id!)).status_id, stages.second);
        // The swipe has scrolled.
        await column(page, stages.first).evaluate((element) => element.parentElement?.scrollTo(0, 0));
        // It is lifted when it is seen twice: where it was, and under the finger.
        await drag(() => card(page, 'Под пальцем').nth(1).waitFor());
        await card(column(page, stages.first), 'Под пальцем').waitFor();
        await moved(id!, stages.first);
      },
      { hasTouch: true },
    );
  });

  test('a lead is moved by the keyboard alone, told in the language of the page; Escape leaves it', async () => {
    const [id] = await add({ name: 'Клавишная', status_id: stages.first });
    await onBoard(
      async (page) => {
        const handle = page.getByRole('button', { name: 'Переместить: Клавишная' });
        const told = (text: string) => page.getByRole('status').filter({ hasText: text });
        await handle.focus();
        await page.keyboard.press('Space');
        await told(`Клавишная: взята из этапа «${names[stages.first]}».`).waitFor();
        await page.keyboard.press('ArrowRight');
        await told(`Клавишная: над этапом «${names[stages.second]}».`).waitFor();
        await page.keyboard.press('Escape');
        await told(`Клавишная: остаётся в этапе «${names[stages.first]}».`).waitFor();
        assert.equal((await leadOf(id!)).status_id, stages.first);
        await handle.focus();
        await page.keyboard.press('Enter');
        await told(`Клавишная: взята из этапа «${names[stages.first]}».`).waitFor();
        for (const status of [stages.second, stages.third]) {
          await page.keyboard.press('ArrowRight');
          await told(`Клавишная: над этапом «${names[status]}».`).waitFor();
        }
        await page.keyboard.press('Enter');
        await told(`Клавишная: перенесена в этап «${names[stages.third]}».`).waitFor();
        await card(column(page, stages.third), 'Клавишная').waitFor();
        await moved(id!, stages.third);
      },
      { language: 'ru' },
    );
  });

  test('a move that is refused comes back, with the reason: no right, moved by others, no server', async () => {
    const [id, other, away] = await add(
      { name: 'Запретная', status_id: stages.first },
      { name: 'Спорная', status_id: stages.first },
      { name: 'Оторванная', status_id: stages.first },
    );
    const reader = await addUser(server.store, 'board-reader', { lead_edit: 'M' });
    await onBoard(
      async (page) => {
        await dragTo(page, 'Запретная', stages.second);
        await message(page).getByText('You may not edit “Запретная”').waitFor();
        await card(column(page, stages.first), 'Запретная').waitFor();
        assert.equal(await card(column(page, stages.second), 'Запретная').count(), 0);
      },
      { as: reader },
    );
    assert.equal((await leadOf(id!)).status_id, stages.first);
    await onBoard(async (page) => {
      await card(page, 'Спорная').waitFor();
      await server.post('/api/v2/leads', {
        update: [{ id: other, updated_at: testNow + 1, status_id: stages.third }],
      });
      await dragTo(page, 'Спорная', stages.second);
      await message(page).getByText(`“Спорная” was moved to “${names[stages.third]}” by somebody else`).waitFor();
      await card(column(page, stages.third), 'Спорная').waitFor();
      await page.route('**/api/v2/leads', (route) => route.abort());
      await dragTo(page, 'Оторванная', stages.second);
      await message(page).getByText('The server cannot be reached').waitFor();
      await card(column(page, stages.first), 'Оторванная').waitFor();
    });
    assert.deepEqual([(await leadOf(other!)).status_id, (await leadOf(away!)).status_id], [stages.third, stages.first]);
  });

  test('a card leads to its lead; what was changed there is seen at once', async () => {
    const [id] = await add({ name: 'Ведущая', status_id: stages.first });
    await onBoard(async (page) => {
      await page.getByRole('link', { name: 'Ведущая' }).click();
      await page.waitForURL(`**/leads/${id}`);
      await page.getByRole('heading', { name: 'Ведущая' }).waitFor();
      await page.locator('[data-edit]').first().waitFor();
      await server.post('/api/v2/leads', { update: [{ id, updated_at: testNow + 1, name: 'Другая', sale: 77 }] });
      await page.goBack();
      await card(page, 'Другая').getByText('₽77').waitFor();
    });
  });

  test('a user with M rights sees his own leads, numbers and sums alone', async () => {
    const seller = await addUser(server.store, 'board-seller', { lead_view: 'M' });
    await add(
      { name: 'Моя большая', status_id: stages.second, sale: 700, responsible_user_id: seller.id },
      { name: 'Чужая большая', status_id: stages.second, sale: 900 },
    );
    await onBoard(
      async (page) => {
        await card(page, 'Моя большая').waitFor();
        assert.equal(await page.getByRole('article').count(), 1);
        assert.match(await totalsOf(page, stages.second), /1 lead\s*₽700/);
        assert.match(await totalsOf(page, stages.first), /0 leads/);
      },
      { as: seller },
    );
  });

  test('pipelines, users and search stand in the address; long columns load as they are scrolled', async () => {
    const seller = await addUser(server.store, 'board-second', {});
    const draft = { name: 'Вторая воронка', statuses: { 0: { name: 'Длинный этап', color: '#fffeb2' } } };
    const made = await server.post('/private/api/v2/json/pipelines/set', { request: { pipelines: { add: [draft] } } });
    const [pipeline] = Object.values<{ id: number; statuses: object }>(made.json.response.pipelines.add.pipelines);
    const status = Number(Object.keys(pipeline!.statuses).findLast((id) => id !== '142' && id !== '143'));
    names[status] = 'Длинный этап';
    const leads = Array.from({ length: 100 }, (_, index) => {
      const who = index === 50 ? { responsible_user_id: seller.id } : {};
      return { name: `Длинная ${index + 1}`, pipeline_id: pipeline!.id, status_id: status, sale: 1, ...who };
    });
    await add(...leads, { name: 'Выигранная там', pipeline_id: pipeline!.id, status_id: 142 });
    await onBoard(async (page) => {
      await page.getByRole('button', { name: 'Pipeline: Воронка' }).click();
      await page.getByRole('menuitemradio', { name: 'Вторая воронка' }).click();
      await page.waitForURL(/\?pipeline=\d+$/);
      const long = column(page, status);
      await card(long, 'Длинная 100').waitFor();
      assert.match(await totalsOf(page, status), /100 leads\s*₽100/);
      await card(column(page, 142), 'Выигранная там').waitFor();
      // All of the last change at once: by their ids from the newest down.
      assert.ok((await card(long, 'Длинная').count()) < 100);
      for (let tries = 0; tries < 8 && (await long.getByText('Длинная 1', { exact: true }).count()) === 0; tries += 1) {
        await long.getByRole('list').evaluate((list) => list.scrollTo(0, list.scrollHeight));
        await page.waitForTimeout(200);
      }
      assert.equal(await card(long, 'Длинная').count(), 100);
      await page.getByRole('searchbox').fill('Длинная 7');
      await page.waitForURL(/&q=/);
      await card(long, 'Длинная 77').waitFor();
      await page.waitForFunction(`document.querySelectorAll('article').length === 11`);
      assert.match(await totalsOf(page, status), /11 leads\s*₽11/);
      await page.getByRole('button', { name: 'Clear', exact: true }).click();
      await page.getByRole('button', { name: 'Responsible' }).click();
      await page.getByRole('option', { name: 'board-second' }).click();
      await page.keyboard.press('Escape');
      await card(long, 'Длинная 51').waitFor();
      await page.waitForFunction(`document.querySelectorAll('article').length === 1`);
      await page.reload();
      await card(long, 'Длинная 51').waitFor();
      assert.match(await totalsOf(page, status), /1 lead\s*₽1/);
    });
  });

  test('a lead is added to a stage', () =>
    onBoard(async (page) => {
      await page.getByRole('button', { name: `New lead in ${names[stages.third]}` }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('Новая на доске');
      await page.keyboard.press('Enter');
      await card(column(page, stages.third), 'Новая на доске').waitFor();
      const query = encodeURIComponent('Новая на доске');
      const [found] = (await server.get(`/api/v2/leads?query=${query}`)).json._embedded.items;
      assert.equal(found.status_id, stages.third);
    }));

  test('HTML and marks of direction are shown as texts', async () => {
    await add({ name: '<img src=x onerror="alert(1)">\u202egnp.exe', status_id: stages.first });
    await onBoard(async (page) => {
      await card(page, '<img src=x').waitFor();
      assert.equal(await page.getByRole('main').locator('img').count(), 0);
    });
  });

  describe('axe finds nothing wrong', () => {
    const looks: readonly [string, PageOptions][] = [
      ['light', {}],
      ['dark', { theme: 'dark', language: 'ru' }],
      ['on a phone', { viewport: { width: 390, height: 780 }, hasTouch: true }],
    ];
    for (const [look, options] of looks) {
      test(look, () =>
        onBoard(async (page) => {
          await page.getByRole('article').first().waitFor();
          assert.deepEqual(await faultsOf(page), []);
        }, options),
      );
    }
  });
});

interface BoardOptions extends PageOptions {
  readonly query?: string;
  readonly as?: Credentials;
}
