import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CustomField, RawValue, StoredValue } from '../../src/crm/custom-field.ts';
import { BadValue, type Expected, fieldTypes } from '../../src/crm/field-type.ts';
import { client, email, field, partner, phone, readField, role, supplier } from '../support/office.ts';

interface Reading {
  readonly title: string;
  readonly values: readonly RawValue[];
  readonly stored: readonly StoredValue[];
}

interface Refusal {
  readonly title: string;
  readonly values: readonly RawValue[];
  readonly expected: Expected;
}

function describeField(
  subject: string,
  target: CustomField,
  readings: readonly Reading[],
  refusals: readonly Refusal[] = [],
): void {
  describe(subject, () => {
    for (const { title, values, stored } of readings) {
      test(title, () => assert.deepEqual(readField(target, values), stored));
    }
    for (const { title, values, expected } of refusals) {
      test(title, () =>
        assert.throws(
          () => readField(target, values),
          (error) => error instanceof BadValue && error.expected === expected,
        ),
      );
    }
  });
}

/** `values: []` and a blank value clear a field of one value. source: reference §4.3 */
const clearings: readonly Reading[] = [
  { title: 'an empty list clears it', values: [], stored: [] },
  { title: 'an empty value clears it', values: [{ value: '' }], stored: [] },
  { title: 'a null value clears it', values: [{ value: null }], stored: [] },
];

test('there are the sixteen field types of API v2, and no type 12', () => {
  assert.deepEqual(
    [...fieldTypes].map(([number, { name }]) => `${number} ${name}`),
    [
      '1 TEXT',
      '2 NUMERIC',
      '3 CHECKBOX',
      '4 SELECT',
      '5 MULTISELECT',
      '6 DATE',
      '7 URL',
      '8 MULTITEXT',
      '9 TEXTAREA',
      '10 RADIOBUTTON',
      '11 STREETADDRESS',
      '13 SMART_ADDRESS',
      '14 BIRTHDAY',
      '15 LEGAL_ENTITY',
      '16 ITEMS',
      '17 ORG_LEGAL_NAME',
    ],
  );
});

for (const type of [1, 9, 11]) {
  describeField(
    `a field of type ${type} keeps one text`,
    field(type),
    [
      ...clearings,
      {
        title: 'a text stays as it is',
        values: [{ value: 'Генеральный директор' }],
        stored: [{ value: 'Генеральный директор' }],
      },
      { title: 'lines and blanks in a text stay', values: [{ value: ' a\n b' }], stored: [{ value: ' a\n b' }] },
      { title: 'a number becomes its digits', values: [{ value: 5 }], stored: [{ value: '5' }] },
      { title: 'zero is a value, not an empty one', values: [{ value: 0 }], stored: [{ value: '0' }] },
      {
        title: 'an enum is passed over, since the field has none',
        values: [{ value: 'example.moc', enum: 'WEB' }],
        stored: [{ value: 'example.moc' }],
      },
    ],
    [
      { title: 'a list is no text', values: [{ value: ['a'] }], expected: 'text' },
      { title: 'an object is no text', values: [{ value: { name: 'a' } }], expected: 'text' },
    ],
  );
}

describeField(
  'a numeric field keeps digits',
  field(2),
  [
    ...clearings,
    { title: 'a number is taken', values: [{ value: 5 }], stored: [{ value: '5' }] },
    { title: 'a number as text is taken', values: [{ value: '5' }], stored: [{ value: '5' }] },
    {
      title: 'a number of twelve digits keeps them all',
      values: [{ value: 744718888838 }],
      stored: [{ value: '744718888838' }],
    },
    { title: 'zero is a value, not an empty one', values: [{ value: 0 }], stored: [{ value: '0' }] },
  ],
  [
    { title: 'a word is no number', values: [{ value: 'пять' }], expected: 'number' },
    { title: 'digits with letters are no number', values: [{ value: '12abc' }], expected: 'number' },
  ],
);

describeField(
  'a checkbox keeps 0 or 1',
  field(3),
  [
    ...clearings,
    ...[1, '1', true].map((value) => ({
      title: `${JSON.stringify(value)} is on`,
      values: [{ value }],
      stored: [{ value: '1' }],
    })),
    ...[0, '0', false].map((value) => ({
      title: `${JSON.stringify(value)} is off`,
      values: [{ value }],
      stored: [{ value: '0' }],
    })),
  ],
  [
    { title: '2 is neither on nor off', values: [{ value: 2 }], expected: 'flag' },
    { title: 'another word is neither on nor off', values: [{ value: 'да' }], expected: 'flag' },
  ],
);

for (const type of [4, 10] as const) {
  describeField(
    `a field of type ${type} keeps one of its options`,
    role(type),
    [
      ...clearings,
      { title: 'the value is the id of the option', values: [{ value: partner.id }], stored: [{ enumId: partner.id }] },
      {
        title: 'the id may be a text of digits',
        values: [{ value: String(partner.id) }],
        stored: [{ enumId: partner.id }],
      },
      {
        title: 'a read value sent back counts by its enum',
        values: [{ value: partner.value, enum: partner.id }],
        stored: [{ enumId: partner.id }],
      },
      {
        title: 'a read value sent back counts by its enum, also as text',
        values: [{ value: partner.value, enum: String(partner.id) }],
        stored: [{ enumId: partner.id }],
      },
      {
        title: 'next to an enum the text does not count',
        values: [{ value: client.value, enum: partner.id }],
        stored: [{ enumId: partner.id }],
      },
      {
        title: 'enum 0 means no enum, so the value counts',
        values: [{ value: partner.id, enum: 0 }],
        stored: [{ enumId: partner.id }],
      },
      {
        title: 'enum null means no enum, so the value counts',
        values: [{ value: partner.id, enum: null }],
        stored: [{ enumId: partner.id }],
      },
    ],
    [
      { title: 'an id of no option is refused', values: [{ value: 1 }], expected: 'option' },
      { title: 'an enum of no option is refused', values: [{ value: partner.value, enum: 1 }], expected: 'option' },
      { title: 'an id with a sign is none', values: [{ value: `+${partner.id}` }], expected: 'option' },
      { title: 'an id with a zero before it is none', values: [{ value: `0${partner.id}` }], expected: 'option' },
    ],
  );
}

describeField(
  'a multiselect keeps any of its options',
  role(5),
  [
    { title: 'an empty list clears it', values: [], stored: [] },
    {
      title: 'the ids may be texts',
      values: [{ value: String(supplier.id) }, { value: String(partner.id) }],
      stored: [{ enumId: supplier.id }, { enumId: partner.id }],
    },
    {
      title: 'the ids may be numbers',
      values: [{ value: supplier.id }, { value: partner.id }],
      stored: [{ enumId: supplier.id }, { enumId: partner.id }],
    },
    {
      title: 'read values sent back count by their enums',
      values: [
        { value: supplier.value, enum: supplier.id },
        { value: client.value, enum: String(client.id) },
      ],
      stored: [{ enumId: supplier.id }, { enumId: client.id }],
    },
  ],
  [
    {
      title: 'one unknown option refuses them all',
      values: [{ value: supplier.id }, { value: 1 }],
      expected: 'option',
    },
  ],
);

for (const type of [6, 14]) {
  describeField(
    `a field of type ${type} keeps a date as Y-m-d H:i:s`,
    field(type),
    [
      ...clearings,
      ...['2017-10-26', '26.10.2017', '2017/10/26', '2017-10-26 00:00:00'].map((value) => ({
        title: `${value} is taken`,
        values: [{ value }],
        stored: [{ value: '2017-10-26 00:00:00' }],
      })),
      {
        title: 'a time of day is kept',
        values: [{ value: '2017-10-26 15:30:45' }],
        stored: [{ value: '2017-10-26 15:30:45' }],
      },
      {
        title: 'unix seconds as text are a time in the zone of the account',
        values: [{ value: '1509051600' }],
        stored: [{ value: '2017-10-27 00:00:00' }],
      },
      {
        title: 'unix seconds as a number are a time in the zone of the account',
        values: [{ value: 1509051600 }],
        stored: [{ value: '2017-10-27 00:00:00' }],
      },
    ],
    [
      { title: 'a word is no date', values: [{ value: 'завтра' }], expected: 'date' },
      { title: 'a day that is not in the calendar is no date', values: [{ value: '31.02.2017' }], expected: 'date' },
    ],
  );
}

describeField('a URL field keeps an address with its scheme', field(7), [
  ...clearings,
  { title: 'a bare host gets http', values: [{ value: 'company.moc' }], stored: [{ value: 'http://company.moc' }] },
  { title: 'http stays', values: [{ value: 'http://company.moc' }], stored: [{ value: 'http://company.moc' }] },
  {
    title: 'https stays',
    values: [{ value: 'https://company.moc/a?b=c' }],
    stored: [{ value: 'https://company.moc/a?b=c' }],
  },
  {
    title: 'an enum is passed over, since the field has none',
    values: [{ value: 'example.moc', enum: 'WEB' }],
    stored: [{ value: 'http://example.moc' }],
  },
]);

const first = '89999517535';
const second = '89991237895';
const [work, , mobile] = phone().enums;

describeField('a phone field keeps values with the id of their enum', phone(), [
  { title: 'an empty list clears it', values: [], stored: [] },
  {
    title: 'the enum may be a code',
    values: [
      { value: first, enum: 'WORK' },
      { value: second, enum: 'MOB' },
    ],
    stored: [
      { value: first, enumId: work!.id },
      { value: second, enumId: mobile!.id },
    ],
  },
  {
    title: 'the enum may be a code, an id and an id as text in one list',
    values: [
      { value: first, enum: 'MOB' },
      { value: second, enum: mobile!.id },
      { value: '88001234567', enum: String(mobile!.id) },
    ],
    stored: [
      { value: first, enumId: mobile!.id },
      { value: second, enumId: mobile!.id },
      { value: '88001234567', enumId: mobile!.id },
    ],
  },
  ...[undefined, null, 0, 'NOWHERE', 1].map((choice) => ({
    title: `enum ${JSON.stringify(choice)} gives the first, WORK`,
    values: [{ value: first, enum: choice }],
    stored: [{ value: first, enumId: work!.id }],
  })),
  {
    title: 'the same number twice stays twice',
    values: [
      { value: first, enum: 'WORK' },
      { value: first, enum: 'WORK' },
    ],
    stored: [
      { value: first, enumId: work!.id },
      { value: first, enumId: work!.id },
    ],
  },
  {
    title: 'a number becomes its digits',
    values: [{ value: Number(first), enum: 'MOB' }],
    stored: [{ value: first, enumId: mobile!.id }],
  },
]);

test('an e-mail without an enum gets the WORK of the e-mail field', () => {
  const [workMail] = email().enums;
  assert.deepEqual(readField(email(), [{ value: 'company@company.moc' }]), [
    { value: 'company@company.moc', enumId: workMail!.id },
  ]);
});

test('a field of many texts that has no enums passes an enum over', () => {
  assert.deepEqual(readField(field(8), [{ value: 'a', enum: 'WEB' }]), [{ value: 'a' }]);
});

const parts = [
  ['address_line_1', 1],
  ['address_line_2', 2],
  ['city', 3],
  ['state', 4],
  ['zip', 5],
  ['country', 6],
] as const;

describeField(
  'an address keeps its filled parts',
  field(13),
  [
    { title: 'an empty list clears it', values: [], stored: [] },
    ...parts.map(([name, subtype]) => ({
      title: `${name} is part ${subtype}`,
      values: [{ value: 'a', subtype: name }],
      stored: [{ value: 'a', subtype }],
    })),
    ...parts.map(([name, subtype]) => ({
      title: `${name} may be given as the text "${subtype}"`,
      values: [{ value: 'a', subtype: String(subtype) }],
      stored: [{ value: 'a', subtype }],
    })),
    {
      title: 'a part may be given as a number',
      values: [{ value: 'Москва', subtype: 3 }],
      stored: [{ value: 'Москва', subtype: 3 }],
    },
    {
      title: 'the document’s four parts are kept together',
      values: [
        { value: 'ул. Октябрьская, д. 2', subtype: 'address_line_1' },
        { value: 'Москва', subtype: 'city' },
        { value: '102030', subtype: 'zip' },
        { value: 'RU', subtype: 'country' },
      ],
      stored: [
        { value: 'ул. Октябрьская, д. 2', subtype: 1 },
        { value: 'Москва', subtype: 3 },
        { value: '102030', subtype: 5 },
        { value: 'RU', subtype: 6 },
      ],
    },
    {
      title: 'a value without a part is the street line',
      values: [{ value: 'a' }],
      stored: [{ value: 'a', subtype: 1 }],
    },
    {
      title: 'part null means the street line',
      values: [{ value: 'a', subtype: null }],
      stored: [{ value: 'a', subtype: 1 }],
    },
    {
      title: 'a part that is empty is not kept',
      values: [
        { value: 'Москва', subtype: 'city' },
        { value: '', subtype: 'zip' },
      ],
      stored: [{ value: 'Москва', subtype: 3 }],
    },
  ],
  [
    { title: 'an unknown name is no part', values: [{ value: 'a', subtype: 'planet' }], expected: 'address_part' },
    { title: '7 is no part', values: [{ value: 'a', subtype: 7 }], expected: 'address_part' },
    { title: '-1 is no part', values: [{ value: 'a', subtype: '-1' }], expected: 'address_part' },
  ],
);

const entrepreneur = {
  name: 'ИП Петров',
  entity_type: 1,
  vat_id: '7447188888',
  kpp: '744701001',
  address: 'Москва',
  external_uid: 'a-1',
};
const organisation = { ...entrepreneur, name: 'ООО Ромашка', entity_type: 2, bank_code: '044525225', city: 'Москва' };

for (const type of [15, 17]) {
  describeField(
    `a field of type ${type} keeps legal persons`,
    field(type),
    [
      { title: 'an empty list clears it', values: [], stored: [] },
      { title: 'a person is kept as it came', values: [{ value: entrepreneur }], stored: [{ value: entrepreneur }] },
      {
        title: 'there may be several',
        values: [{ value: entrepreneur }, { value: organisation }],
        stored: [{ value: entrepreneur }, { value: organisation }],
      },
    ],
    [
      { title: 'a name is required', values: [{ value: { vat_id: '7447188888' } }], expected: 'name' },
      { title: 'an empty name is none', values: [{ value: { name: '' } }], expected: 'name' },
      { title: 'a text is no person', values: [{ value: 'ООО Ромашка' }], expected: 'object' },
      { title: 'a list is no person', values: [{ value: [entrepreneur] }], expected: 'object' },
    ],
  );
}

const goods = {
  description: 'Ковёр',
  unit_price: 1500,
  unit_type: 'шт.',
  quantity: 2,
  discount: { type: 'percentage', value: 10 },
  vat_rate_id: 1,
  external_uid: 'b-2',
};

describeField(
  'a field of items keeps them',
  field(16),
  [
    { title: 'an empty list clears it', values: [], stored: [] },
    {
      title: 'an item is kept with its discount, without a name',
      values: [{ value: goods }],
      stored: [{ value: goods }],
    },
  ],
  [{ title: 'a text is no item', values: [{ value: 'Ковёр' }], expected: 'object' }],
);
