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

  const eventually = async (read: () => Promise<unknown>, expected: unknown) => {
    for (let tries = 0; tries < 50; tries += 1) {
      if (JSON.stringify(await read()) === JSON.stringify(expected)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(await read(), expected);
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

    test('selects all that there are, not only those that are shown, and gives them back part by part', async () => {
      const names = Array.from({ length: 620 }, (_, index) => `Сотни ${index}`);
      for (const from of [0, 310]) await deleted(names.slice(from, from + 310));
      await onSettings('bin', async (page) => {
        await page.getByRole('searchbox', { name: 'Search the bin' }).fill('Сотни');
        await page.getByText('620 records').waitFor();
        await page.getByRole('checkbox', { name: 'Select all' }).click();
        await page.getByText('200 selected').waitFor();
        await page.getByRole('button', { name: 'Select all 620' }).click();
        await page.getByText('620 selected').waitFor();
        await page.getByRole('button', { name: 'Restore' }).click();
        await message(page).getByText('620 records restored').waitFor();
        await page.getByText('Nothing found').waitFor();
      });
      const { json } = await server.get('/api/kontora/count?entity=companies&query=Сотни');
      assert.equal(json.count, 620);
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

  test('a field is made, used in a record, renamed with its options, moved and deleted, by the keyboard', () =>
    onSettings('fields', async (page) => {
      const press = (name: string) => page.getByRole('button', { name, exact: true }).press('Enter');
      const names = () => page.getByRole('list', { name: 'Fields' }).locator('p.flex bdi').allInnerTexts();
      await press('New field');
      await page.keyboard.type('Источник');
      await page.getByRole('combobox', { name: 'Type' }).selectOption({ label: 'List' });
      await page.getByRole('textbox', { name: 'Option 1' }).focus();
      await page.keyboard.type('Сайт');
      await page.keyboard.press('Enter');
      await page.keyboard.type('Выставка');
      assert.deepEqual(await faultsOf(page), [], 'a new field');
      await press('Create');
      await message(page).getByText('“Источник” was added').waitFor();
      const [id] = await add('companies', [{ name: 'С источником' }]);

      await page.getByRole('link', { name: 'Companies' }).first().click();
      await page.getByRole('button', { name: 'Columns' }).click();
      const shown = page.getByRole('checkbox', { name: 'Источник', exact: true });
      if ((await shown.getAttribute('aria-checked')) === 'false') await shown.click();
      await page.keyboard.press('Escape');
      await page.getByRole('searchbox').fill('С источником');
      await page.getByText('1 company', { exact: true }).waitFor();
      const column = await page.getByRole('columnheader', { name: 'Источник' }).getAttribute('aria-colindex');
      await page.locator(`[role=gridcell][aria-colindex="${column}"]`).first().click();
      await page.keyboard.press('Enter');
      await page.keyboard.type('Выст');
      await page.keyboard.press('Enter');
      const value = async () =>
        (await server.get(`/api/v2/companies?id=${id}`)).json._embedded.items[0].custom_fields[0]?.values[0].value;
      await eventually(value, 'Выставка');

      await page.goto('/settings/fields');
      await press('Edit Источник');
      await page.getByRole('textbox', { name: 'Name' }).fill('Откуда');
      await page.getByRole('textbox', { name: 'Option 2' }).fill('Ярмарка');
      await press('Move up: Option 2');
      await press('Save');
      await message(page).getByText('“Откуда” was saved').waitFor();
      await page.getByText('Ярмарка, Сайт').waitFor();
      assert.equal(await value(), 'Ярмарка');
      const before = await names();
      await press('Move up: Откуда');
      await eventually(async () => (await names()).indexOf('Откуда'), before.length - 2);
      assert.deepEqual(await faultsOf(page), [], 'fields');
      await press('Delete Откуда');
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).press('Enter');
      await message(page).getByText('“Откуда” was deleted').waitFor();
      await eventually(value, undefined);
      assert.equal(await page.getByRole('button', { name: 'Edit Телефон' }).count(), 0);
    }));

  test('pipelines and stages are made, renamed, coloured, moved and deleted; leads in them forbid it', () =>
    onSettings('pipelines', async (page) => {
      const choose = async (of: string, what: string) => {
        await page
          .getByRole('button', { name: `More: ${of}`, exact: true })
          .last()
          .press('Enter');
        await page.getByRole('menuitem', { name: what }).press('Enter');
      };
      const dialog = page.getByRole('dialog');
      const card = page.getByRole('region', { name: 'Партнёры' });
      const stages = () => card.getByRole('listitem').locator('bdi').allInnerTexts();
      await page.getByRole('button', { name: 'New pipeline' }).press('Enter');
      await page.keyboard.type('Партнёры');
      await page.keyboard.press('Enter');
      await card.waitFor();
      for (const name of ['Знакомство', 'Договор']) {
        await card.getByRole('button', { name: 'New stage' }).press('Enter');
        await page.keyboard.type(name);
        await dialog.getByRole('radio', { name: 'Colour 15' }).check();
        assert.deepEqual(await faultsOf(page), [], 'a stage');
        await dialog.getByRole('button', { name: 'Create' }).press('Enter');
        await card.getByText(name).waitFor();
      }
      await choose('Договор', 'Move up');
      await eventually(async () => (await stages()).slice(1, 4), ['First contact', 'Договор', 'Знакомство']);
      await choose('First contact', 'Delete');
      await dialog.getByRole('button', { name: 'Delete' }).press('Enter');
      await eventually(async () => (await stages()).slice(1, 3), ['Договор', 'Знакомство']);
      const { json } = await server.get('/api/v2/pipelines');
      const made = Object.values<{ id: number; name: string; statuses: object }>(json._embedded.items).find(
        ({ name }) => name === 'Партнёры',
      )!;
      const stage = Object.values(made.statuses).find(({ name }) => name === 'Договор');
      assert.equal(stage.color, '#87f2c0');

      await add('leads', [{ name: 'Держит этап', status_id: stage.id, pipeline_id: made.id }]);
      await choose('Договор', 'Delete');
      await dialog.getByRole('button', { name: 'Delete' }).press('Enter');
      await message(page).getByText('Leads are in this stage').waitFor();
      await card.getByRole('listitem').locator('bdi', { hasText: 'Договор' }).waitFor();
      assert.deepEqual(await faultsOf(page), [], 'pipelines');
      await choose('Договор', 'Rename');
      await dialog.getByRole('textbox').fill('Соглашение');
      await page.keyboard.press('Enter');
      await card.getByText('Соглашение').waitFor();
    }));

  test('a user with M rights is made, signs in by the key that is shown once, and sees only his own', async () => {
    let key = '';
    await onSettings('users', async (page) => {
      await page.getByRole('link', { name: 'New user' }).press('Enter');
      await page.getByRole('textbox', { name: 'Name', exact: true }).waitFor();
      await page.keyboard.type('Ольга');
      await page.getByRole('textbox', { name: 'Login' }).fill('olga@example.com');
      await page.getByRole('button', { name: 'Own only' }).press('Enter');
      assert.equal(await page.getByRole('combobox', { name: 'Companies: See' }).inputValue(), 'M');
      await page.getByRole('combobox', { name: 'Companies: Delete' }).selectOption({ label: 'None' });
      assert.deepEqual(await faultsOf(page), [], 'a new user');
      await page.getByRole('button', { name: 'Create' }).press('Enter');
      key = await page.getByRole('status').locator('code').innerText();
      await page.getByRole('link', { name: 'All users' }).press('Enter');
      const row = page.getByRole('row', { name: 'Ольга' });
      await row.getByText('Limited').waitFor();
      assert.deepEqual(await faultsOf(page), [], 'users');
    });
    const olga = { login: 'olga@example.com', key };
    const { json } = await server.get('/api/kontora/users');
    const { id, rights } = json.users.find(({ login }: Credentials) => login === olga.login);
    assert.deepEqual([rights.company_view, rights.company_add, rights.company_delete], ['M', 'A', 'D']);
    await add('companies', [{ name: 'Ольгина', responsible_user_id: id }, { name: 'Не Ольгина' }]);
    await withPage(browser, server, async (page) => {
      await signInTo(page, '/companies', olga);
      await page.getByText('1 company', { exact: true }).waitFor();
      await page.getByRole('gridcell', { name: 'Ольгина', exact: true }).waitFor();
    });

    // By a link she sets a password.
    let link = '';
    await onSettings('users', async (page) => {
      await page.getByRole('link', { name: 'Ольга' }).click();
      await page.getByRole('button', { name: 'Link to set a password' }).press('Enter');
      link = await page.getByRole('status').locator('code').innerText();
      assert.deepEqual(await faultsOf(page), [], 'a user');
      // What is not saved is not lost unasked.
      await page.getByRole('textbox', { name: 'Phone' }).fill('123');
      await page.getByRole('link', { name: 'All users' }).click();
      const question = page.getByRole('dialog', { name: 'Leave without saving?' });
      await question.getByRole('button', { name: 'Cancel' }).click();
      assert.equal(await page.getByRole('textbox', { name: 'Phone' }).inputValue(), '123');
      await page.getByRole('link', { name: 'All users' }).click();
      await question.getByRole('button', { name: 'Leave' }).click();
      await page.getByRole('heading', { name: 'Users' }).waitFor();
    });
    assert.ok(link.startsWith(`${server.url}/password#`));
    await withPage(browser, server, async (page) => {
      await page.goto(link);
      await page.locator('input[type=password]').first().waitFor();
    });

    // Switched off, he is signed out; with a new key the old one has ended.
    await onSettings('users', async (page) => {
      await page.getByRole('link', { name: 'Ольга' }).click();
      await page.getByRole('button', { name: 'New API key' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'New API key' }).click();
      const renewed = await page.getByRole('status').locator('code').innerText();
      assert.notEqual(renewed, key);
      assert.equal((await server.get('/api/v2/account', {}, olga)).status, 401);
      assert.equal((await server.get('/api/v2/account', {}, { ...olga, key: renewed })).status, 200);
      await page.getByRole('checkbox', { name: 'Active' }).press('Space');
      await page.getByRole('button', { name: 'Save' }).press('Enter');
      await message(page).getByText('“Ольга” was saved').waitFor();
      assert.equal((await server.get('/api/v2/account', {}, { ...olga, key: renewed })).status, 401);
      await page.getByRole('link', { name: 'All users' }).click();
      await page.getByRole('row', { name: 'Ольга' }).getByText('Switched off').waitFor();
      await page.getByRole('link', { name: 'Администратор' }).click();
      assert.ok(await page.getByRole('checkbox', { name: 'Administrator' }).isDisabled());
    });
  });

  test('groups are made, renamed and deleted, and hold users', () =>
    onSettings('users', async (page) => {
      const groups = page.getByRole('list', { name: 'Groups' });
      await page.getByRole('button', { name: 'New group' }).press('Enter');
      await page.keyboard.type('Опт');
      await page.keyboard.press('Enter');
      await groups.getByText('Опт').waitFor();
      await page.getByRole('link', { name: 'Администратор' }).click();
      await page.getByRole('combobox', { name: 'Group' }).selectOption({ label: 'Опт' });
      await page.getByRole('button', { name: 'Save' }).click();
      await message(page).getByText('was saved').waitFor();
      await page.getByRole('link', { name: 'All users' }).click();
      await groups.getByRole('listitem').filter({ hasText: 'Опт' }).getByText('1 user').waitFor();
      await page.getByRole('button', { name: 'Rename Опт' }).press('Enter');
      await page.getByRole('dialog').getByRole('textbox').fill('Розница');
      await page.keyboard.press('Enter');
      await groups.getByText('Розница').waitFor();
      await page.getByRole('button', { name: 'Delete Розница' }).press('Enter');
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).press('Enter');
      await groups.getByText('Розница').waitFor({ state: 'detached' });
    }));

  test('others are not offered what administrators change, and are led away from it', async () => {
    const anna = await addUser(server.store, 'anna', {});
    await onSettings(
      'fields',
      async (page) => {
        await page.getByRole('heading', { name: 'Import' }).waitFor();
        const links = await page.getByRole('navigation', { name: 'Settings' }).getByRole('link').allInnerTexts();
        assert.deepEqual(links, ['Import', 'Bin']);
      },
      {},
      anna,
    );
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
