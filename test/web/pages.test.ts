import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
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
import { startServer, type TestServer, testNow } from '../support/server.ts';

// The pages as people use them, in a real browser: src/cli/web-pages.ts serves what bin/web.mjs has built.

const count = 1200;

describe('pages in the browser', { skip: noBrowser }, () => {
  let server: TestServer;
  let browser: Browser;
  let ids: number[];
  before(async () => {
    server = await startServer();
    browser = await openBrowser();
    ids = [];
    for (let from = 1; from <= count; from += 400) {
      const add = Array.from({ length: 400 }, (_, index) => ({ name: `Company ${from + index}`, tags: 'seed' }));
      const { _embedded } = (await server.post('/api/v2/companies', { add })).json;
      ids.push(..._embedded.items.map(({ id }: { id: number }) => id));
    }
  });
  after(async () => {
    await browser.close();
    await server.close();
  });
  const onPage = (work: (page: Page) => Promise<void>, options?: PageOptions) =>
    withPage(browser, server, work, options);
  const onCompanies = (work: (page: Page) => Promise<void>, options?: PageOptions) =>
    onPage(async (page) => {
      await signInTo(page);
      await cell(page, 'Company 1').waitFor();
      await work(page);
    }, options);
  const cell = (page: Page, text: string) => page.getByRole('gridcell', { name: text, exact: true });
  const grid = (page: Page) => page.getByRole('grid');
  const message = (page: Page) => page.locator('section[aria-live]');
  const company = async (index: number) =>
    (await server.get(`/api/v2/companies?id=${ids[index]}`)).json?._embedded.items[0];
  const save = (index: number, change: object) =>
    server.post('/api/v2/companies', { update: [{ id: ids[index], updated_at: testNow, ...change }] });
  const remove = (entity_type: number, ids: readonly number[]) => {
    const action = { entity_type, multiaction_type: 4, data: { data: { ACTION: 'DELETE' } }, ids };
    return server.post('/ajax/v1/multiactions/set', { request: { multiactions: { add: [action] } } });
  };
  /** Names as they are on the server again. */
  const eventually = async (read: () => Promise<unknown>, expected: unknown) => {
    for (let tries = 0; tries < 50; tries += 1) {
      if (JSON.stringify(await read()) === JSON.stringify(expected)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(await read(), expected);
  };

  const groundOf = (page: Page, id: string) =>
    page.evaluate(`getComputedStyle(document.getElementById('${id}')).backgroundColor`);
  const paste = (page: Page, text: string) =>
    page.evaluate(`{
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', ${JSON.stringify(text)});
      document.querySelector('[role=grid]').dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    }`);

  const openSearch = async (page: Page) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
  };

  describe('sign-in', () => {
    test('tells what is wrong, and leads to where one wanted to go', () =>
      onPage(async (page) => {
        await page.goto('/companies?sort=-id');
        await fillSignIn(page, { login: 'example@example.com', key: 'wrong' });
        await page.getByRole('alert').waitFor();
        await fillSignIn(page);
        await cell(page, `Company ${count}`).waitFor();
        assert.match(page.url(), /\/companies\?sort=-id$/);
      }));

    test('is asked for again when the session is over, and leads back', () =>
      onCompanies(async (page) => {
        try {
          server.setNow(testNow + 3600);
          await page.getByRole('searchbox').fill('Company 77');
          await page.getByText('Your session is over').waitFor();
          await fillSignIn(page);
          await cell(page, 'Company 77').waitFor();
          assert.match(page.url(), /\/companies\?q=Company\+77$/);
        } finally {
          server.setNow(testNow);
        }
      }));

    test('ends by Sign out', () =>
      onCompanies(async (page) => {
        await page.getByRole('button', { name: 'Account menu' }).click();
        await page.getByRole('menuitem', { name: 'Sign out' }).click();
        await page.getByRole('heading', { name: 'Sign in' }).waitFor();
        await page.goto('/companies');
        await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      }));

    test('in one tab is told to the others', () =>
      onCompanies(async (page) => {
        const other = await page.context().newPage();
        await other.goto('/companies?sort=nothing');
        // A sort that nobody knows is passed over.
        await cell(other, 'Company 1').waitFor();
        await page.getByRole('button', { name: 'Account menu' }).click();
        await page.getByRole('menuitem', { name: 'Sign out' }).click();
        await other.getByText('Your session is over').waitFor();
        assert.equal(await page.locator('input[name=login]').inputValue(), '');
      }));

    test('leads to no other server', () =>
      onPage(async (page) => {
        await page.goto('/sign-in?back=//example.com/');
        await fillSignIn(page);
        await page.getByText('Your server is running').waitFor();
        assert.equal(new URL(page.url()).origin, server.url);
      }));
  });

  test('the start page tells anybody where the server is and how to call it', () =>
    onPage(async (page) => {
      await page.goto('/');
      await page.getByText(server.url, { exact: true }).waitFor();
      await page.getByRole('tab', { name: 'PHP' }).click();
      await page.getByText("CURLOPT_COOKIEFILE => ''").waitFor();
      assert.equal(await page.getByRole('link', { name: 'OpenAPI' }).getAttribute('href'), '/openapi.json');
      await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    }));

  describe('the table', () => {
    test('goes to its last row, to any row, and back, by the keyboard', () =>
      onCompanies(async (page) => {
        await page.getByText('1,201 companies').waitFor();
        await grid(page).focus();
        await page.keyboard.press('Control+End');
        await cell(page, `Company ${count}`).waitFor();
        await page.getByRole('button', { name: '1,201 companies' }).click();
        await page.getByLabel('Go to row').getByRole('spinbutton').fill('600');
        await page.keyboard.press('Enter');
        await cell(page, 'Company 599').waitFor();
        assert.equal(await grid(page).getAttribute('aria-activedescendant'), 'cell-599-9');
        await page.keyboard.press('Control+Home');
        await cell(page, 'Company 1').waitFor();
        assert.equal(await grid(page).getAttribute('aria-activedescendant'), 'cell-0-0');
      }));

    test('a million rows are scrolled by rank, exactly', () =>
      onPage(async (page) => {
        await page.route(/\/api\/kontora\/count/, (route) =>
          route.fulfill({ json: { count: 1_000_000, is_exact: true } }),
        );
        const [template] = (await server.get(`/api/v2/companies?id=${ids[0]}`)).json._embedded.items;
        await page.route(/\/api\/v2\/companies\?/, (route) => {
          const query = new URL(route.request().url()).searchParams;
          const first = Number(query.get('limit_offset'));
          const items = Array.from({ length: Number(query.get('limit_rows')) }, (_, index) => {
            return { ...template, id: first + index + 1, name: `Row ${first + index + 1}` };
          });
          return route.fulfill({ json: { _embedded: { items } } });
        });
        await signInTo(page);
        await cell(page, 'Row 1').waitFor();
        await grid(page).evaluate((element) => element.scrollTo(0, element.scrollHeight));
        await cell(page, 'Row 1000000').waitFor();
        assert.ok(await cell(page, 'Row 1000000').evaluate(isWhollySeen));
        await grid(page).evaluate((element) => element.scrollTo(0, (element.scrollHeight - element.clientHeight) / 2));
        await cell(page, 'Row 500000').waitFor();
        // From there a wheel moves by as many rows as it moves pixels.
        await page.waitForTimeout(400);
        const before = await topRow(page);
        await grid(page).hover();
        await page.mouse.wheel(0, 360);
        await page.waitForTimeout(400);
        assert.equal((await topRow(page)) - before, 10);
        await page.mouse.wheel(0, -720);
        await page.waitForTimeout(400);
        assert.equal((await topRow(page)) - before, -10);
        await grid(page).evaluate((element) => element.scrollTo(0, 0));
        await cell(page, 'Row 1').waitFor();
      }));

    test('searches as one types, filters, sorts; all of it is in the address', () =>
      onCompanies(async (page) => {
        await page.getByRole('searchbox').fill('company 119');
        await page.getByText('11 companies').waitFor();
        await cell(page, 'Company 1190').waitFor();
        assert.equal(await cell(page, 'Company 1').count(), 0);
        await page.getByRole('button', { name: 'Oldest first' }).click();
        await page.getByRole('menuitemradio', { name: 'Newest first' }).click();
        await page.locator('[data-rank="0"]', { hasText: 'Company 1199' }).waitFor();
        await page.getByRole('button', { name: 'Responsible' }).first().click();
        await page.getByRole('option').last().click();
        await page.waitForURL(/users=\d+/);
        const { search } = new URL(page.url());
        assert.match(search, /^\?q=company\+119&sort=-id&users=\d+$/);
        await page.reload();
        await page.locator('[data-rank="0"]', { hasText: 'Company 1199' }).waitFor();
        await page.getByRole('button', { name: 'Clear', exact: true }).click();
        await page.getByText('1,201 companies').waitFor();
      }));

    test('is filtered by tags and by options of custom fields', async () => {
      await save(4, { tags: 'seed, чай', custom_fields: [{ id: 3789654, values: [2653867] }] });
      await save(5, { tags: 'кофе', custom_fields: [{ id: 3789654, values: [2648159, 2653867] }] });
      try {
        await onCompanies(async (page) => {
          await page.getByRole('button', { name: 'Tags', exact: true }).click();
          await page.getByRole('combobox').fill('ча');
          await page.getByRole('option', { name: 'чай' }).click();
          await page.getByText('1 company', { exact: true }).waitFor();
          await page.getByRole('combobox').fill('кофе');
          await page.getByRole('option', { name: 'кофе' }).click();
          await page.getByText('2 companies', { exact: true }).waitFor();
          await page.keyboard.press('Escape');
          await page.getByRole('button', { name: 'Fields', exact: true }).click();
          await page.getByRole('option', { name: 'Роль: Партнёр' }).click();
          await page.getByText('1 company', { exact: true }).waitFor();
          await page.reload();
          await cell(page, 'Company 6').waitFor();
          assert.equal(await cell(page, 'Company 5').count(), 0);
          await page.getByRole('button', { name: 'Fields Роль: Партнёр' }).click();
          await page.getByRole('option', { name: 'Роль: Клиент' }).click();
          await page.getByText('2 companies', { exact: true }).waitFor();
          await page.keyboard.press('Escape');
          await page.getByRole('button', { name: 'Clear', exact: true }).click();
          await page.getByText('1,201 companies').waitFor();
        });
      } finally {
        for (const index of [4, 5]) await save(index, { tags: 'seed', custom_fields: [{ id: 3789654, values: [] }] });
      }
    });

    test('its columns are chosen, moved and widened, and stay so', () =>
      onCompanies(async (page) => {
        const titles = () => page.getByRole('columnheader').allInnerTexts();
        await page.getByRole('button', { name: 'Columns' }).click();
        await page.getByRole('checkbox', { name: 'Tags', exact: true }).click();
        await page.getByRole('checkbox', { name: 'ID', exact: true }).click();
        await page.getByRole('button', { name: 'Move right: Responsible' }).click();
        await page.keyboard.press('Escape');
        const chosen = await titles();
        assert.ok(
          !chosen.includes('Tags') && chosen.includes('ID') && chosen.indexOf('Responsible') === 3,
          chosen.join(),
        );
        const name = page.getByRole('columnheader', { name: 'Name' });
        const { x, y, width } = (await name.boundingBox())!;
        await page.mouse.move(x + width - 1, y + 10);
        await page.mouse.down();
        await page.mouse.move(x + width + 79, y + 10, { steps: 4 });
        await page.mouse.up();
        await page.reload();
        await cell(page, 'Company 1').waitFor();
        assert.deepEqual(await titles(), chosen);
        assert.equal((await name.boundingBox())!.width, width + 80);
      }));
  });

  describe('editing', () => {
    test('by Enter, F2, typing, Tab; Esc leaves it', () =>
      onCompanies(async (page) => {
        await cell(page, 'Company 10').click();
        await page.keyboard.press('Enter');
        await page.getByRole('textbox', { name: 'Name' }).fill('Ten');
        await page.keyboard.press('Enter');
        await cell(page, 'Ten').waitFor();
        await eventually(async () => (await company(9)).name, 'Ten');
        // It went down; typing takes the place of what is there.
        await page.keyboard.type('Eleven');
        await page.keyboard.press('Tab');
        await eventually(async () => (await company(10)).name, 'Eleven');
        assert.match((await grid(page).getAttribute('aria-activedescendant')) ?? '', /-1$/);
        await page.keyboard.press('ArrowLeft');
        await page.keyboard.press('F2');
        await page.getByRole('textbox', { name: 'Name' }).fill('never');
        await page.keyboard.press('Escape');
        await cell(page, 'Eleven').waitFor();
        assert.equal((await company(10)).name, 'Eleven');
      }));

    test('a responsible user is chosen from a list', async () => {
      const other = await addUser(server.store, 'anna', {});
      await onCompanies(async (page) => {
        await cell(page, 'Company 20').click();
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('Enter');
        await page.keyboard.type('anna');
        await page.keyboard.press('Enter');
        await eventually(async () => (await company(19)).responsible_user_id, other.id);
      });
    });

    test('what somebody else has changed meanwhile is not written over: it comes back, with the reason', () =>
      onCompanies(async (page) => {
        await save(29, { name: 'Changed by others' });
        await cell(page, 'Company 30').click();
        await page.keyboard.type('Mine');
        await page.keyboard.press('Enter');
        await message(page).getByText('was changed meanwhile: it is “Changed by others” now').waitFor();
        await cell(page, 'Changed by others').waitFor();
        assert.equal((await company(29)).name, 'Changed by others');
      }));

    test('what the server refuses as older than what it has rolls back, with the reason', () =>
      onCompanies(async (page) => {
        // Somebody is faster between the look at the record and the write.
        await page.route('**/api/v2/companies', async (route) => {
          await save(31, { tags: 'faster', updated_at: testNow + 500 });
          await route.continue();
        });
        await cell(page, 'Company 32').click();
        await page.keyboard.type('Slow');
        await page.keyboard.press('Enter');
        await message(page).getByText('was changed meanwhile. Your value was not saved').waitFor();
        await cell(page, 'Company 32').waitFor();
        assert.equal((await company(31)).name, 'Company 32');
      }));

    test('a value that is none, a server that is away, and a missing right are told, and nothing changes', async () => {
      const reader = await addUser(server.store, 'reader', { company_edit: 'D' });
      await onCompanies(async (page) => {
        await cell(page, 'Company 40').click();
        await page.keyboard.press('Delete');
        await message(page).getByText('a name is needed').waitFor();
        await page.route('**/api/v2/companies', (route) => route.abort());
        await page.keyboard.type('Away');
        await page.keyboard.press('Enter');
        await message(page).getByText('The server cannot be reached').waitFor();
        await cell(page, 'Company 40').waitFor();
      });
      await onPage(async (page) => {
        await signInTo(page, '/companies', reader);
        await cell(page, 'Company 40').click();
        await page.keyboard.type('Not mine');
        await page.keyboard.press('Enter');
        await message(page).getByText('You may not edit “Company 40”').waitFor();
        await cell(page, 'Company 40').waitFor();
      });
      assert.equal((await company(39)).name, 'Company 40');
    });

    test('a range is copied and pasted', () =>
      onCompanies(
        async (page) => {
          await cell(page, 'Company 2').click();
          await page.keyboard.press('Shift+ArrowDown');
          await page.keyboard.press('Control+c');
          await message(page).getByText('2 cells copied').waitFor();
          assert.equal(await page.evaluate('navigator.clipboard.readText()'), 'Company 2\nCompany 3');
          await cell(page, 'Company 4').click();
          await page.keyboard.press('Control+v');
          const pasted = async () => [(await company(3)).name, (await company(4)).name];
          await eventually(pasted, ['Company 2', 'Company 3']);
          await message(page).getByText('2 companies changed').waitFor();
          await page.keyboard.press('Control+z');
          await eventually(pasted, ['Company 4', 'Company 5']);
        },
        { permissions: ['clipboard-read', 'clipboard-write'] },
      ));
  });

  describe('a range', () => {
    test('is seen, emptied, and filled again by Undo', () =>
      onCompanies(async (page) => {
        await cell(page, 'Company 62').click();
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('ArrowRight');
        const plain = await groundOf(page, 'cell-62-2');
        await page.keyboard.press('Shift+ArrowDown');
        assert.equal(await page.locator('[role=gridcell][aria-selected=true]').count(), 2);
        assert.notEqual(await groundOf(page, 'cell-62-2'), plain);
        const tags = async () => [(await company(61)).tags.length, (await company(62)).tags.length];
        await page.keyboard.press('Delete');
        await eventually(tags, [0, 0]);
        await message(page).getByRole('button', { name: 'Undo' }).click();
        await eventually(tags, [1, 1]);
      }));

    test('of sums is pasted as people write them; what is refused is told, and the rest saved', () =>
      onPage(async (page) => {
        const add = ['one', 'two', 'three', 'four'].map((name) => ({ name: `Sum ${name}`, sale: 1 }));
        const { _embedded } = (await server.post('/api/v2/leads', { add })).json;
        const added: number[] = _embedded.items.map(({ id }: { id: number }) => id);
        const sums = async () => {
          const { items } = (await server.get('/api/v2/leads?query=Sum')).json._embedded;
          return items.map(({ sale }: { sale: number }) => sale);
        };
        await page.route('**/api/v2/leads', (route) =>
          route.request().postData()?.includes(`"id":${added[1]}`)
            ? route.fulfill({ status: 400, json: { title: 'Bad Request', detail: 'no', status: 400 } })
            : route.continue(),
        );
        await signInTo(page, '/leads?q=Sum');
        await cell(page, 'Sum one').click();
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('ArrowRight');
        await paste(page, '16 000 ₽\n77\n12500,50\n-5');
        await message(page).getByText('“Sum two” was not saved').waitFor();
        await message(page).getByText('“Sum four” was not saved: a whole number from 0').waitFor();
        await eventually(sums, [16_000, 1, 12_501, 1]);
        await cell(page, '16,000').waitFor();
        await remove(2, added);
      }));

    test('of phones keeps their kinds within the table', () =>
      onCompanies(
        async (page) => {
          const phone = (value: string, option: string) => ({
            custom_fields: [{ id: 4396818, values: [{ value, enum: option }] }],
          });
          await save(44, phone('+7 (812) 000-00-11 доб. 106', 'MOB'));
          await page.reload();
          await cell(page, '+7 (812) 000-00-11 доб. 106').click();
          await page.keyboard.press('Control+c');
          await message(page).getByText('1 cell copied').waitFor();
          assert.equal(await page.evaluate('navigator.clipboard.readText()'), '+7 (812) 000-00-11 доб. 106');
          await page.keyboard.press('ArrowDown');
          await page.keyboard.press('Control+v');
          const kept = async (index: number) => (await company(index)).custom_fields[0]?.values;
          const phones = await kept(44);
          await eventually(() => kept(45), phones);
        },
        { permissions: ['clipboard-read', 'clipboard-write'] },
      ));
  });

  test('an edit of a record that is gone comes back; a link that was followed leaves the focus to the table', () =>
    onPage(async (page) => {
      const web = [{ id: 4396820, values: ['http://127.0.0.1:9/'] }];
      const add = [{ name: 'Gone soon' }, { name: 'Gone web', custom_fields: web }];
      const { _embedded } = (await server.post('/api/v2/companies', { add })).json;
      await signInTo(page, '/companies?q=Gone');
      await cell(page, 'Gone soon').waitFor();
      await remove(3, [_embedded.items[0].id]);
      await cell(page, 'Gone soon').click();
      await page.keyboard.type('Mine');
      await page.keyboard.press('Enter');
      await message(page).getByText('“Gone soon” is gone').waitFor();
      await cell(page, 'Gone soon').waitFor();
      await page.getByRole('link', { name: '127.0.0.1' }).click();
      await page.waitForFunction(`document.activeElement.getAttribute('role') === 'grid'`);
      await remove(3, [_embedded.items[1].id]);
    }));

  describe('many rows', () => {
    test('are deleted, and brought back by Undo', () =>
      onCompanies(async (page) => {
        await page.getByRole('checkbox', { name: 'Select Company 50', exact: true }).click();
        await page.getByRole('checkbox', { name: 'Select Company 54', exact: true }).click({ modifiers: ['Shift'] });
        await page.getByText('5 selected').waitFor();
        await page.getByRole('button', { name: 'Delete' }).click();
        await message(page).getByText('5 companies deleted').waitFor();
        await page.getByText('1,196 companies').waitFor();
        assert.equal(await cell(page, 'Company 52').count(), 0);
        await message(page).getByRole('button', { name: 'Undo' }).click();
        await message(page).getByText('5 companies restored').waitFor();
        await cell(page, 'Company 52').waitFor();
        await page.getByText('1,201 companies').waitFor();
      }));

    test('more than a request takes are tagged, and what they had comes back by Undo', () =>
      onCompanies(async (page) => {
        await page.getByRole('checkbox', { name: 'Select all' }).click();
        await page.getByText('1,201 selected').waitFor();
        await page.getByRole('region', { name: '1,201 selected' }).getByRole('button', { name: 'Tags' }).click();
        await page.getByRole('option', { name: 'seed', exact: true }).waitFor();
        await page.getByRole('combobox', { name: 'Tag, or several' }).fill('many');
        await page.getByRole('button', { name: 'Add tag' }).click();
        await message(page).getByText('Tagged “many”: 1,201 companies').waitFor();
        const tags = async (index: number) => (await company(index)).tags.map(({ name }: { name: string }) => name);
        assert.deepEqual(
          [await tags(60), await tags(count - 1)],
          [
            ['seed', 'many'],
            ['seed', 'many'],
          ],
        );
        await message(page).getByRole('button', { name: 'Undo' }).click();
        await message(page).getByText('Taken back — Tagged “many”: 1,201 companies').waitFor();
        assert.equal(await message(page).getByRole('button', { name: 'Undo' }).count(), 0);
        await eventually(() => tags(count - 1), ['seed']);
        // So many are not deleted unasked.
        await page.getByRole('checkbox', { name: 'Select all' }).click();
        await page.getByRole('button', { name: 'Delete' }).click();
        await page.getByRole('dialog', { name: /^Delete 1,20\d companies\?$/ }).waitFor();
        await page.keyboard.press('Escape');
      }));
  });

  test('a page whose script does not come says so where it is, and comes when it is asked for again', () =>
    onCompanies(async (page) => {
      await page.route(/\/assets\/|\/$/, (route) => route.abort());
      await page.getByRole('button', { name: 'New company' }).click();
      await message(page).getByText('The server cannot be reached').waitFor();
      await page.getByRole('link', { name: 'Tasks' }).click();
      await page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor();
      const again = page.getByRole('main').getByRole('button', { name: 'Try again' });
      await again.click();
      await message(page).getByText('The server cannot be reached').nth(1).waitFor();
      await page.unrouteAll();
      await again.click();
      await page.getByRole('main').getByRole('heading', { name: 'Tasks' }).waitFor();
      await page.route(/\/api\/v2\/companies/, (route) => route.abort());
      await page.goto(`/companies/${ids[0]}`);
      await page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor();
      await page.unrouteAll();
      await again.click();
      await page.getByRole('heading', { name: 'Company 1' }).waitFor();
    }));

  test('who may only look is offered nothing else', async () => {
    const rights = ['company', 'contact', 'lead', 'customer'].flatMap((kind) =>
      ['add', 'edit', 'delete'].map((action) => [`${kind}_${action}`, 'D'] as const),
    );
    const onlooker = await addUser(server.store, 'onlooker', Object.fromEntries(rights));
    await onPage(async (page) => {
      await signInTo(page, '/companies', onlooker);
      await page.getByRole('checkbox', { name: 'Select Company 1', exact: true }).click();
      const bar = page.getByRole('region', { name: '1 selected' });
      await bar.waitFor();
      assert.deepEqual(await bar.getByRole('button').count(), 1);
      assert.equal(await page.getByRole('button', { name: 'New company' }).count(), 0);
      await page.getByRole('link', { name: 'Board' }).click();
      const card = page.getByRole('listitem').filter({ hasText: 'Аренда склада' });
      await card.waitFor();
      assert.equal(await card.getByRole('button').count(), 0);
      assert.equal(await page.getByRole('button', { name: /^New lead/ }).count(), 0);
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByRole('heading', { name: 'Bin' }).waitFor();
      assert.equal(await page.getByRole('link', { name: 'Import' }).count(), 0);
    });
  });

  test('contacts, leads and customers are tables of the same parts, with columns of their own', () =>
    onPage(async (page) => {
      await signInTo(page, '/leads');
      await cell(page, 'Аренда склада').click();
      for (const title of ['Stage', 'Budget', 'Company', 'Responsible', 'Tags', 'Contacts', 'Changed']) {
        await page.getByRole('columnheader', { name: title, exact: true }).waitFor();
      }
      const lead = async () => (await server.get('/api/v2/leads?id=43510')).json._embedded.items[0];
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.keyboard.type('переговоры');
      await page.keyboard.press('Enter');
      await eventually(async () => (await lead()).status_id, 8_550_002);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.type('12 500');
      await page.keyboard.press('Enter');
      await eventually(async () => (await lead()).sale, 12_500);
      await cell(page, '12,500').waitFor();

      await page.getByRole('button', { name: 'Stage' }).click();
      await page.getByRole('option', { name: 'Переговоры' }).click();
      await page.getByText('1 lead', { exact: true }).waitFor();
      assert.match(page.url(), /\?stages=8550002$/);
      await page.getByRole('option', { name: 'Переговоры' }).click();
      await page.getByRole('option', { name: 'Open leads' }).click();
      await page.getByText('5 leads').waitFor();
      assert.match(page.url(), /\?stages=open$/);
      await page.keyboard.press('Escape');

      await page.getByRole('link', { name: 'Customers' }).click();
      await page.getByText('No customers yet').waitFor();
      await page.getByRole('button', { name: 'New customer' }).click();
      await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Покупатель');
      await page.keyboard.press('Enter');
      // It is written on its card, and stands in the table.
      await page.getByRole('heading', { name: 'Покупатель' }).waitFor();
      await page.goBack();
      await cell(page, 'Покупатель').click();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.getByLabel('Next purchase').fill('2030-03-17');
      await page.keyboard.press('Enter');
      await cell(page, 'Mar 17, 2030').waitFor();
      const day = '/api/v2/customers?filter[next_date][from]=2030-03-16&filter[next_date][to]=2030-03-18';
      const due = async () => (await server.get(day)).text.includes('Покупатель');
      await eventually(due, true);

      await page.getByRole('link', { name: 'Contacts' }).click();
      await cell(page, 'Анна Смирнова').click();
      await page.keyboard.press('F2');
      await page.getByRole('textbox', { name: 'Name' }).fill('Анна Смирнова-Белова');
      await page.keyboard.press('Enter');
      const contact = async () => (await server.get('/api/v2/contacts?id=1099181')).json._embedded.items[0];
      await eventually(async () => (await contact()).name, 'Анна Смирнова-Белова');
    }));

  test('Ctrl K finds companies and pages, by the keyboard alone', () =>
    onCompanies(async (page) => {
      await openSearch(page);
      await page.keyboard.type('company 1111');
      await page.getByRole('option', { name: 'Company 1111', selected: true }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Company 1111' }).waitFor();
      // Enter that is faster than the answer opens what comes first; what finds nothing has no heading.
      await openSearch(page);
      await page.keyboard.type('company 1112');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Company 1112' }).waitFor();
      await openSearch(page);
      await page.keyboard.type('company 1113');
      await page.getByRole('option', { name: 'Company 1113', selected: true }).waitFor();
      await page.keyboard.press('Backspace');
      await page.getByRole('option', { selected: true }).waitFor();
      assert.equal(await page.getByText('Pages', { exact: true }).count(), 0);
      await page.keyboard.press('Escape');
      await openSearch(page);
      await page.keyboard.type('start');
      await page.getByRole('option', { name: 'Start' }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Your server is running' }).waitFor();
    }));

  test('texts are in Russian or in English, with the plurals of each; the choice stays', () =>
    onCompanies(
      async (page) => {
        await page.getByText('1 201 компания').waitFor();
        assert.equal(await page.locator('html').getAttribute('lang'), 'ru');
        await page.getByRole('button', { name: 'Меню аккаунта' }).click();
        await page.getByRole('menuitemradio', { name: 'English' }).click();
        await page.getByText('1,201 companies').waitFor();
        await page.reload();
        await page.getByText('1,201 companies').waitFor();
        assert.equal(await page.locator('html').getAttribute('lang'), 'en');
      },
      { language: 'ru' },
    ));

  test('HTML, scripts in addresses and marks of direction are shown as texts', async () => {
    const name = '<img src=x onerror="alert(1)"><script>alert(2)</script>\u202egnp.exe';
    await save(0, { name, tags: '<b>bold</b>' });
    await onPage(async (page) => {
      await signInTo(page);
      await page.getByText('<img src=x').waitFor();
      await page.getByText('<b>bold</b>').waitFor();
      assert.equal(await grid(page).locator('img, script, b').count(), 0);
      await openSearch(page);
      await page.keyboard.type('onerror');
      await page.getByRole('option', { name: '<img src=x' }).waitFor();
    });
    await save(0, { name: 'Company 1', tags: 'seed' });
  });

  describe('axe finds nothing wrong', () => {
    const looks: readonly [string, PageOptions][] = [
      ['light', {}],
      ['dark', { theme: 'dark', language: 'ru' }],
      ['on a phone', { viewport: { width: 390, height: 780 }, hasTouch: true }],
    ];
    for (const [look, options] of looks) {
      test(look, () =>
        onPage(async (page) => {
          await page.goto('/');
          await page.getByRole('tab').first().waitFor();
          assert.deepEqual(await faultsOf(page), [], 'start');
          await page.goto('/companies');
          await page.locator('input[name=login]').waitFor();
          assert.deepEqual(await faultsOf(page), [], 'sign-in');
          await fillSignIn(page);
          await cell(page, 'Company 1').waitFor();
          await page.getByRole('checkbox').nth(1).click();
          assert.deepEqual(await faultsOf(page), [], 'companies');
          // Beside the name, which is a link.
          await cell(page, 'Company 6').click({ position: { x: 150, y: 10 } });
          await page.keyboard.press('ArrowRight');
          await page.keyboard.press('Enter');
          await page.getByRole('option').first().waitFor();
          assert.deepEqual(await faultsOf(page), [], 'a choice');
          await page.keyboard.press('Escape');
          await openSearch(page);
          await page.getByRole('option').first().waitFor();
          assert.deepEqual(await faultsOf(page), [], 'Ctrl K');
        }, options),
      );
    }
  });
});

/** The rank of the first row that is wholly seen. */
async function topRow(page: Page): Promise<number> {
  const top = (await page.getByRole('columnheader').first().boundingBox())!;
  return page.evaluate(
    `Math.min(...[...document.querySelectorAll('[data-column="1"]')].filter((cell) => cell.getBoundingClientRect().top >= ${
      top.y + top.height - 1
    }).map((cell) => Number(cell.dataset.rank)))`,
  );
}

function isWhollySeen(element: { getBoundingClientRect(): { bottom: number } }): boolean {
  return element.getBoundingClientRect().bottom <= (globalThis as unknown as { innerHeight: number }).innerHeight;
}
