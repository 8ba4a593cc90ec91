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

describe('of a multipart form', () => {
  const named = async (head: string, type = multipart) => plain(await parse(parts(`${head}\r\n\r\n1`), type));

  test('names are read in every spelling', async () => {
    const heads = ['name="a b"', 'x="y"; name="a b"', 'name="a b"\r\nContent-Type: text/plain', 'NAME="a b"'];
    for (const head of heads) assert.deepEqual(await named(head), { 'a b': '1' }, head);
    assert.deepEqual(await named('name=a'), { a: '1' });
    assert.deepEqual(await named('name="a"; x="; name=b"'), { a: '1' });
    assert.deepEqual(await named('name="имя"'), { имя: '1' });
    assert.deepEqual(await named('name="a%22%0D%0A%20"'), { 'a"\r\n%20': '1' });
    assert.deepEqual(await named('name="a"', `${multipart.replace(boundary, `"${boundary}"`)}; charset=utf-8`), {
      a: '1',
    });
  });

  test('values keep line breaks, and dashes that are no boundary', async () => {
    const value = `\r\n--${boundary.slice(0, -1)}\r\n\r\n--`;
    assert.deepEqual(plain(await parse(parts(`name="a"\r\n\r\n${value}`), multipart)), { a: value });
  });

  test('what stands behind its end does not count', async () => {
    const body = `${parts('name="a"\r\n\r\n1')}--${boundary}\r\nrest`;
    assert.deepEqual(plain(await parse(body, multipart)), { a: '1' });
  });

  test('a part without a name, or without a value, is refused', async () => {
    for (const part of ['x="a"\r\n\r\n1', 'name="a"', 'xname="a"\r\n\r\n1']) {
      await assert.rejects(parse(parts(part), multipart), notUnderstood, part);
    }
  });

  test('files may hold any bytes, texts only UTF-8', async () => {
    const body = (head: string) => Buffer.from(parts(`name="a"${head}\r\n\r\n\xff`), 'latin1');
    assert.deepEqual(plain(await parse(body('; filename="a.bin"'), multipart)), {});
    await assert.rejects(parse(body(''), multipart), notUtf8);
  });
});

describe('JSON has an end to nesting and to number', () => {
  const tooMany = { status: 400, reason: 'too_many_parameters' };
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const list = (count: number) => `[${'1,'.repeat(count - 1)}1]`;

  test('two thousand levels are read, one more is refused', async () => {
    assert.ok(await parse(nested(2000)));
    await assert.rejects(parse(nested(2001)), tooMany);
    await assert.rejects(parse('{"a":'.repeat(2001)), tooMany);
  });

  test('three hundred thousand keys and values are read, one more is refused', async () => {
    assert.ok(await parse(list(300_000)));
    await assert.rejects(parse(list(300_001)), tooMany);
    await assert.rejects(parse(`{"add":[${'{},'.repeat(150_000)}{}]}`), tooMany);
  });

  test('what stands in texts is no nesting', async () => {
    const text = `${'[{,:\\"\\\\'.repeat(100_000)}`;
    assert.equal(((await parse(`["${text}",2]`)) as unknown[]).length, 2);
    await assert.rejects(parse(`["${text}`), notUnderstood);
  });

  test('eight megabytes of anything are looked through soon', async () => {
    for (const piece of ['[', '{"a":', '{},', '"",', '"\\n"', ' ', '1', '[]']) {
      const began = process.cpuUsage();
      await parse(`[${piece.repeat(8_000_000 / piece.length)}`).catch(() => undefined);
      const { user, system } = process.cpuUsage(began);
      assert.ok(user + system < 1_000_000, `${piece}: ${(user + system) / 1000} ms`);
    }
  });
});

test('names of the language in JSON are names like any other', async () => {
  const body = await parse('{"__proto__":{"polluted":1},"add":[]}');
  assert.ok(Object.hasOwn(body as object, '__proto__'));
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});
