import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createClient, type ImportedJson, type ImportLineJson, KontoraError } from '../../client/client.ts';
import { key, login, startServer, type TestServer, testToken } from '../support/server.ts';
import { startFakeServer } from './fake-server.ts';

type Line = ImportLineJson | ImportedJson;
const refusedIn = (lines: readonly Line[]) => lines.filter((line) => 'error' in line);

for (const wire of ['documented', 'recorded'] as const) {
  describe(`import on the ${wire} wire`, () => {
    let server: TestServer;
    const connect = () => createClient({ baseUrl: server.url, auth: { login, key } });
    before(async () => {
      server = await startServer({ wire });
    });
    after(() => server.close());

    test('a list, a generator, an asynchronous one and a file come to the same', async () => {
      const items = [{ name: 'Первая', tags: 'опт' }, { name: '' }, { name: 'Третья' }];
      async function* later() {
        yield* items;
      }
      const text = items.map((item) => `${JSON.stringify(item)}\n`).join('');
      for (const source of [items, items.values(), later(), new Blob([text])]) {
        const lines = await Array.fromAsync(connect().companies.import(source));
        assert.deepEqual(
          refusedIn(lines).map(({ line, ...rest }) => [line, 'code' in rest && rest.code]),
          [[2, 205]],
        );
        assert.deepEqual(lines.at(-1), { line: 3, added: 2, updated: 0, refused: 1, end: true });
      }
      assert.equal((await connect().companies.list({ query: 'Третья' })).length, 4);
    });

    test('many items come and are told of while they are on their way', async () => {
      let made = 0;
      async function* many() {
        for (; made < 6000; made += 1) {
          if (made % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
          yield { name: `Лот ${made} ${'длинный '.repeat(40)}`, sale: made };
        }
      }
      const ids: number[] = [];
      let madeAtFirst: number | undefined;
      let last: Line | undefined;
      for await (const line of connect().leads.import(many(), { ids: true })) {
        madeAtFirst ??= made;
        if ('id' in line) ids.push(line.id);
        last = line;
      }
      assert.deepEqual(last, { line: 6000, added: 6000, updated: 0, refused: 0, end: true });
      assert.equal(new Set(ids).size, 6000);
      assert.ok(madeAtFirst! < 6000, `${madeAtFirst} were made before the first line of the answer`);
      assert.equal((await connect().leads.find(ids[5999]!))!.sale, 5999);
    });

    test('what was read goes back with its links, or to another account as new', async () => {
      const crm = connect();
      const [added] = await crm.contacts.add([{ name: 'Павел', company_id: 41389, tags: 'юг' }]);
      const contact = (await crm.contacts.find(added!.id))!;
      assert.deepEqual((await Array.fromAsync(crm.contacts.import([contact]))).at(-1), {
        ...{ line: 1, added: 0, updated: 1, refused: 0, end: true },
      });
      assert.deepEqual(await crm.contacts.find(contact.id), contact);
      const lines = await Array.fromAsync(crm.contacts.import([contact], { isNew: true, ids: true }));
      const copy = (await crm.contacts.find((lines[0] as { id: number }).id))!;
      assert.deepEqual([copy.name, copy.company, copy.tags], ['Павел', null, contact.tags]);
      assert.notEqual(copy.id, contact.id);
    });
  });
}

describe('an import that breaks', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(async () => {
    // After a break `fetch` connects anew without a request, and a server that closes waits for such a connection.
    await Promise.all(Array.from({ length: 3 }, () => connect().account()));
    await server.close();
  });
  const connect = () => createClient({ baseUrl: server.url, auth: { token: testToken } });

  test('by its source rejects with the error of the source; what was told is written', async () => {
    const broken = new Error('the file is gone');
    let told: ImportedJson | undefined;
    async function* source() {
      for (let index = 0; index < 5000; index += 1) yield { name: `Лот ${index}` };
      while (told === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
      throw broken;
    }
    const seen = async () => {
      for await (const line of connect().leads.import(source())) if ('added' in line) told = line;
    };
    await assert.rejects(seen(), broken);
    const written = await Array.fromAsync(connect().leads.all({ query: 'Лот' }));
    assert.ok(written.length >= told!.added && told!.added > 0, `${written.length} of ${told!.added}`);
  });

  test('by its reader ends the source', async () => {
    let ended = false;
    async function* source() {
      try {
        for (let index = 0; ; index += 1) {
          if (index % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
          yield { name: `Бесконечность ${index}` };
        }
      } finally {
        ended = true;
      }
    }
    for await (const _ of connect().leads.import(source())) break;
    for (let waited = 0; !ended && waited < 200; waited += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(ended);
  });

  test('by an abort rejects with its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    async function* source() {
      for (let index = 0; ; index += 1) {
        if (index === 2000) controller.abort(reason);
        yield { name: `Лот ${index}` };
      }
    }
    await assert.rejects(Array.fromAsync(connect().leads.import(source(), { signal: controller.signal })), reason);
  });

  test('before it began is told as any failed request', async () => {
    const stranger = createClient({ baseUrl: server.url, auth: { token: 'nobody' } });
    await assert.rejects(Array.fromAsync(stranger.leads.import([{ name: 'x' }])), { status: 401, code: 110 });
  });

  test('with last words, without a last line, or cut in the middle', async () => {
    const fake = await startFakeServer();
    try {
      const crm = createClient({ baseUrl: fake.url, auth: { token: 'any' } });
      const run = async () => {
        const lines: Line[] = [];
        try {
          for await (const line of crm.companies.import([{ name: 'x' }])) lines.push(line);
        } catch (error) {
          assert.ok(error instanceof KontoraError);
          return [lines.length, error.status, error.code, error.isUncertain];
        }
        return lines.length;
      };
      const counted = '{"line":500,"added":500,"updated":0,"refused":0}\n';
      const words = { title: 'Error', type: '', status: 503, detail: 'Код ошибки 503. База данных занята' };
      fake.script({ status: 200, body: `${counted}${JSON.stringify(words)}\n` });
      assert.deepEqual(await run(), [1, 503, 503, false]);
      fake.script({ status: 200, body: counted });
      assert.deepEqual(await run(), [1, 0, undefined, true]);
      fake.script((response) => {
        response.writeHead(200, { 'Content-Length': '1000' });
        response.write(`${counted}{"line":10`, () => response.destroy());
      });
      assert.deepEqual(await run(), [1, 0, undefined, true]);
      assert.equal(fake.sent.length, 1);
    } finally {
      await fake.close();
    }
  });
});
