import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseBrackets, readQuery, type Tree, treeOf } from '../../src/http/brackets.ts';
import { defaultLimits } from '../../src/http/limits.ts';
import { cpuOf } from '../support/cpu.ts';

/** A tree as an ordinary object, to compare it. */
function plain(tree: Tree): unknown {
  return JSON.parse(JSON.stringify(tree));
}

describe('parameters are read as PHP reads them', () => {
  const queries = [
    ['', {}],
    ['a=1', { a: '1' }],
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=', { a: '' }],
    ['a', { a: '' }],
    ['a=b=c', { a: 'b=c' }],
    ['a=1&a=2', { a: '2' }],
    ['&query=a&&limit_rows=500&', { query: 'a', limit_rows: '500' }],
    ['a=%D0%BE%D0%BE%D0%BE+%D1%80', { a: 'ооо р' }],
    ['a=1%2B1', { a: '1+1' }],
    ['USER_LOGIN=a@example.com', { USER_LOGIN: 'a@example.com' }],
    ['USER_LOGIN=a%40example.com', { USER_LOGIN: 'a@example.com' }],
    ['id[]=1&id[]=2', { id: { 0: '1', 1: '2' } }],
    ['id%5B%5D=1&id%5B%5D=2', { id: { 0: '1', 1: '2' } }],
    ['id[0]=1&id[1]=2', { id: { 0: '1', 1: '2' } }],
    ['id[5]=1&id[]=2', { id: { 5: '1', 6: '2' } }],
    ['id[5]=1&id[2]=2&id[]=3', { id: { 2: '2', 5: '1', 6: '3' } }],
    ['id[]=1&id[]=2&id[7]=3&id[]=4', { id: { 0: '1', 1: '2', 7: '3', 8: '4' } }],
    ['id[]=1&id[]=2&id[1]=3&id[]=4', { id: { 0: '1', 1: '3', 2: '4' } }],
    ['id[x]=1&id[007]=2&id[]=3&id[]=4', { id: { x: '1', '007': '2', 8: '3', 9: '4' } }],
    ['id[0]=1&id[0]=2', { id: { 0: '2' } }],
    ['a&b=1&c&d', { a: '', b: '1', c: '', d: '' }],
    ['a&&b&=1&c=', { a: '', b: '', '': '1', c: '' }],
    ['a[x]=1&a[]=2', { a: { x: '1', 0: '2' } }],
    ['filter[date_create][from]=1&filter[date_create][to]=2', { filter: { date_create: { from: '1', to: '2' } } }],
    ['a[][b]=1&a[][b]=2', { a: { 0: { b: '1' }, 1: { b: '2' } } }],
    ['a[0][]=1&a[0][]=2&a[1][]=3', { a: { 0: { 0: '1', 1: '2' }, 1: { 0: '3' } } }],
    ['a[b]c[d]=1', { a: { b: '1' } }],
    ['a[b[c]=1', { a: { 'b[c': '1' } }],
    ['a[b=1&[c]=2&a]=3', { 'a[b': '1', '[c]': '2', 'a]': '3' }],
    ['a[b][c=1', { a: { b: '1' } }],
    ['a=1&a[b]=2', { a: { b: '2' } }],
    ['a[b]=1&a=2', { a: '2' }],
    [
      'add[0][custom_fields][0][values][0][enum]=3685087',
      { add: { 0: { custom_fields: { 0: { values: { 0: { enum: '3685087' } } } } } } },
    ],
  ] as const;
  for (const [query, tree] of queries) {
    test(JSON.stringify(query), () => assert.deepEqual(plain(parseBrackets(query, defaultLimits)), tree));
  }
});

describe('names of the language are names like any other', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    test(`${name} is kept, on top and inside, and reaches nothing else`, () => {
      const tree = parseBrackets(`${name}=1&a[${name}]=2&b[${name}][polluted]=3`, defaultLimits);
      assert.equal(Object.getOwnPropertyDescriptor(tree, name)?.value, '1');
      assert.equal(Object.getOwnPropertyDescriptor(tree['a'], name)?.value, '2');
      assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    });
  }

  test('an absent name is absent, whatever objects inherit', () => {
    const tree = parseBrackets('a=1', defaultLimits);
    assert.equal(tree['toString'], undefined);
    assert.equal(Object.getPrototypeOf(tree), null);
  });
});

describe('what is not UTF-8 under percent signs is refused', () => {
  for (const query of ['a=%', 'a=%2', 'a=%zz', 'a=%FF', 'a=%D0', '%=a', 'a=1&b[%C3]=2']) {
    test(query, () =>
      assert.throws(() => parseBrackets(query, defaultLimits), { status: 400, reason: 'parameters_not_utf8' }),
    );
  }
});

describe('there is an end to nesting and to number', () => {
  const nested = (depth: number) => `a${'[b]'.repeat(depth - 1)}=1`;
  const tooMany = { status: 400, reason: 'too_many_parameters' };

  test('sixteen levels are read, seventeen are refused', () => {
    assert.ok(parseBrackets(nested(16), defaultLimits)['a']);
    assert.throws(() => parseBrackets(nested(17), defaultLimits), tooMany);
  });

  test('a hundred thousand levels are refused like seventeen', () => {
    assert.throws(() => parseBrackets(nested(100_000), defaultLimits), tooMany);
  });

  test('a hundred thousand parameters are read, one more is refused', () => {
    const many = 'a[]=1&'.repeat(100_000);
    assert.equal(Object.keys(parseBrackets(many, defaultLimits)['a'] ?? {}).length, 100_000);
    assert.throws(() => parseBrackets(`${many}a[]=1`, defaultLimits), tooMany);
  });

  test('empty pairs are no parameters', () => {
    assert.deepEqual(plain(parseBrackets(`${'&'.repeat(200_000)}a=1`, defaultLimits)), { a: '1' });
  });
});

describe('the query of an address has an end of its own', () => {
  const tooMany = { status: 400, reason: 'too_many_parameters' };
  const read = (query: string) => readQuery(`/api/v2/companies?${query}`, defaultLimits);

  const most = defaultLimits.queryParameters;

  test('twelve thousand parameters are read, one more is refused before anything is decoded', () => {
    assert.equal(most, 12_000);
    assert.equal(Object.keys(read('a[]=1&'.repeat(most))['a'] ?? {}).length, most);
    assert.throws(() => read(`%=1&${'a[]=1&'.repeat(most)}`), tooMany);
  });

  test('and so have the levels of its names, two for each parameter that there may be', () => {
    for (const bracket of ['[', '%5B', '%5b']) {
      const full = `a${bracket}x]${bracket}x]&`.repeat(most);
      assert.equal(Object.keys(read(full)).length, 1);
      assert.throws(() => read(full + bracket), tooMany);
    }
  });

  test('whatever fills a head is read or refused soon', () => {
    const size = 256 * 1024;
    const filled = (piece: string) => piece.repeat(size / piece.length);
    /** As many parameters as there may be, each of its own name. */
    const own = (rest: string) =>
      Array.from({ length: most }, (_, index) => `${index}${rest}`)
        .join('&')
        .slice(0, size);
    const queries = [
      ...['a&', 'a[]&', '%61&', '+&', '&', '='].map(filled),
      ...['%61', '%D0%B1', '+', '[]'].map((piece) => `a=${filled(piece)}`),
      ...[
        '',
        '%61'.repeat(30),
        '[]'.repeat(15),
        '[1]'.repeat(15),
        '[x]'.repeat(15),
        '[]'.repeat(7),
        '[',
        '[]'.repeat(16),
      ].map(own),
    ];
    for (const query of queries) {
      const took = cpuOf(() => read(query));
      assert.ok(took < 50, `${query.slice(0, 40)}: ${took} ms`);
    }
  });
});

test('names and values that are decoded already are not decoded again', () => {
  assert.deepEqual(plain(treeOf([['a[b]', '100%+%41']], defaultLimits)), { a: { b: '100%+%41' } });
});
