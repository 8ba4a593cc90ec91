import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { addUser } from '../support/accounts.ts';
import { faultsOf, noBrowser, openBrowser, type PageOptions, signInTo, withPage } from '../support/browser.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { windows1251 } from '../support/windows-1251.ts';

interface Chosen {
  selectedOptions: { text: string }[];
}

// An import as people do it: choose a file, look at what its columns become, let it run, put right what was refused.

describe('import in the browser', { skip: noBrowser }, () => {
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
  const onImport = (work: (page: Page) => Promise<void>, options?: PageOptions) =>
    withPage(
      browser,
      server,
      async (page) => {
        await signInTo(page, '/settings/import');
        await work(page);
      },
      options,
    );
  const choose = async (page: Page, name: string, text: string | Buffer) => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: /Choose a file|Выберите файл/ }).press('Enter');
    await (await chooser).setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  };
  const becomes = (page: Page, title: string) => page.getByRole('combobox', { name: `Becomes: ${title}`, exact: true });
  const chosen = (page: Page, title: string) =>
    becomes(page, title).evaluate((select) => (select as unknown as Chosen).selectedOptions[0]!.text);
  const start = (page: Page) => page.getByRole('button', { name: 'Import', exact: true }).press('Enter');
  const count = (page: Page, label: string) => page.locator('dl div', { hasText: label }).locator('dd');
  const ended = (page: Page) => page.getByRole('heading', { name: 'Imported' }).waitFor();
  const found = async (kind: string, query: string) => {
    const answer = await server.get(`/api/v2/${kind}?query=${encodeURIComponent(query)}`);
    return answer.status === 204 ? [] : answer.json._embedded.items;
  };

  test('of a file in Windows-1251: columns by their titles and by choice, a look at it, a reject with its reason', () =>
    onImport(async (page) => {
      const rows = [
        'Название компании;Рабочий телефон;Ответственный;Дата создания;Откуда',
        'Импорт «Ромашка»;8 800 100-00-01;example@example.com;26.10.2017 12:30;выставка',
        'Импорт «Чужая»;;nobody@example.com;;сайт',
        '"Импорт; с разделителем";"+7 495 000-00-01, +7 495 000-00-02";;2017-10-26;',
        ';;;;',
        '"Импорт «В две\r\nстроки»";;;;сайт',
      ];
      await choose(page, 'companies.csv', windows1251(`${rows.join('\r\n')}\r\n`));
      assert.equal(await page.getByRole('combobox', { name: 'Encoding' }).inputValue(), 'windows-1251');
      assert.equal(await page.getByRole('combobox', { name: 'Separator' }).inputValue(), ';');
      assert.equal(await chosen(page, 'Название компании'), 'Name');
      assert.equal(await chosen(page, 'Рабочий телефон'), 'Рабочий телефон');
      assert.equal(await chosen(page, 'Откуда'), 'Not imported');
      await becomes(page, 'Откуда').selectOption({ label: 'Tags' });
      const preview = page.getByRole('region', { name: 'How it will be read' });
      await preview.getByText('выставка').waitFor();
      await preview.getByText('Ответственный: нет пользователя «nobody@example.com»').waitFor();
      await preview.getByText('8 800 100-00-01 (WORK)').waitFor();
      await start(page);
      await ended(page);
      assert.equal(await count(page, 'Added').innerText(), '3');
      assert.equal(await count(page, 'Refused').innerText(), '1');
      const [company] = await found('companies', 'Импорт «Ромашка»');
      assert.equal(company.created_at, Date.parse('2017-10-26T12:30:00+03:00') / 1000);
      assert.equal(company.tags[0].name, 'выставка');
      const phones = (await found('companies', 'с разделителем'))[0].custom_fields[0].values;
      assert.deepEqual(
        phones.map(({ value }: { value: string }) => value),
        ['+7 495 000-00-01', '+7 495 000-00-02'],
      );
      assert.equal((await found('companies', 'строки»'))[0].name, 'Импорт «В две\r\nстроки»');

      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download refused rows' }).click();
      const file = await download;
      assert.equal(file.suggestedFilename(), 'companies.rejects.csv');
      const reason = 'Ответственный: нет пользователя «nobody@example.com»';
      const text = await readFile((await file.path())!, 'utf8');
      assert.equal(text, `\ufeff${rows[0]};Ошибка импорта\r\n${rows[2]};${reason}\r\n`);

      // Put right, it is imported like the first one.
      await page.getByRole('button', { name: 'Import another file' }).click();
      await choose(page, 'companies.rejects.csv', text.replace('nobody@', 'example@'));
      assert.equal(await page.getByRole('combobox', { name: 'Encoding' }).inputValue(), 'utf-8');
      assert.equal(await chosen(page, 'Ошибка импорта'), 'Not imported');
      await start(page);
      await ended(page);
      assert.equal((await found('companies', 'Импорт «Чужая»')).length, 1);
      await page.getByRole('link', { name: 'Open the table' }).click();
      await page.getByRole('gridcell', { name: 'Импорт «Чужая»', exact: true }).waitFor();
    }));

  test('of contacts finds their companies by name, and makes those that are missing once', () =>
    onImport(async (page) => {
      const add = [{ name: 'Известная фирма' }];
      const { _embedded } = (await server.post('/api/v2/companies', { add })).json;
      const rows = ['Иваницкий,известная  Фирма', 'Петров,Новая фирма', 'Сидоров,новая фирма', 'Один,'];
      await choose(page, 'contacts.csv', `Полное имя контакта,Компания\n${rows.join('\n')}`);
      assert.equal(await page.getByRole('combobox', { name: 'What the rows are' }).inputValue(), 'contacts');
      await start(page);
      await ended(page);
      assert.equal(await count(page, 'Added').innerText(), '4');
      const companyOf = async (name: string) => (await found('contacts', name))[0].company.id;
      assert.equal(await companyOf('Иваницкий'), _embedded.items[0].id);
      const [made] = await found('companies', 'Новая фирма');
      assert.deepEqual([await companyOf('Петров'), await companyOf('Сидоров')], [made.id, made.id]);
    }));

  test('goes on behind what is written when the connection broke, and nothing is written twice', () =>
    onImport(async (page) => {
      const rows = Array.from(
        { length: 4500 },
        (_, index) => `Длинный импорт ${index};${index % 1000 === 0 ? 'x' : index}`,
      );
      let requests = 0;
      await page.route('**/api/kontora/import/leads', (route) => {
        requests += 1;
        return requests === 2 ? route.abort() : route.continue();
      });
      await choose(page, 'leads.csv', `Название;Бюджет\n${rows.join('\n')}`);
      await start(page);
      await page.getByRole('heading', { name: 'Broken off' }).waitFor();
      await page.getByText('The server cannot be reached').waitFor();
      assert.equal(await count(page, 'Added').innerText(), '1,998');
      // Other pages may be looked at meanwhile.
      await page.getByRole('link', { name: 'Companies' }).first().click();
      await page.getByRole('grid').waitFor();
      await page.getByRole('link', { name: 'Settings' }).first().click();
      await page.getByRole('button', { name: 'Go on' }).press('Enter');
      await ended(page);
      assert.equal(await count(page, 'Added').innerText(), '4,495');
      assert.equal(await count(page, 'Refused').innerText(), '5');
      const { json } = await server.get('/api/kontora/count?entity=leads&query=Длинный+импорт');
      assert.equal(json.count, 4495);
    }));

  test('is stopped by Cancel', () =>
    onImport(async (page) => {
      await page.route('**/api/kontora/import/companies', async () => undefined);
      await choose(page, 'a.csv', 'Название\nНикогда');
      await start(page);
      await page.getByRole('button', { name: 'Cancel' }).press('Enter');
      await page.getByRole('heading', { name: 'Stopped' }).waitFor();
      assert.equal((await found('companies', 'Никогда')).length, 0);
    }));

  test('tells of files that are no tables, of two columns for one thing, and of a quote that is never closed', () =>
    onImport(async (page) => {
      await choose(page, 'book.csv', 'PK\u0003\u0004');
      await page.getByRole('alert').getByText('This is a workbook').waitFor();
      await choose(page, 'companies.csv', 'Название;Имя\nОдин;Два\n"Без конца;Три\nЧетыре;Пять\n');
      await becomes(page, 'Имя').selectOption({ label: 'Name' });
      await page.getByText('Two columns become “Name”').waitFor();
      assert.ok(await page.getByRole('button', { name: 'Import', exact: true }).isDisabled());
      await becomes(page, 'Имя').selectOption({ label: 'Not imported' });
      await start(page);
      await ended(page);
      assert.equal(await count(page, 'Added').innerText(), '2');
      await page.getByText('Кавычка не закрыта').waitFor();
    }));

  test('what a table shows is exported whole, in its order, harmless to spreadsheets, and comes back by an import', () =>
    onImport(async (page) => {
      const add = Array.from({ length: 620 }, (_, index) => ({ name: `Вывоз ${index}; "а"`, tags: '=1+1' }));
      await server.post('/api/v2/companies', { add: add.slice(0, 400) });
      await server.post('/api/v2/companies', { add: add.slice(400) });
      await page.goto('/companies?q=Вывоз&sort=-id');
      await page.getByText('620 companies').waitFor();
      await page.getByRole('button', { name: 'Export as CSV' }).press('Enter');
      await page.getByText('620 companies, by the search').waitFor();
      assert.deepEqual(await faultsOf(page), [], 'export');
      const download = page.waitForEvent('download');
      await page.keyboard.press('Enter');
      const file = await download;
      await page.getByText('620 companies exported').waitFor();
      const text = await readFile((await file.path())!, 'utf8');
      const lines = text.split('\r\n');
      assert.match(lines[0]!, /^\ufeffName;Responsible;Tags;/);
      assert.match(lines[1]!, /^"Вывоз 619; ""а""";Администратор;'=1\+1;/);
      assert.equal(lines.length, 622);
      await page.goto('/settings/import');
      await choose(page, 'companies.csv', text);
      assert.equal(await chosen(page, 'Name'), 'Name');
      assert.equal(await chosen(page, 'Responsible'), 'Responsible');
    }));

  test('everything of every kind is exported so that an import takes each row and changes nothing', async () => {
    const field = async (name: string, field_type: number, enums: readonly string[] = []) => {
      const add = [{ name, field_type, element_type: 3, origin: 'round', enums }];
      return (await server.post('/api/v2/fields', { add })).json._embedded.items[0].id;
    };
    const legal = { name: 'ООО «Туда и обратно»', vat_id: '7701234567', kpp: '770101001', address: 'Москва; 1' };
    const custom_fields = [
      { id: await field('Дата договора', 6), values: [{ value: '2026-02-03' }] },
      { id: await field('День рождения', 14), values: [{ value: '1990-12-31' }] },
      { id: await field('Скидка', 2), values: [{ value: '12.5' }] },
      { id: await field('Юр. лицо', 15), values: [{ value: legal }] },
      { id: await field('Организация', 17), values: [{ value: { name: 'АО', bank_code: '044525225', city: 'Тула' } }] },
      {
        id: 4400115,
        values: [
          { value: 'Тверская, 1', subtype: 'address_line_1' },
          { value: 'RU', subtype: 'country' },
        ],
      },
      { id: await field('Согласен', 3), values: [{ value: 1 }] },
      { id: await field('Города', 5, ['Тула, центр', 'Тула']), values: ['Тула, центр', 'Тула'] },
    ];
    const phone = (kind: string) => ({
      id: 4396818,
      values: [
        { value: '+7 900 000-11-22', enum: 'MOB' },
        { value: kind, enum: 'OTHER' },
      ],
    });
    const post = async (kind: string, item: object): Promise<number> =>
      (await server.post(`/api/v2/${kind}`, { add: [{ tags: 'Круг', ...item }] })).json._embedded.items[0].id;
    const twin = { name: 'Круг «Двойники»', custom_fields: [...custom_fields, phone('8 495 111-22-33')] };
    const company_id = await post('companies', twin);
    await post('companies', twin);
    const draft = { name: 'Вторая воронка', statuses: [{ name: 'Особый этап' }] };
    const request = { pipelines: { add: [draft] } };
    const made = await server.post('/private/api/v2/json/pipelines/set', { request });
    const [pipeline_id] = Object.keys(made.json.response.pipelines.add.pipelines).map(Number);
    await post('contacts', { name: 'Круглов', first_name: 'Иван', last_name: 'Круглов', company_id });
    await post('leads', { name: 'Круг сделок', sale: 12500, pipeline_id, company_id });
    await post('leads', { name: 'Круг закрытых', status_id: 142 });
    await post('customers', { name: 'Круг покупок', next_date: 1_800_000_123, next_price: 7, company_id });
    for (const language of ['ru', 'en'] as const) {
      await onImport(
        async (page) => {
          for (const kind of ['companies', 'contacts', 'leads', 'customers']) {
            const before = await found(kind, 'Круг');
            assert.ok(before.length > 0, kind);
            await page.goto(`/${kind}?q=Круг`);
            await page.getByRole('gridcell', { name: before[0].name, exact: true }).first().waitFor();
            await page.getByRole('button', { name: /Export as CSV|Экспорт в CSV/ }).click();
            await page.getByLabel(/All columns|Все столбцы/).click();
            const download = page.waitForEvent('download');
            await page.getByRole('button', { name: /^(Export|Экспортировать)$/ }).click();
            const text = await readFile((await (await download).path())!, 'utf8');
            await page.goto('/settings/import');
            await choose(page, `${kind}.csv`, text);
            await page.getByRole('button', { name: /^(Import|Импортировать)$/ }).click();
            await page.getByRole('heading', { name: /^(Imported|Импорт завершён)$/ }).waitFor();
            const counts = await page.locator('dl dd').allInnerTexts();
            const told = await page.locator('main').innerText();
            assert.deepEqual(counts.slice(0, 3), ['0', String(before.length), '0'], told);
            assert.deepEqual(withoutOrder(await found(kind, 'Круг')), withoutOrder(before), `${kind} ${language}`);
          }
        },
        { language },
      );
    }
  });

  test('who may export only his own gets no others; who may export nothing has no button', async () => {
    const mine = await addUser(server.store, 'mine', { company_export: 'M' });
    const none = await addUser(server.store, 'none', { company_export: 'D' });
    await server.post('/api/v2/companies', {
      add: [{ name: 'Особая моя', responsible_user_id: mine.id }, { name: 'Особая чужая' }],
    });
    await withPage(browser, server, async (page) => {
      await signInTo(page, '/companies?q=Особая', mine);
      await page.getByText('2 companies').waitFor();
      await page.getByRole('button', { name: 'Export as CSV' }).click();
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export', exact: true }).click();
      const text = await readFile((await (await download).path())!, 'utf8');
      assert.match(text, /Особая моя/);
      assert.doesNotMatch(text, /Особая чужая/);
    });
    await withPage(browser, server, async (page) => {
      await signInTo(page, '/companies?q=Особая', none);
      await page.getByText('2 companies').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Export as CSV' }).count(), 0);
    });
  });

  test('in Russian, in the dark and on a phone; axe finds nothing wrong', () =>
    onImport(
      async (page) => {
        await page.getByRole('heading', { name: 'Импорт' }).waitFor();
        assert.deepEqual(await faultsOf(page), [], 'choose');
        const hostile = '<img src=x onerror=alert(1)>;=1+1;\u202egnp.exe\n';
        await choose(page, 'companies.csv', `Название;Теги;Прочее\n${hostile}${hostile}`);
        await page.getByRole('heading', { name: 'Как будет прочитано' }).waitFor();
        assert.equal(await page.locator('main img').count(), 0);
        assert.deepEqual(await faultsOf(page), [], 'columns');
        await page.getByRole('button', { name: 'Импортировать', exact: true }).click();
        await page.getByRole('heading', { name: 'Импорт завершён' }).waitFor();
        assert.deepEqual(await faultsOf(page), [], 'end');
      },
      { language: 'ru', theme: 'dark', viewport: { width: 390, height: 780 } },
    ));
});

/** Records with their values in an order of their own. */
function withoutOrder(records: readonly { custom_fields?: { id: number; values: object[] }[] }[]): unknown {
  return records.map(({ custom_fields = [], ...record }) => ({
    ...record,
    custom_fields: [...custom_fields].sort((a, b) => a.id - b.id),
  }));
}
