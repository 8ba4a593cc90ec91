import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseBody } from '../../src/http/body.ts';
import { defaultLimits } from '../../src/http/limits.ts';

const notUnderstood = { status: 400, reason: 'body_not_understood' };
const notUtf8 = { status: 400, reason: 'body_not_utf8' };

const form = 'application/x-www-form-urlencoded';
const boundary = 'xYzZy';
const multipart = `multipart/form-data; boundary=${boundary}`;

const company = { add: [{ name: 'ООО Ромашка' }] };
const companyJson = JSON.stringify(company);
const companyForm = `add[0][name]=${encodeURIComponent('ООО Ромашка')}`;
/** What a form makes of it: lists are objects with numeric keys. */
const companyTree = { add: { 0: { name: 'ООО Ромашка' } } };

function parse(body: string | Buffer, contentType = ''): Promise<unknown> {
  return parseBody(Buffer.from(body), { 'content-type': contentType }, defaultLimits);
}

/** A value as an ordinary object, to compare it. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function parts(...texts: readonly string[]): string {
  return `${texts.map((text) => `--${boundary}\r\nContent-Disposition: form-data; ${text}\r\n`).join('')}--${boundary}--\r\n`;
}

describe('JSON is read under any content type', () => {
  const types = [
    'application/json',
    'application/json;charset=utf-8',
    'hal/json',
    'text/plain; charset=utf-8',
    form,
    '',
  ];
  for (const type of types) {
    test(type || 'none', async () => assert.deepEqual(await parse(companyJson, type), company));
  }
});

describe('a form is read under any content type', () => {
  for (const type of [form, `${form}; charset=utf-8`, 'application/json', 'text/plain', '']) {
    test(type || 'none', async () => assert.deepEqual(plain(await parse(companyForm, type)), companyTree));
  }

  test('one field is a form too', async () =>
    assert.deepEqual(plain(await parse('ACTION=DELETE', form)), { ACTION: 'DELETE' }));
});

describe('JSON that is no object is read as what it is', () => {
  for (const text of ['[]', '{}', 'null', '5', '"add"']) {
    test(text, async () => assert.deepEqual(await parse(text), JSON.parse(text)));
  }
});

describe('an empty body has no value', () => {
  for (const [title, text] of [
    ['nothing', ''],
    ['blanks', ' \r\n'],
    ['a byte order mark', '\ufeff'],
  ] as const) {
    test(title, async () => assert.equal(await parse(text, form), undefined));
  }
});

describe('a byte order mark does not count', () => {
  test('before JSON', async () => assert.deepEqual(await parse(`\ufeff${companyJson}`), company));
  test('before a form', async () => assert.deepEqual(plain(await parse(`\ufeff${companyForm}`)), companyTree));
});

test('blanks around JSON do not count', async () => {
  assert.deepEqual(await parse(`\r\n ${companyJson}\n`), company);
});

describe('what is neither JSON nor a form is refused', () => {
  const texts = [
    ['half an object', '{"add":[{"name":"a"}'],
    ['an object without quotes', '{add: [{name: "a=b"}]}'],
    ['half a list', '[1,'],
    ['half a text', '"a=b'],
    ['a word', 'hello'],
    ['XML', '<add/>'],
  ] as const;
  for (const [title, text] of texts) {
    test(title, () => assert.rejects(parse(text, 'application/json'), notUnderstood));
  }
});

describe('what is not UTF-8 is refused', () => {
  const windows1251 = Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xcf, 0xf0, 0x22, 0x7d]);

  test('in JSON', () => assert.rejects(parse(windows1251, 'application/json'), notUtf8));

  test('in a form', () => assert.rejects(parse(Buffer.from([0x61, 0x3d, 0xff]), form), notUtf8));

  test('in a form under percent signs', () =>
    assert.rejects(parse('name=%CF%F0', form), { status: 400, reason: 'parameters_not_utf8' }));

  test('cut in the middle of a letter', () => {
    const cut = Buffer.from('{"a":"Р"}').subarray(0, 7);
    return assert.rejects(parse(cut, 'application/json'), notUtf8);
  });
});

describe('a multipart form', () => {
  test('is read with brackets', async () => {
    const body = parts('name="add[0][name]"\r\n\r\nООО Ромашка', 'name="add[0][tags]"\r\n\r\nаренда, офис');
    assert.deepEqual(plain(await parse(body, multipart)), {
      add: { 0: { name: 'ООО Ромашка', tags: 'аренда, офис' } },
    });
  });

  test('is read whatever the letter case of its type', async () => {
    const body = parts('name="a"\r\n\r\n1');
    assert.deepEqual(plain(await parse(body, `Multipart/Form-Data; boundary=${boundary}`)), { a: '1' });
  });

  test('keeps percent and plus signs as they are', async () => {
    assert.deepEqual(plain(await parse(parts('name="a"\r\n\r\n100% + %41'), multipart)), { a: '100% + %41' });
  });

  test('has no files', async () => {
    const body = parts('name="a"\r\n\r\n1', 'name="b"; filename="b.txt"\r\nContent-Type: text/plain\r\n\r\n2');
    assert.deepEqual(plain(await parse(body, multipart)), { a: '1' });
  });

  test('without its boundary is refused', () =>
    assert.rejects(parse(parts('name="a"\r\n\r\n1'), 'multipart/form-data'), notUnderstood));

  test('that breaks off is refused', () =>
    assert.rejects(parse(parts('name="a"\r\n\r\n1').slice(0, 60), multipart), notUnderstood));
});

test('names of the language in JSON are names like any other', async () => {
  const body = await parse('{"__proto__":{"polluted":1},"add":[]}');
  assert.ok(Object.hasOwn(body as object, '__proto__'));
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});
