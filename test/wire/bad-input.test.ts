import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { documentAccountId } from '../../seed/document.ts';
import { aField } from '../store/builders.ts';
import {
  type Answered,
  assertPrototypesClean,
  assertRefused,
  assertSignInRefused,
  listing,
} from '../support/refusals.ts';
import { key, login, type Reply, request, startServer, type TestServer, testNow } from '../support/server.ts';

const phone = 4396818;
const legalEntity = 5000015;
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

let server: TestServer;
before(async () => {
  server = await startServer();
  const compound = aField(legalEntity, { name: 'Юр. лицо', type: 15, kinds: ['company', 'contact'] });
  await server.store.write((tx) => tx.addFields(documentAccountId, [compound]));
});
after(() => server.close());

const company = (parts: object) => server.post('/api/v2/companies', { add: [{ name: 'x', ...parts }] });
const valued = (id: number, value: unknown) => ({ custom_fields: [{ id, values: [value] }] });
const nest = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

function idOf(reply: Reply): number {
  assert.equal(reply.status, 200, reply.text);
  return reply.json._embedded.items[0].id;
}

async function read(path: string, id: number) {
  return (await server.get(`/api/v2/${path}?id=${id}`)).json._embedded.items[0];
}

/** Bodies refused one and all, as JSON or as they stand. */
function assertBodiesRefused(path: string, bodies: readonly unknown[], code?: number, headers = {}): Promise<void> {
  const posts = bodies.map((body) => (): Promise<Answered> => server.post(`/api/v2/${path}`, body, headers));
  return assertRefused(server, posts, 400, code);
}

test('broken JSON is refused', async () => {
  const whole = '{"add":[{"name":"x","tags":"a"}]}';
  const cut = Array.from({ length: whole.length - 1 }, (_, end) => whole.slice(0, end + 1));
  const bent = [
    `${whole}}`,
    `${whole},`,
    `${whole}x=1`,
    whole.replaceAll('"', "'"),
    '{add:[{name:"x"}]}',
    '{"add":[{"name":"x",}]}',
  ];
  const odd = [
    '[',
    ']',
    '"',
    'nul',
    'NaN',
    '{"add":[{"name":NaN}]}',
    '{"add":[{"name":"\u0001"}]}',
    '{"add":[{"name":"\\x"}]}',
  ];
  await assertBodiesRefused('companies', [...cut, ...bent, ...odd], 400);
});

describe('a thousand levels of nesting', () => {
  const deep = [nest(1000, '[', ']'), `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`];

  test('are refused as the body, in add and update, as name, tags, links and values', async () => {
    await assertBodiesRefused('companies', deep);
    for (const key of ['name', 'tags', 'leads_id', 'created_at', 'custom_fields']) {
      await assertBodiesRefused(
        'companies',
        deep.map((value) => `{"add":[{"name":"x","${key}":${value}}]}`),
      );
    }
    const values = deep.flatMap((value) => [value, `{"value":${value}}`, `{"value":{"name":"x","a":${value}}}`]);
    for (const id of [phone, legalEntity]) {
      const field = (value: string) => `{"add":[{"name":"x","custom_fields":[{"id":${id},"values":[${value}]}]}]}`;
      await assertBodiesRefused('companies', values.map(field));
    }
  });

  test('say nothing in a key that is unknown', async () => {
    for (const value of deep) {
      const { name, tags } = await read(
        'companies',
        idOf(await server.post('/api/v2/companies', `{"add":[{"name":"x","zzz":${value}}],"zzz":${value}}`)),
      );
      assert.deepEqual([name, tags], ['x', []]);
    }
  });

  test('are refused in brackets, in body and query', async () => {
    const brackets = [nest(1000, '[a]', ''), nest(1000, '[]', ''), nest(1000, '[0]', '')];
    await assertBodiesRefused(
      'companies',
      brackets.map((path) => `add[0][name]=x&add${path}=1`),
      400,
      form,
    );
    await assertRefused(
      server,
      brackets.map((path) => () => server.get(`/api/v2/companies?id${path}=1`)),
      400,
      400,
    );
  });
});

describe('NUL and lone surrogates', () => {
  const broken = ['a\0b', '\ud83d', 'a\ude00b'];

  test('are refused in every text that is kept', async () => {
    const items = broken.flatMap((text) => [
      { name: text },
      { tags: `a,${text}` },
      { tags: ['a', text] },
      { tags: [{ id: 61883, name: text }] },
      ...[4396817, phone, 4396820, 4396822, 4400115].flatMap((id) => [valued(id, { value: text }), valued(id, text)]),
      valued(3789654, text),
      valued(3789654, { value: '2615948', enum: text }),
      valued(4400115, { value: 'x', subtype: text }),
      valued(legalEntity, { value: { name: text } }),
      valued(legalEntity, { value: { name: 'x', [text]: 'y' } }),
      valued(legalEntity, { value: { name: 'x', inner: { deeper: text } } }),
      { leads_id: text },
      { created_at: text },
    ]);
    await assertBodiesRefused(
      'companies',
      items.map((item) => ({ add: [{ name: 'x' }, { name: 'x', ...item }] })),
    );
    await assertBodiesRefused(
      'contacts',
      broken.map((text) => ({ add: [{ name: 'x', company_name: text }] })),
    );
    await assertBodiesRefused(
      'leads',
      broken.map((name) => ({ update: [{ id: 43510, updated_at: testNow, name }] })),
    );
  });

  test('are refused in brackets and in the query', async () => {
    const encoded = ['a%00b', '%ED%A0%BD', 'a%ED%B8%80b'];
    await assertBodiesRefused(
      'companies',
      encoded.map((text) => `add[0][name]=${text}`),
      400,
      form,
    );
    await assertRefused(
      server,
      encoded.map((text) => () => server.get(`/api/v2/companies?query=${text}`)),
    );
  });

  test('are not echoed as request_id and choose no enum of a phone', async () => {
    for (const text of broken) {
      const reply = await company({ request_id: text, ...valued(phone, { value: '+7', enum: text }) });
      const { custom_fields } = await read('companies', idOf(reply));
      assert.equal(reply.json._embedded.items[0].request_id, 0);
      assert.deepEqual(custom_fields[0].values, [{ value: '+7', enum: '3685087' }]);
    }
  });

  test('in a login or key are like a wrong one', async () => {
    for (const text of broken) {
      for (const body of [
        { USER_LOGIN: text, USER_HASH: key },
        { USER_LOGIN: login, USER_HASH: text },
      ]) {
        assertSignInRefused(await request('POST', `${server.url}/private/api/auth.php`, body), '110');
      }
    }
  });
});

describe('keys that JavaScript objects are born with', () => {
  const item = '{"name":"born"}';

  test('hide no batch, no name, no id and no link', async () => {
    const before = await listing(server);
    await assertPrototypesClean(async () => {
      for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
        await assertBodiesRefused('companies', [
          `{"${name}":{"add":[${item}]}}`,
          `{"add":{"${name}":${item}}}`,
          `{"add":[{"${name}":${item}}]}`,
          `{"update":[{"${name}":{"id":41389,"updated_at":${testNow}}}]}`,
        ]);
        const paths = [
          `${name}[add][0][name]`,
          `add[${name}][name]`,
          `add[0][${name}][name]`,
          `${name}[prototype][name]`,
        ];
        await assertBodiesRefused(
          'companies',
          paths.map((path) => `${path}=born`),
          undefined,
          form,
        );
        const { status } = await server.get(
          `/api/v2/companies?${name}[id]=1&${name}[prototype][id]=1&id[${name}]=41389`,
        );
        assert.equal(status, 204);
      }
    });
    assert.equal(await listing(server), before);
  });

  test('in an item, in what it unlinks and in its values say nothing, and a compound value keeps all but __proto__ as data', async () => {
    await assertPrototypesClean(async () => {
      const born = '"__proto__":{"polluted":1,"leads_id":[43510]},"constructor":{"prototype":{"polluted":1}}';
      const value = `{"value":{"name":"ООО",${born}}}`;
      const body = `{"add":[{"name":"x","leads_id":[43510],"unlink":{${born}},${born},"custom_fields":[{"id":${legalEntity},"values":[${value}],${born}}]}]}`;
      const { leads, custom_fields, ...rest } = await read(
        'companies',
        idOf(await server.post('/api/v2/companies', body)),
      );
      assert.deepEqual(leads.id, [43510]);
      assert.ok(!('polluted' in rest));
      const kept = [
        ['name', 'ООО'],
        ['constructor', { prototype: { polluted: 1 } }],
      ];
      assert.deepEqual(Object.entries(custom_fields[0].values[0].value), kept);
      const pairs = 'add[0][name]=x&add[0][__proto__][polluted]=1&add[0][constructor][prototype][polluted]=1';
      assert.equal((await server.post('/api/v2/companies', pairs, form)).status, 200);
    });
  });
});

test('a login that the server does not know, or that is no text, is refused by code 110', async () => {
  const before = await listing(server);
  const wrong = ['nobody@example.com', '', ['example@example.com'], { a: 1 }, 5, true, null, 'x'.repeat(10_000)];
  for (const value of wrong) {
    for (const body of [
      { USER_LOGIN: value, USER_HASH: key },
      { login: value, api_key: key },
    ]) {
      assertSignInRefused(await request('POST', `${server.url}/private/api/auth.php`, body), '110');
    }
  }
  const add = { add: [{ name: 'x' }] };
  const queries = [
    '',
    'USER_LOGIN=nobody&USER_HASH=x',
    `USER_LOGIN[]=${login}&USER_HASH=${key}`,
    `USER_LOGIN=${login}`,
  ];
  for (const query of queries) {
    assertSignInRefused(await request('POST', `${server.url}/api/v2/companies?${query}`, add), '110');
  }
  assert.equal(await listing(server), before);
});
