import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Settings } from '../../src/crm/account.ts';
import type { CustomField } from '../../src/crm/custom-field.ts';
import type { KindName } from '../../src/crm/entity.ts';
import { makeSystemFields } from '../../src/crm/new-account.ts';
import { makeMainPipeline } from '../../src/crm/pipeline.ts';
import { type Columns, ColumnsRefused, planColumns, type Row } from '../../src/v2/import-columns.ts';
import { isRefusal } from '../../src/v2/import-row.ts';
import { actor, anna, boris, byId, field, galina, role, vera } from '../support/office.ts';

const everyone = ['company', 'contact', 'lead', 'customer'] as const;
const [post, phone, email, web] = makeSystemFields(1000, 5000) as [CustomField, CustomField, CustomField, CustomField];
const fields = [
  ...[post, phone, email, web, ...makeSystemFields(1000, 5000).slice(4)],
  { ...role(5), kinds: everyone },
  field(4, { id: 21, name: 'Размер', kinds: everyone, enums: [{ id: 1, value: 'от 1, до 5' }] }),
  field(2, { id: 22, name: 'Выручка', kinds: everyone }),
  field(3, { id: 23, name: 'VIP', kinds: everyone }),
  field(6, { id: 24, name: 'Договор до', kinds: everyone }),
  field(13, { id: 25, name: 'Юридический адрес', kinds: everyone }),
  field(15, { id: 26, name: 'Юр. лицо', kinds: everyone }),
  field(16, { id: 27, name: 'Товары', kinds: everyone }),
  field(1, { id: 28, name: 'Двойник', kinds: everyone }),
  field(1, { id: 29, name: 'двойник', kinds: everyone }),
  field(1, { id: 30, name: 'Сумма', kinds: everyone }),
];
const sales = makeMainPipeline(10, 100);
const repeat = { ...makeMainPipeline(20, 200), name: 'Повторные', isMain: false };
const third = { ...makeMainPipeline(30, 300), name: 'Третья', isMain: false };
const ownStage = { id: 399, name: 'Пробный период', color: '#fff', sort: 50, isEditable: true };
const { account } = actor(galina());
const settings: Settings = {
  ...actor(galina()).settings,
  fields: byId(...fields),
  users: byId(anna(), { ...boris(), lastName: 'Иванов' }, { ...vera(), name: 'Anna B' }, galina()),
  pipelines: byId(sales, repeat, { ...third, statuses: new Map([...third.statuses, [ownStage.id, ownStage]]) }),
  lossReasons: byId({ id: 1, name: 'Дорого' }),
};

function plan(kind: KindName, titles: readonly string[], more = {}): Columns {
  return planColumns(titles, { kind, account, settings, ...more });
}

/** The item of one row, by its titles. */
function itemOf(kind: KindName, row: Readonly<Record<string, string>>) {
  const read = plan(kind, Object.keys(row)).read(Object.values(row));
  assert.ok(!isRefusal(read), isRefusal(read) ? read.refused : '');
  return read.item;
}

function refusedOf(kind: KindName, row: Readonly<Record<string, string>>): string {
  const read = plan(kind, Object.keys(row)).read(Object.values(row));
  assert.ok(isRefusal(read));
  return read.refused;
}

/** The values of one custom field of a company, read from one column. */
const valuesOf = (title: string, cell: string) =>
  (itemOf('company', { [title]: cell })['custom_fields'] as { id: number; values: unknown[] }[])[0];

const faultsOf = (kind: KindName, titles: readonly string[], more = {}): string => {
  try {
    plan(kind, titles, more);
  } catch (error) {
    assert.ok(error instanceof ColumnsRefused);
    return error.message;
  }
  return '';
};

// source: headers that public programs which read amoCRM's CSV exports list
const contactsExport =
  'ID;Тип;Полное имя контакта;Имя;Фамилия;Название компании;Ответственный;Дата создания контакта;Кем создан контакт;Сделки;Дата редактирования;Кем редактирован;Теги;Рабочий телефон;Рабочий прямой телефон;Мобильный телефон;Факс;Домашний телефон;Другой телефон;Рабочий email;Личный email;Другой email;Должность;Skype;ICQ;Jabber;Google Talk;MSN;Другой IM'.split(
    ';',
  );
const leadsExport =
  'ID;Название сделки;Бюджет;Ответственный;Дата создания сделки;Кем создана сделка;Дата редактирования;Кем редактирована;Дата закрытия;Теги;Этап сделки;Воронка;Полное имя контакта;Компания контакта;Ответственный за контакт;Компания'.split(
    ';',
  );

describe("headers of amoCRM's own exports are known", () => {
  test('of contacts', () => {
    const columns = plan('contact', contactsExport);
    assert.deepEqual(columns.passedOver, ['Сделки', 'Кем редактирован']);
    assert.deepEqual(columns.names, { company: true, contact: false });
    const cells = contactsExport.map((title) => {
      if (title === 'Тип') return 'контакт';
      if (title === 'Ответственный') return 'anna';
      return title.startsWith('Дата') ? '26.10.2017 12:30:15' : /теле|факс/i.test(title) ? "'+7 495 1112233" : title;
    });
    const row = columns.read(cells) as Row;
    assert.equal(row.companyName, 'Название компании');
    const { custom_fields: values, ...item } = row.item;
    assert.deepEqual(item, {
      id: 'ID',
      name: 'Полное имя контакта',
      first_name: 'Имя',
      last_name: 'Фамилия',
      responsible_user_id: anna().id,
      created_at: 1509010215,
      updated_at: 1509010215,
      tags: 'Теги',
    });
    const byField = new Map(
      (values as { id: number; values: { value: string; enum: string }[] }[]).map((f) => [f.id, f.values]),
    );
    assert.deepEqual(
      byField.get(phone.id)?.map((value) => value.enum),
      ['WORK', 'WORKDD', 'MOB', 'FAX', 'HOME', 'OTHER'],
    );
    assert.equal(byField.get(phone.id)?.[0]?.value, '+7 495 1112233');
    assert.deepEqual(
      byField.get(email.id)?.map((value) => value.enum),
      ['WORK', 'PRIV', 'OTHER'],
    );
    assert.equal(byField.get(1004)?.length, 6);
    assert.deepEqual(byField.get(post.id), [{ value: 'Должность' }]);
  });

  test('of contacts and companies in one: a row of another kind is refused', () => {
    assert.equal(refusedOf('contact', { Тип: 'Компания', Имя: 'x' }), 'Тип: «Компания»');
    assert.deepEqual(
      itemOf('company', { Тип: 'компания', 'Полное имя контакта': '', 'Название компании': 'Ромашка' }),
      {
        name: 'Ромашка',
      },
    );
  });

  test('of leads', () => {
    const columns = plan('lead', leadsExport);
    assert.deepEqual(columns.passedOver, [
      'Кем редактирована',
      'Дата закрытия',
      'Компания контакта',
      'Ответственный за контакт',
    ]);
    assert.deepEqual(columns.names, { company: true, contact: true });
    const row = columns.read([
      ...['', 'Аренда', '12 500,00', 'Boris Иванов', '26.10.2017', 'Робот', '', '', 'не закрыта', 'a, b'],
      ...['Переговоры', 'Повторные', 'Анна', 'x', 'x', 'ООО Ромашка'],
    ]) as Row;
    assert.deepEqual(row.item, {
      name: 'Аренда',
      sale: '12500',
      responsible_user_id: boris().id,
      created_at: 1508965200,
      created_by: 0,
      tags: 'a, b',
      pipeline_id: 20,
      status_id: 202,
    });
    assert.deepEqual([row.contactName, row.companyName], ['Анна', 'ООО Ромашка']);
  });
});

describe('titles', () => {
  test('are compared without letter case, ё, blanks, marks, currencies and the kind in brackets', () => {
    const titles = [' НАЗВАНИЕ\u00a0 сделки * ', 'Бюджет ₽', 'Тэги:', 'VIP (Сделка)'];
    assert.deepEqual(plan('lead', titles).passedOver, []);
  });

  test('name a field by name, id, code, and its options and parts', () => {
    const expected = { id: phone.id, values: [{ value: '+7 495 111', enum: 'MOB' }] };
    for (const title of ['Телефон: MOB', 'телефон/mob', 'PHONE.MOB', '1001 (MOB)', 'Мобильный телефон', 'mobile']) {
      assert.deepEqual(valuesOf(title, '+7 495 111'), expected, title);
    }
    for (const title of ['Телефон', '1001', 'phone', 'tel']) {
      assert.deepEqual(valuesOf(title, '1'), { id: phone.id, values: [{ value: '1' }] }, title);
    }
    for (const title of ['Юридический адрес: Город', '25/city', 'address.city', 'Адрес: Город']) {
      assert.deepEqual(valuesOf(title, 'Омск'), { id: 25, values: [{ value: 'Омск', subtype: 'city' }] }, title);
    }
  });

  test("a field's own name goes before what people call a column, and not before amoCRM's titles", () => {
    assert.deepEqual(itemOf('lead', { Название: 'x', Сумма: '5' })['custom_fields'], [
      { id: 30, values: [{ value: '5' }] },
    ]);
    const called = [...fields, field(1, { id: 40, name: 'Бюджет', kinds: everyone })];
    const row = planColumns(['Бюджет'], { kind: 'lead', account, settings: { ...settings, fields: byId(...called) } });
    assert.deepEqual((row.read(['5']) as Row).item, { sale: '5' });
  });

  test('that are unknown are refused with those that there are, or left out', () => {
    const told = faultsOf('company', ['Название', 'Примечание', 'Цвет']);
    assert.match(
      told,
      /^unknown columns: "Примечание", "Цвет"\.\nThere are: id \(ID, ID компании\), .*name \(Название компании, /,
    );
    assert.match(told, /and of this account: .*Рабочий телефон, .*Роль, .*Юридический адрес: Город, /);
    assert.doesNotMatch(told, /Товары|Должность/);
    const columns = plan('company', ['Название', 'Цвет'], { ignoreUnknown: true });
    assert.deepEqual((columns.read(['a', 'красный']) as Row).item, { name: 'a' });
    assert.match(faultsOf('company', ['Цвет'], { ignoreUnknown: true }), /no column that is known/);
    assert.match(faultsOf('lead', ['Название', 'Рабочий телефон']), /unknown columns: "Рабочий телефон"/);
  });

  test('may stand for others, or for nothing', () => {
    const as = new Map([
      ['Цвет', 'name'],
      ['лишнее', ''],
      ['Двойник', '29'],
    ]);
    const columns = plan('company', ['цвет', 'Лишнее', 'Двойник'], { as });
    assert.deepEqual((columns.read(['a', 'b', 'c']) as Row).item, {
      name: 'a',
      custom_fields: [{ id: 29, values: [{ value: 'c' }] }],
    });
    assert.match(faultsOf('company', ['Название'], { as: new Map([['Цвет', 'name']]) }), /there is no column "Цвет"/);
    assert.match(faultsOf('company', ['Цвет'], { as: new Map([['Цвет', 'nothing']]) }), /unknown columns: "nothing"/);
  });

  test('of two fields, or two of one key, are refused', () => {
    assert.match(faultsOf('company', ['Название', 'Двойник']), /several fields are called "Двойник"/);
    assert.match(faultsOf('company', ['Название', 'name']), /"Название" and "name" are all name/);
  });

  test('that are empty are no columns', () => {
    assert.deepEqual((plan('company', ['Название', '', ' ']).read(['a', 'b', '']) as Row).item, { name: 'a' });
  });
});

describe('cells', () => {
  test('that are empty say nothing', () => {
    assert.deepEqual(itemOf('company', { Название: 'a', Телефон: ' ', 'Дата создания': '' }), { name: 'a' });
  });

  test('of numbers may have blanks, a currency and empty decimals', () => {
    for (const [cell, sale] of [
      ['12 500', '12500'],
      ['12\u00a0500,00 ₽', '12500'],
      ["1'000", '1000'],
      ['5 руб.', '5'],
      ['12,5', '12,5'],
      ['много', 'много'],
    ]) {
      assert.equal(itemOf('lead', { Бюджет: cell! })['sale'], sale);
    }
    assert.deepEqual(valuesOf('Выручка', '1 200,50'), { id: 22, values: [{ value: '1200,50' }] });
  });

  test("of times are of the account's time zone, or unix seconds", () => {
    const time = (cell: string) => itemOf('company', { 'Дата создания': cell })['created_at'];
    assert.equal(time('26.10.2017'), 1508965200);
    assert.equal(time('26.10.2017 17:32'), 1509028320);
    assert.equal(time('2017-10-26 17:32:00'), 1509028320);
    assert.equal(time('1509028320'), 1509028320);
    assert.match(refusedOf('company', { 'Дата создания': '31.02.2017' }), /^Дата создания: ожидается дата/);
  });

  test('of users are logins, names or ids', () => {
    const user = (cell: string) => itemOf('company', { Ответственный: cell })['responsible_user_id'];
    for (const cell of ['Boris', 'Иванов boris', 'boris Иванов', 'USER504142@example.com', '504142']) {
      assert.equal(user(cell), boris().id, cell);
    }
    assert.equal(refusedOf('company', { Ответственный: 'Никто' }), 'Ответственный: нет пользователя «Никто»');
    assert.deepEqual(itemOf('company', { Название: 'a', 'Кем создана': 'Никто' }), { name: 'a' });
  });

  test('of options are ids or texts, one or several, and texts may hold commas', () => {
    assert.deepEqual(valuesOf('Роль', 'клиент; Партнёр,2615948'), {
      id: 4400005,
      values: [{ value: 2653867 }, { value: 2648159 }, { value: 2615948 }],
    });
    assert.deepEqual(valuesOf('Размер', 'От 1, до 5'), { id: 21, values: [{ value: 1 }] });
    assert.equal(refusedOf('company', { Роль: 'Клиент, Никто' }), 'Роль: нет варианта «Никто»');
    assert.equal(refusedOf('company', { Размер: 'x' }), 'Размер: нет варианта «x»');
  });

  test('of phones and addresses may hold several, and not of what looks otherwise', () => {
    const values = (title: string, cell: string) =>
      valuesOf(title, cell)?.values.map((v) => (v as { value: string }).value);
    assert.deepEqual(values('Телефон', "'+7 495 1112233, '+7 495 1112244"), ['+7 495 1112233', '+7 495 1112244']);
    assert.deepEqual(values('Телефон', '+7 495 1112233, доб. 5'), ['+7 495 1112233, доб. 5']);
    assert.deepEqual(values('Email', 'a@b.ru; c@d.ru'), ['a@b.ru', 'c@d.ru']);
  });

  test('of several columns of a field are its values together', () => {
    const item = itemOf('company', {
      'Рабочий телефон': '1',
      Факс: '2',
      'Адрес: Город': 'Омск',
      'address/zip': '644000',
    });
    assert.deepEqual(item['custom_fields'], [
      {
        id: phone.id,
        values: [
          { value: '1', enum: 'WORK' },
          { value: '2', enum: 'FAX' },
        ],
      },
      {
        id: 25,
        values: [
          { value: 'Омск', subtype: 'city' },
          { value: '644000', subtype: 'zip' },
        ],
      },
    ]);
    assert.deepEqual(itemOf('company', { 'Юр. лицо': 'ООО А', 'Юр. лицо: ИНН': '7701' })['custom_fields'], [
      { id: 26, values: [{ value: { name: 'ООО А', vat_id: '7701' } }] },
    ]);
    assert.deepEqual(itemOf('company', { 'Юр. лицо: ИНН': '7701', 'Юр. лицо': 'ООО А' })['custom_fields'], [
      { id: 26, values: [{ value: { name: 'ООО А', vat_id: '7701' } }] },
    ]);
  });

  test('of flags are yes and no in any word', () => {
    for (const cell of ['Да', 'yes', '1', 'TRUE']) assert.deepEqual(valuesOf('VIP', cell)?.values, [{ value: '1' }]);
    for (const cell of ['Нет', 'no', '0']) assert.deepEqual(valuesOf('VIP', cell)?.values, [{ value: '0' }]);
  });

  test('of stages are looked up in the pipeline of the row, the main one, or the only one', () => {
    const stage = (row: Record<string, string>) => {
      const { pipeline_id: pipeline, status_id: status } = itemOf('lead', row);
      return [pipeline, status];
    };
    assert.deepEqual(stage({ Этап: 'Переговоры' }), [undefined, 102]);
    assert.deepEqual(stage({ Этап: 'переговоры', Воронка: '20' }), [20, 202]);
    assert.deepEqual(stage({ Этап: 'Пробный период' }), [undefined, 399]);
    assert.deepEqual(stage({ Этап: '202' }), [undefined, 202]);
    assert.deepEqual(stage({ Этап: 'Успешно реализовано' }), [undefined, 142]);
    assert.deepEqual(stage({ Воронка: 'Повторные', Этап: 'Успешно реализовано' }), [20, 142]);
    assert.deepEqual(stage({ Воронка: 'Повторные' }), [20, undefined]);
    assert.equal(
      refusedOf('lead', { Этап: 'Пробный период', Воронка: 'Повторные' }),
      'Нет этапа «Пробный период» в воронке «Повторные»',
    );
    assert.equal(refusedOf('lead', { Воронка: 'Нет такой' }), 'Нет воронки «Нет такой»');
    assert.deepEqual(itemOf('lead', { 'Причина отказа': 'дорого' }), { loss_reason_id: 1 });
  });

  test('too many or too few in a row are refused', () => {
    const columns = plan('company', ['Название', 'VIP']);
    assert.deepEqual(columns.read(['a']), { refused: 'В строке 1 столбцов, а в заголовке 2', code: 400 });
    assert.deepEqual(columns.read(['a', '1', '']), { refused: 'В строке 3 столбцов, а в заголовке 2', code: 400 });
  });
});

test('a refusal of the API tells columns for keys', () => {
  const columns = plan('company', ['Название', 'Договор до', 'Мобильный телефон']);
  const row = columns.read(['a', 'вчера', '1']) as Row;
  const told = (refused: string) => columns.inTitles({ refused, code: 203 }, row);
  assert.deepEqual(told('Значение не подходит полю (custom_fields/0/values: ожидается дата)'), {
    refused: 'Значение не подходит полю (Договор до: ожидается дата)',
    code: 203,
  });
  assert.equal(told('Название обязательно (name)').refused, 'Название обязательно');
  assert.equal(
    told('Неверные значения (name: не длиннее 1000 символов; sale: ожидается целое число от 0)').refused,
    'Неверные значения (Название: не длиннее 1000 символов; sale: ожидается целое число от 0)',
  );
});
