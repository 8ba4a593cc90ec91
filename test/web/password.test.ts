import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { documentUserId } from '../../seed/document.ts';
import { addUser } from '../support/accounts.ts';
import { faultsOf, fillSignIn, noBrowser, openBrowser, type PageOptions, withPage } from '../support/browser.ts';
import { login, startServer, type TestServer } from '../support/server.ts';

// Passwords in a browser: the link that sets one, the sign-in, the change.

const first = 'correct horse battery';
const second = 'another long password';

describe('passwords', { skip: noBrowser }, () => {
  let server: TestServer;
  let browser: Browser;
  before(async () => {
    [server, browser] = await Promise.all([startServer(), openBrowser()]);
  });
  after(async () => {
    await browser.close();
    await server.close();
  });

  const onPage = (work: (page: Page) => Promise<void>, options?: PageOptions) =>
    withPage(browser, server, work, options);
  const newLink = async (id = documentUserId): Promise<string> =>
    (await server.post('/api/kontora/users/password-link', { id })).json.path;
  const inTable = (page: Page) => page.getByRole('main').getByRole('grid').first().waitFor();

  test('one is set by a link, by the keyboard alone, and is then what one signs in with', () =>
    onPage(async (page) => {
      const path = await newLink();
      await page.goto(path);
      await page.getByText(login).waitFor();
      assert.deepEqual(await faultsOf(page), []);
      await page.getByLabel('New password', { exact: true }).focus();
      await page.keyboard.type(first);
      await page.keyboard.press('Tab');
      await page.keyboard.type(`${first}!`);
      await page.keyboard.press('Enter');
      await page.getByText('The two are not the same.').waitFor();
      await page.getByLabel('New password, once more').fill(first);
      await page.keyboard.press('Enter');
      await inTable(page);
      assert.match(page.url(), /\/companies$/);
      await page.context().clearCookies();
      await page.goto('/companies');
      await fillSignIn(page, { login, key: `${first}?` });
      await page.getByText('Login or password is wrong.').waitFor();
      await fillSignIn(page, { login, key: first });
      await inTable(page);
      await page.goto(path);
      await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
    }));

  test('a weak one is refused with its reason, in Russian too', () =>
    onPage(
      async (page) => {
        const { id, login: name } = await addUser(server.store, 'anna', {});
        await page.goto(await newLink(id));
        await page.getByText(name).waitFor();
        for (const label of ['Новый пароль', 'Новый пароль ещё раз']) {
          await page.getByLabel(label, { exact: true }).fill('коротко');
        }
        await page.getByRole('button', { name: 'Сохранить' }).click();
        await page.getByText('В пароле от 10 до 256 символов').waitFor();
        assert.deepEqual(await faultsOf(page), []);
      },
      { language: 'ru', theme: 'dark' },
    ));

  test('one’s own is changed with the old one, from the menu, and the session goes on', () =>
    onPage(async (page) => {
      const user = await addUser(server.store, 'boris', {});
      await page.goto('/companies');
      await fillSignIn(page, user);
      await inTable(page);
      await page.getByRole('button', { name: 'Account menu' }).click();
      await page.getByRole('menuitem', { name: 'Change password' }).click();
      await page.getByLabel('Old password').fill('not my key');
      for (const label of ['New password', 'New password, once more']) {
        await page.getByLabel(label, { exact: true }).fill(second);
      }
      await page.keyboard.press('Enter');
      await page.getByText('The old password is wrong.').waitFor();
      await page.getByLabel('Old password').fill(user.key);
      await page.keyboard.press('Enter');
      await page.getByText('Your password is changed').waitFor();
      await inTable(page);
      await page.context().clearCookies();
      await page.goto('/companies');
      await fillSignIn(page, { ...user, key: second });
      await inTable(page);
    }));

  test('without a link and a session the page says where links come from', () =>
    onPage(
      async (page) => {
        await page.goto('/password');
        await page.getByText('Passwords are set by a link').waitFor();
        assert.deepEqual(await faultsOf(page), []);
        await page.getByRole('link', { name: 'Sign in' }).click();
        await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      },
      { viewport: { width: 390, height: 800 } },
    ));
});
