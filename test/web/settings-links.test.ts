import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { WebhookWorker } from '../../src/v2/webhook-worker.ts';
import { faultsOf, noBrowser, openBrowser, type PageOptions, signInTo, withPage } from '../support/browser.ts';
import { type Receiver, startReceiver, until } from '../support/receiver.ts';
import { startServer, type TestServer, testNow } from '../support/server.ts';

// The settings that are about other programs, and the tags.

const settings = { allowPrivate: true, retrySeconds: [] };

describe('webhooks, integrations and tags in the browser', { skip: noBrowser }, () => {
  let server: TestServer;
  let browser: Browser;
  let receiver: Receiver;
  let worker: WebhookWorker;
  before(async () => {
    server = await startServer({ webhooks: settings });
    receiver = await startReceiver();
    worker = new WebhookWorker(
      server.store,
      () => testNow,
      settings,
      (error) => assert.fail(String(error)),
    );
    worker.start();
    browser = await openBrowser();
  });
  after(async () => {
    await browser.close();
    await worker.stop();
    await receiver.close();
    await server.close();
  });
  const onSettings = (path: string, work: (page: Page) => Promise<void>, options?: PageOptions) =>
    withPage(
      browser,
      server,
      async (page) => {
        await signInTo(page, `/settings/${path}`);
        await work(page);
      },
      options,
    );
  const message = (page: Page) => page.locator('section[aria-live]');
  const add = (items: readonly object[]) => server.post('/api/v2/companies', { add: items });
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).press('Enter');

  test('a webhook is made, told of an event, and what failed is sent again', () =>
    onSettings('webhooks', async (page) => {
      await press(page, 'New webhook');
      await page.keyboard.type(receiver.url);
      const companies = page.getByRole('group', { name: 'Companies' });
      await companies.getByText('Companies', { exact: true }).click();
      await companies.getByRole('checkbox', { name: 'deleted' }).press('Space');
      assert.deepEqual(await faultsOf(page), [], 'a new webhook');
      await press(page, 'Create');
      await page.getByText(/Companies: added, Companies: changed, Companies: restored/).waitFor();

      receiver.answer(404);
      await add([{ name: 'Сообщённая' }]);
      await until(() => receiver.received.length === 1);
      await until(async () => {
        await press(page, 'Refresh');
        return page.getByRole('cell', { name: 'Failed' }).isVisible();
      });
      await page.getByRole('button', { name: /^Companies: added #\d+$/ }).press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByText('contacts[add][0][name] = Сообщённая').waitFor();
      await dialog.getByText('404').waitFor();
      await dialog.getByRole('button', { name: 'Close' }).waitFor();
      assert.deepEqual(await faultsOf(page), [], 'a delivery');
      receiver.answer(200);
      await press(page, 'Send again');
      await message(page).getByText('It will be sent again').waitFor();
      await until(() => receiver.received.length === 2);
      assert.equal(receiver.received[1]!.body, receiver.received[0]!.body);
      await until(async () => {
        await press(page, 'Refresh');
        return page.getByRole('cell', { name: 'Delivered' }).isVisible();
      });
      assert.deepEqual(await faultsOf(page), [], 'webhooks');

      await press(page, `Edit ${receiver.url}`);
      await dialog
        .getByRole('group', { name: 'Companies' })
        .getByRole('checkbox', { name: 'changed', exact: true })
        .press('Space');
      await press(page, 'Save');
      await page.getByText('Companies: added, Companies: restored').waitFor();
      await press(page, `Delete ${receiver.url}`);
      await dialog.getByRole('button', { name: 'Delete' }).press('Enter');
      await page.getByText('No webhooks yet').waitFor();
    }));

  test('an integration is made, its secret shown once, renewed, and it is deleted', () =>
    onSettings('integrations', async (page) => {
      const dialog = page.getByRole('dialog');
      await press(page, 'New integration');
      await page.keyboard.type('Магазин');
      await dialog.getByRole('textbox', { name: 'Redirect address' }).fill('https://shop.example/oauth');
      assert.deepEqual(await faultsOf(page), [], 'a new integration');
      await press(page, 'Create');
      const secret = page.getByRole('status').locator('code');
      const first = await secret.innerText();
      assert.ok(first.length > 20);
      await page.getByText('No access yet').waitFor();
      assert.deepEqual(await faultsOf(page), [], 'integrations');
      await press(page, 'More: Магазин');
      await page.getByRole('menuitem', { name: 'New secret' }).press('Enter');
      await dialog.getByRole('button', { name: 'New secret' }).press('Enter');
      await dialog.waitFor({ state: 'detached' });
      assert.notEqual(await secret.innerText(), first);
      await page.reload();
      await page.getByText('No access yet').waitFor();
      assert.equal(await page.getByRole('status').count(), 0);
      await press(page, 'More: Магазин');
      await page.getByRole('menuitem', { name: 'Delete' }).press('Enter');
      await dialog.getByRole('button', { name: 'Delete' }).press('Enter');
      await page.getByText('No integrations yet').waitFor();
    }));

  test('tags are searched, renamed, merged and deleted', async () => {
    await add([
      { name: 'а', tags: 'аренда,Аренда офиса' },
      { name: 'б', tags: 'аренда' },
      { name: 'в', tags: 'лишний' },
    ]);
    const tagsOf = async (query: string) =>
      (await server.get(`/api/kontora/tags?entity=companies&query=${encodeURIComponent(query)}`)).json.tags.map(
        ({ name, count }: { name: string; count: number }) => `${name} ${count}`,
      );
    await onSettings('tags', async (page) => {
      const dialog = page.getByRole('dialog');
      await page.getByRole('searchbox', { name: 'Search tags' }).fill('аренда');
      await page.getByText('лишний').waitFor({ state: 'detached' });
      await page.getByRole('checkbox', { name: 'Select аренда', exact: true }).press('Space');
      await page.getByRole('checkbox', { name: 'Select Аренда офиса' }).press('Space');
      assert.deepEqual(await faultsOf(page), [], 'tags');
      await press(page, 'Merge');
      assert.deepEqual(await faultsOf(page), [], 'merge');
      await dialog.getByRole('button', { name: 'Merge' }).press('Enter');
      await message(page).getByText('1 record changed').waitFor();
      assert.deepEqual(await tagsOf('аренда'), ['аренда 2']);
      await press(page, 'Rename аренда');
      await dialog.getByRole('textbox').fill('Аренда помещений');
      await page.keyboard.press('Enter');
      await page.getByText('Аренда помещений').waitFor();
      await page.getByRole('searchbox', { name: 'Search tags' }).fill('лиш');
      await page.getByRole('checkbox', { name: 'Select лишний' }).click();
      await press(page, 'Delete');
      await dialog.getByRole('button', { name: 'Delete' }).press('Enter');
      await page.getByText('Nothing found').waitFor();
      assert.deepEqual(await tagsOf('лишний'), []);
    });
  });

  test('in Russian, in the dark and on a phone axe finds nothing wrong', () =>
    onSettings(
      'webhooks',
      async (page) => {
        for (const [path, heading] of [
          ['webhooks', 'Вебхуки'],
          ['integrations', 'Интеграции'],
          ['tags', 'Теги'],
          ['users', 'Пользователи'],
          ['fields', 'Поля'],
          ['pipelines', 'Воронки'],
        ] as const) {
          await page.goto(`/settings/${path}`);
          await page.getByRole('heading', { name: heading, exact: true }).waitFor();
          await page.waitForLoadState('networkidle');
          assert.deepEqual(await faultsOf(page), [], path);
        }
      },
      { language: 'ru', theme: 'dark', viewport: { width: 390, height: 780 } },
    ));
});
