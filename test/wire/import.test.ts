import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { documentAccountId } from '../../seed/document.ts';
import { createApp } from '../../src/cli/serve.ts';
import { acmeAdministrator, addAcme, addUser } from '../support/accounts.ts';
import { answerFaults } from '../support/api-description.ts';
import { type Credentials, type Reply, startServer, type TestServer, testNow, testToken } from '../support/server.ts';

const path = '/api/kontora/import/companies';
const signed = { Authorization: `Bearer ${testToken}` };

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const linesOf = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** The lines of an answer, which is as it is described. */
async function sendLines(body: string | Uint8Array, query = '', as?: Credentials): Promise<Record<string, unknown>[]> {
  const reply = await server.post(`${path}${query}`, body, {}, as);
  check(reply);
  assert.equal(reply.status, 200, reply.text);
  return linesOf(reply.text);
}

function check({ status, headers, text }: Reply): void {
  const answer = { status, type: headers.get('content-type'), body: text };
  assert.equal(answerFaults({ method: 'POST', url: path }, answer), undefined);
}

const count = () => server.store.read((tx) => tx.count(documentAccountId, 'company'));

/** A request whose body is sent bit by bit, and whose answer is read as it comes. */
function open(url: string, query = ''): { readonly sending: ClientRequest; readonly answer: Promise<IncomingMessage> } {
  const sending = httpRequest(`${url}${path}${query}`, { method: 'POST', headers: signed });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    sending.on('response', resolve);
    sending.on('error', reject);
  });
  // Who has no answer to wait for does not want its error.
  answer.catch(() => undefined);
  sending.flushHeaders();
  return { sending, answer };
}

async function* read(answer: IncomingMessage): AsyncGenerator<Record<string, unknown>> {
  let rest = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop()!;
    for (const part of parts) yield JSON.parse(part);
  }
}

const items = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${JSON.stringify({ name: `№ ${from + index}` })}\n`).join('');

describe('POST /api/kontora/import/<kind>', () => {
  test('writes an item a line, and tells how far it is', async () => {
    const before = await count();
    const lines = await sendLines(items(0, 1200));
    assert.deepEqual(lines, [
      { line: 500, added: 500, updated: 0, refused: 0 },
      { line: 1000, added: 1000, updated: 0, refused: 0 },
      { line: 1200, added: 1200, updated: 0, refused: 0 },
      { line: 1200, added: 1200, updated: 0, refused: 0, end: true },
    ]);
    assert.equal(await count(), before + 1200);
    assert.deepEqual(await sendLines(''), [{ line: 0, added: 0, updated: 0, refused: 0, end: true }]);
  });

  test('refuses a line by itself, with the code and the words of the API', async () => {
    const body = [
      '{"name":"a"}',
      '',
      'x',
      '{"name":"b","custom_fields":[{"id":1,"values":[]}]}',
      '{"id":41389,"name":"old","updated_at":1}',
      '{"id":41389,"name":"new","updated_at":1999999999}',
      '{"add":[{"name":"c"}]}',
      '[]',
    ].join('\r\n');
    const broken = Buffer.concat([Buffer.from(`\ufeff${body}\n`), Buffer.from([0xcf, 0x0a])]);
    const lines = await sendLines(broken, '?with=ids');
    const id = lines[0]!['id'] as number;
    assert.deepEqual(lines, [
      { line: 1, id },
      { line: 3, error: 'Строка — не JSON', code: 400 },
      { line: 4, error: 'Дополнительное поле не найдено (custom_fields/0/id: 1)', code: 204 },
      { line: 5, error: 'Last modified date is older than in database' },
      { line: 6, id: 41389 },
      { line: 7, error: 'Это тело запроса, а не элемент: один элемент в строке', code: 400 },
      { line: 8, error: 'Строка — не объект', code: 400 },
      { line: 9, error: 'Строка не в ожидаемой кодировке', code: 400 },
      { line: 9, added: 1, updated: 1, refused: 6 },
      { line: 9, added: 1, updated: 1, refused: 6, end: true },
    ]);
    const shown = (await server.get(`/api/v2/companies?id=${id},41389`)).json._embedded.items;
    assert.deepEqual(
      shown.map(({ name }: { name: string }) => name),
      ['new', 'a'],
    );
  });

  test('takes a body that is larger than any other may be', async () => {
    const item = {
      name: 'large',
      custom_fields: [{ id: 4396818, values: Array(40).fill({ value: '9'.repeat(200) }) }],
    };
    const line = `${JSON.stringify(item)}\n`;
    const body = line.repeat(Math.ceil((9 * 1024 * 1024) / line.length));
    const last = (await sendLines(body)).at(-1)!;
    assert.deepEqual([last['added'], last['refused'], last['end']], [body.length / line.length, 0, true]);
  });

  test('with new=1 takes items of another account for new ones', async () => {
    const before = await count();
    const body = '{"id":41389,"name":"elsewhere","updated_at":1999999999,"contacts":{"id":[1099181]}}\n';
    const [added, ...rest] = await sendLines(body, '?new=1&with=ids');
    assert.equal(rest.at(-1)!['added'], 1);
    assert.equal(await count(), before + 1);
    const [shown] = (await server.get(`/api/v2/companies?id=${added!['id']}`)).json._embedded.items;
    assert.deepEqual([shown.name, shown.contacts], ['elsewhere', []]);
  });

  test('gives every kind its own address', async () => {
    const lead = '{"name":"x","sale":5,"contacts_id":1099181}';
    for (const [kind, item] of [
      ['contacts', '{"first_name":"Анна","last_name":"Б"}'],
      ['leads', lead],
      ['customers', '{"name":"x","next_date":1510000000}'],
    ]) {
      const reply = await server.post(`/api/kontora/import/${kind}?with=ids`, item!);
      const [{ id }, , end] = linesOf(reply.text);
      assert.deepEqual(end, { line: 1, added: 1, updated: 0, refused: 0, end: true });
      assert.equal((await server.get(`/api/v2/${kind}?id=${id}`)).status, 200);
    }
  });

  test('lets nobody do what the API would not', async () => {
    const careful = await addUser(server.store, 'careful', { company_add: 'D', company_edit: 'D' });
    const lines = await sendLines('{"name":"a"}\n{"id":41389,"updated_at":1999999999}\n', '', careful);
    assert.deepEqual(lines.slice(0, 2), [
      { line: 1, error: 'Нет прав на добавление', code: 202 },
      { line: 2, error: 'Access denied' },
    ]);
    assert.equal(lines.at(-1)!['refused'], 2);
  });

  test('refuses before it reads who is not signed in, other methods, forms and what is compressed', async () => {
    const body = '{"name":"a"}';
    const replies = [
      [await server.post(path, body, {}, null), 401],
      [await server.get(path), 405],
      [await server.post(path, body, { 'Content-Encoding': 'gzip' }), 400],
      [await server.post(path, body, { 'Content-Type': 'multipart/form-data; boundary=x' }), 400],
      [await server.post(`${path}?new=maybe`, body), 400],
    ] as const;
    for (const [reply, status] of replies) assert.equal(reply.status, status, reply.text);
    for (const [reply, status] of replies) if (status !== 405) check(reply);
    assert.equal(replies[1][0].headers.get('allow'), 'POST');
    assert.equal((await server.post(path, body, { 'Content-Type': 'application/x-www-form-urlencoded' })).status, 200);
  });
});

describe('the answer and the body are on their way at once', () => {
  test('a batch is written and told of before the next one is sent', async () => {
    const before = await count();
    const { sending, answer } = open(server.url);
    sending.write(items(0, 600));
    const lines = read(await answer);
    assert.deepEqual((await lines.next()).value, { line: 500, added: 500, updated: 0, refused: 0 });
    assert.equal(await count(), before + 500);
    sending.write(items(600, 1100));
    assert.equal((await lines.next()).value!['added'], 1000);
    sending.end();
    assert.equal((await lines.next()).value!['added'], 1100);
    assert.equal((await lines.next()).value!['end'], true);
    assert.equal((await lines.next()).done, true);
  });

  test('a client may send everything before he reads anything', async () => {
    const { sending, answer } = open(server.url);
    const lines = 30_000;
    await new Promise<void>((resolve) => sending.end('{"name":5,"tags":{"a":1}}\n'.repeat(lines), () => resolve()));
    const reading = await answer;
    await setTimeout(300);
    const told: Record<string, unknown>[] = [];
    for await (const line of read(reading)) told.push(line);
    assert.deepEqual(told.at(-1), { line: lines, added: 0, updated: 0, refused: lines, end: true });
    assert.equal(told.filter((line) => 'error' in line).length, lines);
  });

  test('of a connection that breaks what was told stays, and nothing half', async () => {
    const before = await count();
    const { sending, answer } = open(server.url);
    sending.write(items(0, 900));
    const lines = read(await answer);
    await lines.next();
    sending.destroy();
    await assert.rejects(lines.next());
    await setTimeout(100);
    assert.equal(await count(), before + 500);
    assert.equal((await sendLines(items(0, 1))).length, 2);
  });

  test('the end of a body that never comes is not taken for one', async () => {
    const before = await count();
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${signed.Authorization}\r\nContent-Length: 1000\r\n\r\n`;
    socket.write(`${head}{"name":"cut"}\n{"name":"off"`);
    await setTimeout(100);
    socket.destroy();
    await setTimeout(100);
    assert.equal(await count(), before);
  });

  test('who is switched off meanwhile writes no more, and is told', async () => {
    const leaving = await addUser(server.store, 'leaving', {});
    const query = new URLSearchParams({ USER_LOGIN: leaving.login, USER_HASH: leaving.key });
    const sending = httpRequest(`${server.url}${path}?${query}`, { method: 'POST' });
    sending.write(items(0, 500));
    const lines = read(await new Promise<IncomingMessage>((resolve) => sending.on('response', resolve)));
    assert.equal((await lines.next()).value!['added'], 500);
    await server.store.write(async (tx) => {
      const { users } = await tx.settings(documentAccountId);
      await tx.setUser(documentAccountId, { ...users.get(leaving.id)!, isActive: false });
    });
    sending.end(items(500, 700));
    const { value } = await lines.next();
    assert.equal((value!['response'] as { error_code: string }).error_code, '112');
    assert.equal((await lines.next()).done, true);
  });
});

describe('a server', () => {
  const start = async () => {
    const app = createApp(server.store, 'documented', { allowPrivate: false, retrySeconds: [1] }, () => testNow);
    return { app, url: await app.listen({ port: 0, host: '127.0.0.1' }) };
  };

  test('gives an import as long as it takes', async () => {
    const { app, url } = await start();
    const sockets: import('node:net').Socket[] = [];
    app.server.on('connection', (socket) => sockets.push(socket));
    const { sending, answer } = open(url);
    sending.write(items(0, 500));
    const lines = read(await answer);
    await lines.next();
    // As node does when a request has not come within its time.
    app.server.emit('clientError', Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), sockets[0]!);
    sending.end(items(500, 501));
    assert.equal((await lines.next()).value!['added'], 501);
    assert.equal((await lines.next()).value!['end'], true);
    await app.close();
  });

  test('that closes ends imports behind the batch that they are at', async () => {
    const before = await count();
    const { app, url } = await start();
    const { sending, answer } = open(url);
    sending.on('error', () => undefined);
    sending.write(items(0, 700));
    const lines = read(await answer);
    await lines.next();
    const closed = app.close();
    assert.equal((await lines.next()).value!['status'], 503);
    assert.equal((await lines.next()).done, true);
    await closed;
    assert.equal(await count(), before + 500);
  });
});

test('a user has a quarter of the imports that a server takes, and an account half of them', async () => {
  const own = await startServer({ limits: { imports: 8 } });
  await addAcme(own.store);
  const [anna, boris, vera] = [
    await addUser(own.store, 'anna', {}),
    await addUser(own.store, 'boris', {}),
    await addUser(own.store, 'vera', {}),
  ];
  const under: { readonly sending: ClientRequest; readonly reply: IncomingMessage }[] = [];
  const begin = async ({ login, key }: Credentials) => {
    const { sending, answer } = open(own.url, `?${new URLSearchParams({ USER_LOGIN: login, USER_HASH: key })}`);
    sending.on('error', () => undefined).write(items(0, 500));
    const reply = (await answer).on('error', () => undefined).resume();
    if (reply.statusCode === 200) under.push({ sending, reply });
    else sending.destroy();
    return reply.statusCode;
  };
  const statuses = [];
  for (const sender of [anna, anna, anna, boris, boris, vera, acmeAdministrator]) statuses.push(await begin(sender));
  assert.deepEqual(statuses, [200, 200, 503, 200, 200, 503, 200]);
  const [first] = under;
  first!.sending.end();
  await once(first!.reply, 'close');
  assert.deepEqual([await begin(vera), await begin(anna)], [200, 503]);
  for (const { sending } of under) sending.destroy();
  await own.close();
});
