import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { addUser } from '../support/accounts.ts';
import { faultsOf, fillSignIn, noBrowser, openBrowser, type PageOptions, withPage } from '../support/browser.ts';
import { type Credentials, startServer, type TestServer, testNow } from '../support/server.ts';

// The list of tasks as people use it: web/src/tasks. It is Thursday, 26 October 2017, 17:32 in Moscow.

const hour = 3600;
const day = 24 * hour;
const lastMinute = testNow + 6 * hour + 27 * 60;
const lead = { element_id: 1090408, element_type: 2 };

describe('tasks', { skip: noBrowser }, () => {
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

  const onTasks = (work: (page: Page) => Promise<void>, { query = '', as, ...options }: TasksOptions = {}) =>
    withPage(
      browser,
      server,
      async (page) => {
        await page.goto(`/tasks${query}`);
        await fillSignIn(page, as);
        await page.getByRole('main').waitFor();
        await work(page);
      },
      { timezoneId: 'Europe/Moscow', ...options },
    );
  const section = (page: Page, name: string) => page.getByRole('region', { name: new RegExp(`^${name}`) });
  const row = (page: Page, text: string) => page.getByRole('listitem').filter({ hasText: text });
  const message = (page: Page) => page.locator('section[aria-live]');
  const add = async (...tasks: object[]): Promise<number[]> => {
    const { _embedded } = (await server.post('/api/v2/tasks', { add: tasks })).json;
    return _embedded.items.map(({ id }: { id: number }) => id);
  };
  const find = async (query: string) => (await server.get(`/api/v2/tasks?${query}`)).json?._embedded.items[0];
  const taskOf = (id: number) => find(`id=${id}`);
  const eventually = async (read: () => Promise<unknown>, expected: unknown) => {
    for (let tries = 0; tries < 50; tries += 1) {
      if (JSON.stringify(await read()) === JSON.stringify(expected)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(await read(), expected);
  };

  test('an account without any is told so', () =>
    onTasks(async (page) => {
      await page.getByText('Nothing to do').waitFor();
      await page.getByRole('button', { name: 'Done', exact: true }).click();
      await page.getByText('Nothing was completed yet').waitFor();
    }));

  test('come by their days, with the name of their record and their time', async () => {
    await add(
      { ...lead, text: 'Давно пора', complete_till_at: testNow - hour },
      { text: 'Через час', complete_till_at: testNow + hour, task_type: 2 },
      { text: 'Когда угодно', complete_till_at: lastMinute },
      { text: 'Завтра', complete_till_at: testNow + day },
      { text: 'В воскресенье', complete_till_at: testNow + 3 * day },
      { text: 'В понедельник', complete_till_at: testNow + 4 * day },
    );
    await onTasks(async (page) => {
      const places: Record<string, string[]> = {
        Overdue: ['Давно пора'],
        Today: ['Через час', 'Когда угодно'],
        Tomorrow: ['Завтра'],
        'This week': ['В воскресенье'],
        Later: ['В понедельник'],
      };
      for (const [name, tasks] of Object.entries(places)) {
        await section(page, name).waitFor();
        const found = await section(page, name).getByRole('listitem').allInnerTexts();
        assert.deepEqual(
          found.map((text) => text.split('\n')[0]),
          tasks,
        );
      }
      const [found] = (await server.get('/api/v2/leads?id=1090408')).json._embedded.items;
      assert.match(
        await row(page, 'Давно пора').innerText(),
        new RegExp(`${found.name}.*Oct 26, 2017\\s+4:32 PM`, 's'),
      );
      const record = row(page, 'Давно пора').getByRole('link', { name: found.name });
      assert.equal(await record.getAttribute('href'), '/leads/1090408');
      assert.match(await row(page, 'Через час').innerText(), /Встреча.*6:32 PM/s);
      assert.match(await row(page, 'Когда угодно').innerText(), /any time/);
      assert.match(await section(page, 'Today').getByRole('heading').innerText(), /Thursday, October 26\s*2 tasks/);
    });
  });

  test('are completed with a result by the keyboard alone, and opened again by Undo', async () => {
    const [first, second] = await add(
      { text: 'Первая по порядку', complete_till_at: testNow - 9 * day },
      { text: 'Вторая по порядку', complete_till_at: testNow - 8 * day },
    );
    await onTasks(async (page) => {
      await page.getByRole('button', { name: 'Complete: Первая по порядку' }).focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByRole('textbox', { name: 'Result' }).waitFor();
      await page.keyboard.type('Договорились');
      await page.keyboard.press('Enter');
      await message(page).getByText('“Вторая по порядку” is done').waitFor();
      assert.equal(await row(page, 'Вторая по порядку').count(), 0);
      await eventually(async () => {
        const { is_completed, result } = await taskOf(second!);
        return [is_completed, result.text];
      }, [true, 'Договорились']);
      // The focus went on to another task.
      assert.match(await page.evaluate('document.activeElement.getAttribute("aria-label")'), /^Complete: /);
      assert.equal((await taskOf(first!)).is_completed, false);
      await page.getByRole('button', { name: 'Done', exact: true }).click();
      await section(page, 'Done').getByText('Договорились').waitFor();
      await message(page).getByRole('button', { name: 'Undo' }).click();
      await message(page).getByText('“Вторая по порядку” is to do again').waitFor();
      await eventually(async () => (await taskOf(second!)).is_completed, false);
    });
  });

  test('are moved to another day at the same time, and back by Undo', async () => {
    const [id] = await add({ text: 'Переносимая', complete_till_at: testNow - 20 * day + hour });
    await onTasks(async (page) => {
      await section(page, 'Overdue').getByText('Переносимая').waitFor();
      await page.getByRole('button', { name: 'Actions: Переносимая' }).click();
      await page.getByRole('menuitem', { name: 'Tomorrow' }).click();
      await section(page, 'Tomorrow').getByText('Переносимая').waitFor();
      await eventually(async () => (await taskOf(id!)).complete_till_at, testNow + day + hour);
      await message(page).getByRole('button', { name: 'Undo' }).click();
      await section(page, 'Overdue').getByText('Переносимая').waitFor();
      await eventually(async () => (await taskOf(id!)).complete_till_at, testNow - 20 * day + hour);
    });
  });

  test('are added with a record, edited and deleted', async () => {
    const { id: anna } = await addUser(server.store, 'task-anna', {});
    await onTasks(async (page) => {
      await page.getByRole('button', { name: 'New task' }).click();
      const form = page.getByRole('dialog', { name: 'New task' });
      await form.getByLabel('What is to be done').fill('Новая из списка');
      await form.getByLabel('Day').fill('2017-10-27');
      await form.getByLabel('Time').fill('09:15');
      await form.getByLabel('Type').selectOption('3');
      await form.getByRole('button', { name: 'About: No record' }).click();
      await page.getByRole('combobox').last().fill('ромашка');
      await page.getByRole('option', { name: 'ООО Ромашка' }).click();
      await form.getByRole('button', { name: 'Create' }).click();
      await section(page, 'Tomorrow').getByText('Новая из списка').waitFor();
      const made = await find('type=company&element_id=41389');
      assert.deepEqual(
        [made.text, made.task_type, made.complete_till_at],
        ['Новая из списка', 3, Date.parse('2017-10-27T09:15:00+03:00') / 1000],
      );
      await page.getByRole('button', { name: 'Complete: Новая из списка' }).press('F2');
      const edit = page.getByRole('dialog', { name: 'Edit task' });
      await edit.getByLabel('What is to be done').fill('Другая из списка');
      await edit.getByLabel('Time').fill('');
      await edit.getByLabel('Responsible').selectOption(String(anna));
      await edit.getByRole('button', { name: 'Save' }).click();
      await row(page, 'Другая из списка').getByText('task-anna').waitFor();
      await eventually(async () => {
        const { text, responsible_user_id, complete_till_at, element_id } = await taskOf(made.id);
        return [text, responsible_user_id, complete_till_at, element_id];
      }, ['Другая из списка', anna, Date.parse('2017-10-27T23:59:00+03:00') / 1000, 41389]);
      await page.getByRole('button', { name: 'Complete: Другая из списка' }).press('Delete');
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await message(page).getByText('“Другая из списка” was deleted').waitFor();
      assert.equal(await row(page, 'Другая из списка').count(), 0);
      assert.equal(await server.get(`/api/v2/tasks?id=${made.id}`).then(({ status }) => status), 204);
    });
  });

  test('filters by user and type stand in the address; a user with M rights sees his own alone', async () => {
    const seller = await addUser(server.store, 'task-seller', { lead_view: 'M' });
    await add(
      { ...lead, text: 'О чужой сделке', complete_till_at: testNow + hour, responsible_user_id: seller.id },
      { text: 'Моё письмо', complete_till_at: testNow + hour, responsible_user_id: seller.id, task_type: 3 },
      { text: 'Мой звонок', complete_till_at: testNow + hour, responsible_user_id: seller.id },
      { text: 'Чужой звонок', complete_till_at: testNow + hour },
    );
    await onTasks(
      async (page) => {
        await row(page, 'Моё письмо').waitFor();
        assert.equal(await page.getByRole('button', { name: /^Complete/ }).count(), 2);
        await section(page, 'Today').getByText('2 tasks').waitFor();
        await page.getByLabel('Type').selectOption('3');
        await page.waitForURL(/type=3/);
        await section(page, 'Today').getByText('1 task', { exact: true }).waitFor();
        assert.equal(await row(page, 'Мой звонок').count(), 0);
      },
      { as: seller },
    );
    await onTasks(async (page) => {
      await row(page, 'Чужой звонок').waitFor();
      await page.getByRole('button', { name: 'Responsible' }).click();
      await page.getByRole('option', { name: 'task-seller' }).click();
      await page.waitForURL(new RegExp(`users=${seller.id}`));
      await page.reload();
      await section(page, 'Today').getByText('3 tasks').waitFor();
      assert.equal(await row(page, 'Чужой звонок').count(), 0);
      await page.getByRole('button', { name: 'Mine' }).click();
      await row(page, 'Чужой звонок').waitFor();
      assert.equal(await row(page, 'Моё письмо').count(), 0);
    });
  });

  test('what was changed meanwhile, or may not be changed, is as it is on the server, with the reason', async () => {
    const reader = await addUser(server.store, 'task-reader', { task_edit: 'D', task_delete: 'D' });
    const [contested, locked] = await add(
      { text: 'Спорная задача', complete_till_at: testNow + hour },
      { ...lead, text: 'Запертая задача', complete_till_at: testNow + hour },
    );
    const moveToTomorrow = async (page: Page, text: string) => {
      await page.getByRole('button', { name: `Actions: ${text}` }).click();
      await page.getByRole('menuitem', { name: 'Tomorrow' }).click();
    };
    await onTasks(async (page) => {
      await row(page, 'Спорная задача').waitFor();
      await server.post('/api/v2/tasks', { update: [{ id: contested, updated_at: testNow + 1, text: 'Решённая' }] });
      await moveToTomorrow(page, 'Спорная задача');
      await message(page).getByText('“Спорная задача” was changed by somebody else').waitFor();
      await section(page, 'Today').getByText('Решённая').waitFor();
    });
    await onTasks(
      async (page) => {
        await row(page, 'Запертая задача').waitFor();
        await moveToTomorrow(page, 'Запертая задача');
        await message(page).getByText('You may not edit “Запертая задача”').waitFor();
        await section(page, 'Today').getByText('Запертая задача').waitFor();
        await page.getByRole('button', { name: 'Complete: Запертая задача' }).press('Delete');
        await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
        await message(page).getByText('You may not delete “Запертая задача”').waitFor();
        await row(page, 'Запертая задача').waitFor();
      },
      { as: reader },
    );
    const at = async (id: number) => (await taskOf(id)).complete_till_at;
    assert.deepEqual([await at(contested!), await at(locked!)], [testNow + hour, testNow + hour]);
  });

  test('HTML is shown as text; in Russian', async () => {
    await add({ text: '<img src=x onerror="alert(1)">', complete_till_at: testNow + hour });
    await onTasks(
      async (page) => {
        await section(page, 'Сегодня').getByText('<img src=x').waitFor();
        assert.equal(await page.getByRole('main').locator('img').count(), 0);
        await section(page, 'Просрочены').waitFor();
        assert.match(await section(page, 'Сегодня').getByRole('heading').innerText(), /четверг, 26 октября/);
      },
      { language: 'ru' },
    );
  });

  describe('axe finds nothing wrong', () => {
    const looks: readonly [string, PageOptions][] = [
      ['light', {}],
      ['dark', { theme: 'dark', language: 'ru' }],
      ['on a phone', { viewport: { width: 390, height: 780 }, hasTouch: true }],
    ];
    for (const [look, options] of looks) {
      test(look, () =>
        onTasks(async (page) => {
          await page.locator('[data-task]').first().waitFor();
          assert.deepEqual(await faultsOf(page), [], 'the list');
          await page.locator('[data-task]').first().click();
          await page.getByRole('dialog').waitFor();
          assert.deepEqual(await faultsOf(page), [], 'a result');
          await page.keyboard.press('Escape');
          await page.locator('[data-task]').first().press('F2');
          await page.locator('textarea[name=text]').waitFor();
          assert.deepEqual(await faultsOf(page), [], 'the form');
        }, options),
      );
    }
  });
});

interface TasksOptions extends PageOptions {
  readonly query?: string;
  readonly as?: Credentials;
}
