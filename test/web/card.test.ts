import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { addUser } from '../support/accounts.ts';
import {
  faultsOf,
  fillSignIn,
  noBrowser,
  openBrowser,
  type PageOptions,
  signInTo,
  withPage,
} from '../support/browser.ts';
import { key, startServer, type TestServer, testNow } from '../support/server.ts';

// Cards of records, as people use them, in a real browser.

/** A field of every type that the document's account lacks. */
const newFields = {
  Text: { field_type: 1 },
  Number: { field_type: 2 },
  Flag: { field_type: 3 },
  Select: { field_type: 4, enums: ['Small', 'Large'] },
  Date: { field_type: 6 },
  Long: { field_type: 9 },
  Radio: { field_type: 10, enums: ['Cash', 'Card'] },
  Street: { field_type: 11 },
  Birthday: { field_type: 14 },
  Legal: { field_type: 15 },
  Organisation: { field_type: 17 },
};
const company = 41389;
const phone = 4396818;
const address = 4400115;
const role = 3789654;

describe('cards', { skip: noBrowser }, () => {
  let server: TestServer;
  let browser: Browser;
  let ids: Record<keyof typeof newFields, number>;
  before(async () => {
    server = await startServer();
    browser = await openBrowser();
    const add = Object.entries(newFields).map(([name, field]) => ({ name, ...field, element_type: 3, origin: 'test' }));
    const { _embedded } = (await server.post('/api/v2/fields', { add })).json;
    const made = _embedded.items.map(({ id }: { id: number }) => id);
    ids = Object.fromEntries(Object.keys(newFields).map((name, index) => [name, made[index]])) as typeof ids;
  });
  after(async () => {
    await browser.close();
    await server.close();
  });

  const onCard = (path: string, work: (page: Page) => Promise<void>, options?: PageOptions) =>
    withPage(
      browser,
      server,
      async (page) => {
        await signInTo(page, path);
        await page.locator('[data-edit]').first().waitFor();
        await work(page);
      },
      options,
    );
  test('a session that ends loses no note: it says so, knows who it was, leads back, and the note is there', async () => {
    const id = await add('companies', { name: 'С примечанием' });
    await onCard(`/companies/${id}`, async (page) => {
      const note = page.getByRole('textbox', { name: 'Note', exact: true });
      await note.fill('Не потерять');
      try {
        server.setNow(testNow + 3600);
        await page.keyboard.press('Control+Enter');
        await page.getByText('Your session is over').waitFor();
        assert.equal(await page.locator('section[aria-live] p').count(), 0);
        assert.equal(await page.locator('input[name=login]').inputValue(), 'example@example.com');
        await page.keyboard.type(key);
        await page.keyboard.press('Enter');
        await page.waitForURL(new RegExp(`/companies/${id}$`));
        await eventually(() => note.inputValue(), 'Не потерять');
        await note.press('Control+Enter');
        await page.getByRole('listitem').getByText('Не потерять').waitFor();
        await eventually(() => note.inputValue(), '');
        await page.reload();
        await note.waitFor();
        assert.equal(await note.inputValue(), '');
      } finally {
        server.setNow(testNow);
      }
    });
  });

  const read = async (kind: string, id: number) =>
    (await server.get(`/api/v2/${kind}?id=${id}`)).json?._embedded.items[0];
  const save = (kind: string, id: number, change: object) =>
    server.post(`/api/v2/${kind}`, { update: [{ id, updated_at: testNow, ...change }] });
  const add = async (kind: string, item: object): Promise<number> =>
    (await server.post(`/api/v2/${kind}`, { add: [item] })).json._embedded.items[0].id;
  /** What a custom field of the company holds on the server. */
  const stored = async (id: number) =>
    (await read('companies', company)).custom_fields.find((field: { id: number }) => field.id === id)?.values;
  const eventually = async (look: () => Promise<unknown>, expected: unknown) => {
    for (let tries = 0; tries < 50; tries += 1) {
      if (JSON.stringify(await look()) === JSON.stringify(expected)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(await look(), expected);
  };
  const message = (page: Page) => page.locator('section[aria-live]');
  /** By the keyboard: a click may hit a link that the value holds. */
  const edit = (page: Page, title: string) =>
    page.getByRole('button', { name: `Edit: ${title}`, exact: true }).press('Enter');
  const type = async (page: Page, title: string, text: string, end = 'Enter') => {
    await edit(page, title);
    await page.getByRole('main').getByRole('textbox', { name: title, exact: true }).fill(text);
    await page.keyboard.press(end);
  };
  const choose = async (page: Page, title: string, option: string) => {
    await edit(page, title);
    await page.getByRole('option', { name: option, exact: true }).click();
  };
  /** Many empty fields are folded away, but on a card without any other. */
  const unfold = async (page: Page) => {
    const button = page.getByRole('button', { name: /empty field|пуст/ });
    if ((await button.count()) > 0) await button.click();
  };
  const focused = (page: Page, label: string) =>
    page.waitForFunction(`document.activeElement.getAttribute('aria-label') === '${label}'`);
  const headingFocused = (page: Page) => page.waitForFunction(`document.activeElement.tagName === 'H1'`);
  const form = (page: Page, name: string): Locator => page.getByRole('form', { name });
  const feed = (page: Page) => page.getByRole('region', { name: 'Tasks and notes' });

  test('are opened from a table by the keyboard or a link, and lead back to where one was', () =>
    withPage(browser, server, async (page) => {
      for (let from = 1; from <= 300; from += 150) {
        const items = Array.from({ length: 150 }, (_, index) => ({ name: `Far ${from + index}` }));
        await server.post('/api/v2/contacts', { add: items });
      }
      await signInTo(page, '/contacts?q=far');
      await page.getByRole('gridcell', { name: 'Far 1', exact: true }).waitFor();
      await page.getByRole('grid').focus();
      await page.keyboard.press('Control+End');
      await page.getByRole('gridcell', { name: 'Far 300', exact: true }).waitFor();
      await page.keyboard.press('Control+Enter');
      await page.getByRole('heading', { name: 'Far 300' }).waitFor();
      await headingFocused(page);
      assert.match(page.url(), /\/contacts\/\d+$/);
      await page.goBack();
      await page.getByRole('gridcell', { name: 'Far 300', exact: true }).waitFor();
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Control+Enter');
      await page.getByRole('heading', { name: 'Far 299' }).waitFor();
      await page.goto('/leads');
      await page.getByRole('link', { name: 'Аренда склада' }).click();
      await page.getByRole('heading', { name: 'Аренда склада' }).waitFor();
      await page.reload();
      await page.getByRole('heading', { name: 'Аренда склада' }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('смирнова');
      await page.getByRole('option', { name: 'Анна Смирнова' }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Анна Смирнова' }).waitFor();
    }));

  test('of nothing, and of what one may not see, say so', async () => {
    const stranger = await addUser(server.store, 'stranger', { company_view: 'M' });
    await withPage(browser, server, async (page) => {
      await page.goto('/companies/41389');
      await fillSignIn(page, stranger);
      await page.getByRole('heading', { name: 'There is no such record, or you may not see it' }).waitFor();
    });
  });

  describe('fields', () => {
    test('of one value are edited, each by its editor', () =>
      onCard(`/companies/${company}`, async (page) => {
        await type(page, 'Name', 'ООО Ромашка и Ко');
        await page.getByRole('heading', { name: 'ООО Ромашка и Ко' }).waitFor();
        await eventually(async () => (await read('companies', company)).name, 'ООО Ромашка и Ко');
        await type(page, 'Text', 'plain', 'Tab');
        // Tab leads to the next field.
        await focused(page, 'Edit: Number');
        await page.keyboard.press('Enter');
        await page.getByRole('main').getByRole('textbox', { name: 'Number' }).fill('12 500');
        await page.keyboard.press('Enter');
        await edit(page, 'Flag');
        await choose(page, 'Select', 'Large');
        await edit(page, 'Date');
        await page.getByLabel('Date', { exact: true }).fill('2030-03-17');
        await page.keyboard.press('Enter');
        await type(page, 'Long', 'one');
        await page.keyboard.type('line');
        await page.keyboard.press('Control+Enter');
        await focused(page, 'Edit: Long');
        // Who types on adds to what is there.
        await page.keyboard.press('Space');
        await page.getByRole('main').getByRole('textbox', { name: 'Long' }).waitFor();
        await page.keyboard.type(' more');
        await page.keyboard.press('Control+Enter');
        await choose(page, 'Radio', 'Card');
        await type(page, 'Street', 'Baker Street');
        await type(page, 'Web', 'example.com');
        await edit(page, 'Birthday');
        await page.getByLabel('Birthday', { exact: true }).fill('1990-12-31');
        await page.keyboard.press('Enter');
        await edit(page, 'Роль');
        await page.getByRole('option', { name: 'Клиент' }).click();
        await page.getByRole('option', { name: 'Партнёр' }).click();
        await page.keyboard.press('Tab');
        const values = async () => {
          const fields = (await read('companies', company)).custom_fields;
          const named = [...Object.values(ids), 4396820, role];
          return fields
            .filter(({ id }: { id: number }) => named.includes(id))
            .map(({ values }: { values: { value: string }[] }) => values.map(({ value }) => value).join());
        };
        await eventually(
          async () => new Set(await values()).size && [...(await values())].sort(),
          [
            '1',
            '12500',
            '1990-12-31 00:00:00',
            '2030-03-17 00:00:00',
            'Baker Street',
            'Card',
            'Large',
            'http://example.com',
            'one\nline more',
            'plain',
            'Клиент,Партнёр',
          ].sort(),
        );
        await edit(page, 'Flag');
        await eventually(async () => (await stored(ids.Flag))[0].value, '0');
        // The feed tells it as the card does.
        await feed(page).getByText('Flag: Yes → No').waitFor();
        await feed(page).getByText('Date: Mar 17, 2030').waitFor();
        await feed(page).getByRole('link', { name: 'example.com', exact: true }).waitFor();
        await choose(page, 'Select', 'Empty');
        await eventually(() => stored(ids.Select), undefined);
        // In a table Enter leaves the text, and goes down.
        await page.goto('/companies?q=Ромашка');
        await page.getByRole('button', { name: 'Columns' }).click();
        await page.getByRole('checkbox', { name: 'Long', exact: true }).click();
        await page.keyboard.press('Escape');
        await page.getByRole('gridcell', { name: 'one line more' }).click();
        await page.keyboard.press('F2');
        await page.keyboard.press('Shift+Enter');
        await page.keyboard.type('third');
        await page.keyboard.press('Alt+Enter');
        await page.keyboard.type('fourth');
        await page.keyboard.press('Enter');
        await eventually(async () => (await stored(ids.Long))[0].value, 'one\nline more\nthird\nfourth');
      }));

    test('phones have their sorts; addresses and legal entities their parts', () =>
      onCard(`/companies/${company}`, async (page) => {
        await edit(page, 'Телефон');
        const phones = form(page, 'Телефон');
        await phones.getByRole('textbox').fill('+7 912 000-00-01');
        await phones.getByRole('combobox').selectOption({ label: 'mobile' });
        await phones.getByRole('button', { name: 'Add' }).click();
        await phones.getByRole('textbox').nth(1).fill('+7 912 000-00-02');
        await page.keyboard.press('Enter');
        const shown = async () =>
          (await stored(phone))?.map((one: { value: string; enum: string }) => [one.value, one.enum]);
        await eventually(shown, [
          ['+7 912 000-00-01', '3685089'],
          ['+7 912 000-00-02', '3685087'],
        ]);
        await focused(page, 'Edit: Телефон');
        const link = page.getByRole('link', { name: '+7 912 000-00-01' });
        assert.equal(await link.getAttribute('href'), 'tel:+79120000001');

        await unfold(page);
        await edit(page, 'Юридический адрес');
        await page.getByLabel('City', { exact: true }).fill('Тула');
        await page.getByLabel('Postal code').fill('300000');
        await page.keyboard.press('Enter');
        await page.getByText('300000, Тула').waitFor();
        await focused(page, 'Edit: Юридический адрес');
        const parts = async () =>
          (await stored(address))
            ?.map((one: { value: string; subtype: string }) => `${one.subtype} ${one.value}`)
            .sort();
        await eventually(parts, ['3 Тула', '5 300000']);

        await edit(page, 'Legal');
        await page.keyboard.press('Escape');
        await focused(page, 'Edit: Legal');
        await page.keyboard.press('Enter');
        await page.getByLabel('Name', { exact: true }).fill('ООО Ромашка');
        await page.getByLabel('Tax number').fill('7701000001');
        await page.getByLabel('Type', { exact: true }).selectOption({ label: 'Company' });
        await page.getByRole('button', { name: 'Save' }).click();
        const legal = { name: 'ООО Ромашка', vat_id: '7701000001', entity_type: 2 };
        await eventually(async () => (await stored(ids.Legal))?.[0].value, legal);
        // What an integration keeps besides stays as it is.
        const own = { name: 'Org', bank_code: '044525225', rating: { points: 5 } };
        await save('companies', company, { custom_fields: [{ id: ids.Organisation, values: [{ value: own }] }] });
        await page.reload();
        await edit(page, 'Organisation');
        await page.getByLabel('City', { exact: true }).fill('Тверь');
        await page.keyboard.press('Enter');
        await eventually(async () => (await stored(ids.Organisation))?.[0].value, { ...own, city: 'Тверь' });
        await feed(page).getByText('Organisation: Org, 044525225 → Org, 044525225, Тверь').waitFor();
        await edit(page, 'Телефон');
        await page.getByRole('button', { name: 'Remove +7 912 000-00-01' }).click();
        await page.keyboard.press('Escape');
        await focused(page, 'Edit: Телефон');
        assert.equal((await stored(phone)).length, 2);
      }));

    test('tags are chosen from those that are there, or made; a responsible user from a list', async () => {
      const other = await addUser(server.store, 'boris', {});
      await onCard(`/companies/${company}`, async (page) => {
        await edit(page, 'Tags');
        await page.getByRole('combobox').fill('опт');
        await page.keyboard.press('Enter');
        await page.getByRole('combobox').fill('аренда');
        await page.keyboard.press('Tab');
        const tags = async () => (await read('companies', company)).tags.map(({ name }: { name: string }) => name);
        await eventually(tags, ['опт', 'аренда']);
        await edit(page, 'Tags');
        await page.getByRole('option', { name: 'опт' }).click();
        await page.keyboard.press('Tab');
        await eventually(tags, ['аренда']);
        assert.equal(await message(page).getByText('was changed meanwhile').count(), 0);
        await choose(page, 'Responsible', 'boris');
        await eventually(async () => (await read('companies', company)).responsible_user_id, other.id);
      });
    });

    test('what others have changed, what one may not, and what is no value, come back with the reason', async () => {
      await onCard('/companies/41389', async (page) => {
        await save('companies', company, { custom_fields: [{ id: ids.Text, values: [{ value: 'by others' }] }] });
        await type(page, 'Text', 'mine');
        await message(page).getByText('was changed meanwhile: it is “by others” now').waitFor();
        await page.getByText('by others', { exact: true }).first().waitFor();
        // Another field of the same record is no conflict, though the record is another.
        await type(page, 'Street', 'Mine');
        await eventually(async () => (await stored(ids.Street))[0].value, 'Mine');
        await type(page, 'Number', 'many');
        const main = page.getByRole('main');
        await main.getByRole('alert').getByText('a number is needed').waitFor();
        const number = main.getByRole('textbox', { name: 'Number' });
        assert.equal(await number.inputValue(), 'many');
        await number.fill('77');
        await page.keyboard.press('Enter');
        await eventually(async () => (await stored(ids.Number))[0].value, '77');
        await type(page, 'Name', ' ');
        await main.getByRole('alert').getByText('a name is needed').waitFor();
        await page.keyboard.press('Escape');
        await page.route('**/api/v2/companies', (route) => route.abort());
        await type(page, 'Text', 'away');
        await message(page).getByText('The server cannot be reached').waitFor();
        await page.getByText('by others', { exact: true }).first().waitFor();
      });
      const reader = await addUser(server.store, 'viewer', { company_edit: 'D', company_delete: 'D' });
      await withPage(browser, server, async (page) => {
        await signInTo(page, '/companies/41389', reader);
        await type(page, 'Street', 'Not mine');
        await message(page).getByText('You may not edit').waitFor();
        await page.getByText('Mine', { exact: true }).waitFor();
      });
      assert.equal((await stored(ids.Street))[0].value, 'Mine');
    });
  });

  test('records are linked, made and unlinked; Undo links again', () =>
    onCard(`/companies/${company}`, async (page) => {
      const contacts = async () => (await read('companies', company)).contacts.id ?? [];
      await page.getByRole('button', { name: 'Link: Contacts' }).click();
      await page.getByRole('combobox').fill('смирнова');
      await page.getByRole('option', { name: 'Анна Смирнова' }).waitFor();
      await page.keyboard.press('Enter');
      const section = page.getByRole('region', { name: 'Contacts' });
      await section.getByRole('link', { name: 'Анна Смирнова' }).waitFor();
      assert.deepEqual(await contacts(), [1099181]);
      await section.getByRole('button', { name: 'Unlink Анна Смирнова' }).click();
      await eventually(contacts, []);
      await message(page).getByRole('button', { name: 'Undo' }).click();
      await section.getByRole('link', { name: 'Анна Смирнова' }).waitFor();
      await eventually(contacts, [1099181]);

      await page.getByRole('button', { name: 'Link: Leads' }).click();
      await page.getByRole('combobox').fill('Новый офис');
      await page.getByRole('option', { name: 'New: “Новый офис”' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
      await page.getByRole('heading', { name: 'Новый офис' }).waitFor();
      await headingFocused(page);
      await page.getByRole('region', { name: 'Company' }).getByRole('link').click();
      await page.getByRole('region', { name: 'Leads' }).getByRole('link', { name: 'Новый офис' }).waitFor();
    }));

  test('the feed takes notes and tasks; tasks are completed with a result', () =>
    onCard('/leads/43510', async (page) => {
      await feed(page).getByRole('textbox', { name: 'Note' }).fill('Просили <b>перезвонить</b>');
      await page.keyboard.press('Control+Enter');
      await feed(page).getByRole('listitem').getByText('Просили <b>перезвонить</b>').waitFor();
      await feed(page).getByRole('button', { name: 'Edit note' }).click();
      await feed(page).getByRole('textbox', { name: 'Edit note' }).fill('Перезвонили, https://example.com/a?b=1.');
      await feed(page).getByRole('button', { name: 'Save' }).click();
      const link = feed(page).getByRole('listitem').getByRole('link', { name: 'https://example.com/a?b=1' });
      assert.equal(await link.getAttribute('href'), 'https://example.com/a?b=1');
      assert.equal(await link.getAttribute('rel'), 'noopener noreferrer');

      await page.getByRole('tab', { name: 'Task' }).click();
      await feed(page).getByRole('textbox', { name: 'Task' }).fill('Отправить договор');
      await feed(page).getByLabel('Due').fill('2030-03-17T15:00');
      await feed(page).getByLabel('Type of task').selectOption({ index: 1 });
      await feed(page).getByRole('button', { name: 'Add task' }).click();
      await feed(page).getByRole('region', { name: 'To do' }).getByText('Отправить договор').waitFor();
      const task = async () => (await server.get('/api/v2/tasks?type=lead&element_id=43510')).json._embedded.items[0];
      assert.deepEqual([(await task()).task_type, (await task()).is_completed], [2, false]);
      const chooseIn = async (item: string) => {
        await feed(page).getByRole('button', { name: 'Actions: Отправить договор' }).click();
        await page.getByRole('menuitem', { name: item }).click();
      };
      const due = (await task()).complete_till_at;
      await chooseIn('Tomorrow');
      await message(page).getByRole('button', { name: 'Undo' }).click();
      await eventually(async () => (await task()).complete_till_at, due);
      await chooseIn('Edit…');
      await page.getByRole('dialog').getByLabel('Type').selectOption({ index: 0 });
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await eventually(async () => (await task()).task_type, 1);
      await feed(page).getByRole('checkbox', { name: 'Complete: Отправить договор' }).press('Space');
      await page.keyboard.insertText('Отправлен');
      await page.keyboard.press('Enter');
      await feed(page).getByRole('listitem').getByText('Отправлен', { exact: true }).waitFor();
      assert.deepEqual([(await task()).is_completed, (await task()).result.text], [true, 'Отправлен']);

      // Who changed what, and another stage.
      await type(page, 'Budget', '5000');
      await feed(page).getByText('5,000').waitFor();
      await choose(page, 'Stage', 'Переговоры');
      await feed(page).getByText('Первичный контакт').waitFor();
    }));

  test('the slider shows a card as it was, and what differs; nothing is edited there', async () => {
    const id = await add('companies', { name: 'Была', tags: 'опт' });
    server.setNow(testNow + 100);
    await save('companies', id, { updated_at: testNow + 100, name: 'Стала', tags: '' });
    server.setNow(testNow + 200);
    const text = (value: string) => ({ custom_fields: [{ id: ids.Text, values: [{ value }] }] });
    await save('companies', id, { updated_at: testNow + 200, ...text('later') });
    try {
      await onCard(`/companies/${id}`, async (page) => {
        await page.getByRole('button', { name: 'As it was' }).click();
        const slider = page.getByRole('slider');
        await page.getByText('2 earlier states').waitFor();
        await focused(page, 'Moment of the past');
        await page.keyboard.press('Escape');
        await slider.waitFor({ state: 'detached' });
        await page.keyboard.press('Enter');
        await focused(page, 'Moment of the past');
        await page.keyboard.press('ArrowLeft');
        await page.getByText('As it was. What differs from today is marked.').waitFor();
        await page.getByText('Now: later').waitFor();
        await page.getByRole('heading', { name: 'Стала' }).waitFor();
        await slider.press('Home');
        await page.getByRole('heading', { name: 'Была' }).waitFor();
        await page.getByText('Now: Стала').waitFor();
        await page.getByText('Now: Empty').waitFor();
        assert.equal(await page.getByRole('button', { name: /^Edit: / }).count(), 0);
        assert.equal(await page.getByRole('button', { name: /^Link: / }).count(), 0);
        await page.getByRole('button', { name: 'Back to now' }).click();
        await page.getByRole('heading', { name: 'Стала' }).waitFor();
        assert.equal(await page.getByText('Now: later').count(), 0);
        await page.getByRole('button', { name: 'Edit: Text' }).waitFor();
      });
    } finally {
      server.setNow(testNow);
    }
  });

  test('a record is deleted, and brought back by Undo', async () => {
    const id = await add('contacts', { name: 'Kurz' });
    await onCard(`/contacts/${id}`, async (page) => {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await message(page).getByText('“Kurz” is deleted').waitFor();
      await page.getByRole('grid').waitFor();
      assert.equal((await server.get(`/api/v2/contacts?id=${id}`)).status, 204);
      await message(page).getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('heading', { name: 'Kurz' }).waitFor();
      assert.equal((await read('contacts', id)).name, 'Kurz');
    });
  });

  test('HTML, formulas and marks of direction are harmless in every field', async () => {
    const bad = '<img src=x onerror="alert(1)">=1+1\u202egnp';
    const id = await add('companies', {
      name: bad,
      tags: [bad],
      contacts_id: [await add('contacts', { name: bad })],
      custom_fields: [
        { id: phone, values: [{ value: `${bad}`, enum: 'WORK' }] },
        { id: 4396820, values: [{ value: `javascript:alert(1)//${bad}` }] },
        { id: address, values: [{ value: bad, subtype: 'city' }] },
        ...[ids.Text, ids.Long, ids.Street].map((field) => ({ id: field, values: [{ value: bad }] })),
        ...[ids.Legal, ids.Organisation].map((field) => ({
          id: field,
          values: [{ value: { name: bad, address: bad, [bad]: bad } }],
        })),
      ],
    });
    const element = { element_id: id, element_type: 3 };
    const params = { PHONE: bad, LINK: 'javascript:alert(2)', DURATION: bad };
    await server.post('/api/v2/notes', {
      add: [
        { ...element, note_type: 4, text: bad },
        { ...element, note_type: 10, params },
        { ...element, note_type: 25, params: { service: bad, text: bad } },
        { ...element, note_type: 102, params: { phone: bad, text: bad } },
      ],
    });
    await server.post('/api/v2/tasks', { add: [{ ...element, text: bad, complete_till_at: testNow + 60 }] });
    await save('companies', id, { name: `${bad}2` });
    await onCard(`/companies/${id}`, async (page) => {
      await feed(page).getByRole('listitem').first().waitFor();
      await page.getByRole('region', { name: 'Contacts' }).getByRole('link').waitFor();
      assert.ok((await page.getByText('<img src=x').count()) >= 15);
      assert.equal(await page.getByRole('main').locator('img, script, b').count(), 0);
      const links = await page.getByRole('main').getByRole('link').all();
      for (const link of links) assert.match((await link.getAttribute('href')) ?? '', /^(\/|http:|tel:)/);
      // A mark of direction ends with the value that holds it.
      const loose = await page.evaluate(`[...document.querySelectorAll('main *')].flatMap((element) =>
        [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.includes('\\u202e'))
          .filter((node) => !node.parentElement.closest('bdi, del, textarea')).map((node) => node.parentElement.outerHTML))`);
      assert.deepEqual(loose, []);
    });
  });

  describe('axe finds nothing wrong', () => {
    const looks: readonly [string, PageOptions][] = [
      ['light', {}],
      ['dark, in Russian', { theme: 'dark', language: 'ru' }],
      ['on a phone', { viewport: { width: 390, height: 780 }, hasTouch: true }],
    ];
    for (const [look, options] of looks) {
      test(look, () =>
        onCard(
          '/companies/41389',
          async (page) => {
            await page.getByRole('listitem').first().waitFor();
            assert.deepEqual(await faultsOf(page), [], 'card');
            await unfold(page);
            await page.getByRole('button', { name: /: Long$/ }).press('Enter');
            const isWide = `[document.documentElement, document.querySelector('main')].some(
              ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)`;
            assert.equal(await page.evaluate(isWide), false, 'it is wider than the window');
            await page.keyboard.press('Escape');
            await page.getByRole('button', { name: /^(Edit|Изменить): Телефон/ }).press('Enter');
            await page.getByRole('tab').nth(1).click();
            assert.deepEqual(await faultsOf(page), [], 'editors');
            const { width } = (await page.getByRole('form').getByRole('textbox').first().boundingBox())!;
            assert.ok(width > 250, `a phone has ${width} pixels`);
            await page.keyboard.press('Escape');
            await page.getByRole('button', { name: /As it was|Как было/ }).click();
            await page.getByRole('slider').press('Home');
            await page
              .getByText(/Now:|Сейчас:/)
              .first()
              .waitFor();
            assert.deepEqual(await faultsOf(page), [], 'the past');
          },
          options,
        ),
      );
    }
  });

  test('the first table loads no scripts of cards', () =>
    withPage(browser, server, async (page) => {
      const sizes = new Map<string, number>();
      page.on('response', (response) => {
        const { pathname } = new URL(response.url());
        // What is loaded again comes from the browser's memory, without a length.
        if (pathname.endsWith('.js') && !sizes.has(pathname)) {
          sizes.set(pathname, Number(response.headers()['content-length']));
        }
      });
      const loaded = () => [...sizes.values()].reduce((sum, size) => sum + size, 0);
      await signInTo(page, '/companies');
      await page.getByRole('gridcell').first().waitFor();
      const ofTable = loaded();
      await page.goto('/companies/41389');
      await page.locator('[data-edit]').first().waitFor();
      assert.ok(ofTable > 0 && loaded() - ofTable > 10_000, `table ${ofTable} bytes, then ${loaded()}`);
    }));
});
