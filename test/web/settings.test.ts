import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { addUser } from '../support/accounts.ts';
import { faultsOf, noBrowser, openBrowser, type PageOptions, signInTo, withPage } from '../support/browser.ts';
import { type Credentials, startServer, type TestServer } from '../support/server.ts';

// The settings as administrators use them, and what others are offered of them.

describe('settings in the browser', { skip: noBrowser }, () => {
  let server: TestServer;
  let browser: Browser;
  before(async () => {
    server = await startServer();
    browser = await openBrowser();
  });
  after(async () => {
    await browser.close();
    await server.close();
  });
  const onSettings = (path: string, work: (page: Page) => Promise<void>, options?: PageOptions, as?: Credentials) =>
    withPage(
      browser,
      server,
      async (page) => {
        await signInTo(page, `/settings/${path}`, as);
        await work(page);
      },
      options,
    );
  const message = (page: Page) => page.locator('section[aria-live]');
  const add = async (kind: string, items: readonly object[]): Promise<number[]> => {
    const { json } = await server.post(`/api/v2/${kind}`, { add: items });
    return json._embedded.items.map(({ id }: { id: number }) => id);
  };

  describe('the bin', () => {
    const bin = async (kind: string) =>
      (await server.get(`/api/kontora/bin?entity=${kind}`)).json.items.map(({ name }: { name: string }) => name);
    const deleted = async (names: readonly string[]) => {
      const ids = await add(
        'companies',
        names.map((name) => ({ name })),
      );
      await server.post('/ajax/companies/multiple/delete', { ID: ids });
      return ids;
    };

    test('gives many back at once, and erases for good what is confirmed', async () => {
      const [first] = await deleted(['Брошенная 1', 'Брошенная 2', 'Брошенная 3', 'Другая']);
      await onSettings('bin', async (page) => {
        await page.getByRole('searchbox', { name: 'Search the bin' }).fill('брошенная');
        await page.getByRole('checkbox', { name: 'Select Брошенная 3' }).waitFor();
        assert.equal(await page.getByRole('row').count(), 4);
        assert.deepEqual(await faultsOf(page), []);
        await page.getByRole('checkbox', { name: 'Select all' }).press('Space');
        await page.getByRole('checkbox', { name: 'Select Брошенная 3' }).press('Space');
        await page.getByText('2 selected').waitFor();
        await page.getByRole('button', { name: 'Restore' }).press('Enter');
        await message(page).getByText('2 records restored').waitFor();
        assert.deepEqual(await bin('companies'), ['Брошенная 3', 'Другая']);
        assert.equal((await server.get(`/api/v2/companies?id=${first}`)).json._embedded.items[0].name, 'Брошенная 1');

        await page.getByRole('checkbox', { name: 'Select Брошенная 3' }).click();
        await page.getByRole('button', { name: 'Erase' }).click();
        await page.getByRole('dialog', { name: 'Erase 1 record?' }).waitFor();
        await page.keyboard.press('Escape');
        assert.deepEqual(await bin('companies'), ['Брошенная 3', 'Другая']);
        await page.getByRole('button', { name: 'Erase' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
        await message(page).getByText('1 record erased').waitFor();
        await page.getByText('Nothing found').waitFor();
        assert.deepEqual(await bin('companies'), ['Другая']);
        await page.getByRole('link', { name: 'Contacts' }).last().click();
        await page.getByText('Nothing has been deleted').waitFor();
        assert.match(page.url(), /\/settings\/bin\?kind=contacts$/);
      });
    });

    test('offers nobody but administrators to erase, and tells what may not be restored', async () => {
      const careful = await addUser(server.store, 'careful', { company_delete: 'M' });
      await deleted(['Чужая удалённая']);
      await onSettings(
        'bin',
        async (page) => {
          await page.getByRole('checkbox', { name: 'Select Чужая удалённая' }).click();
          assert.equal(await page.getByRole('button', { name: 'Erase' }).count(), 0);
          await page.getByRole('button', { name: 'Restore' }).click();
          await message(page).getByText('You may not restore 1 of them').waitFor();
        },
        {},
        careful,
      );
      assert.ok((await bin('companies')).includes('Чужая удалённая'));
    });
  });

  test('are offered by the navigation, Ctrl K and, on a phone, the menu of the account', async () => {
    await onSettings('import', async (page) => {
      await page.getByRole('link', { name: 'Bin' }).click();
      await page.getByRole('heading', { name: 'Bin' }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('import');
      await page.getByRole('option', { name: 'Start' }).waitFor({ state: 'detached' });
      await page.getByRole('option', { name: 'Settings · Import' }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Import' }).waitFor();
    });
    await onSettings(
      'bin',
      async (page) => {
        await page.getByRole('heading', { name: 'Корзина' }).waitFor();
        assert.deepEqual(await faultsOf(page), []);
        await page.goto('/');
        await page.getByRole('button', { name: 'Меню аккаунта' }).click();
        await page.getByRole('menuitem', { name: 'Настройки' }).click();
        await page.getByRole('heading', { name: 'Импорт' }).waitFor();
      },
      { language: 'ru', theme: 'dark', viewport: { width: 390, height: 780 } },
    );
  });
});
