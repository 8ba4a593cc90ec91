import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { documentAccountId, documentUserId } from '../seed/document.ts';
import { processLogin, serve, withDataFolder } from './support/process.ts';
import { request } from './support/server.ts';

const key = 'the-key-of-the-administrator';
const secrets = {
  key,
  wrongKey: 'a-wrong-key',
  bearer: 'a-bearer-token',
  code: 'an-oauth-code',
  client: 'an-oauth-client-secret',
  webhook: 'a-secret-in-the-address-of-a-webhook',
  name: 'a-name-in-a-body',
};
const by = { account: documentAccountId, user: documentUserId };
const login = new URLSearchParams({ USER_LOGIN: processLogin.USER_LOGIN, USER_HASH: key });
const onLinux = { skip: process.platform !== 'linux' && 'needs /dev/full' };

test('at info there is a line for each request, with its id and without anything secret; failures in threads have their stack', () =>
  withDataFolder(async (data) => {
    const server = await serve(['--data', data, '--log', 'info'], { KONTORA_API_KEY: key });
    const { address } = server;
    const companies = `${address}/api/v2/companies?${login}`;
    const send = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
      request(body === undefined ? 'GET' : 'POST', path.startsWith('/') ? address + path : path, body, headers);

    const added = await send(companies, { add: [{ name: secrets.name }] }, { 'X-Request-Id': 'from:a/proxy=1' });
    assert.equal(added.headers.get('x-request-id'), 'from:a/proxy=1');
    const session = /session_id=([^;]+)/.exec(added.headers.getSetCookie().join())![1]!;
    await send('/api/v2/companies', undefined, { Cookie: `session_id=${session}` });
    for (let round = 0; round < 3; round += 1) await send(`${companies}&id=41389`);
    await send(`/api/v2/companies%3F${login}`);
    await send(`/${secrets.key}&x/${secrets.key}`.replace(secrets.key, 'page'));
    await send(`/api/v2/companies?USER_LOGIN=a&USER_HASH=${secrets.wrongKey}`);
    await send('/api/v2/leads', undefined, { Authorization: `Bearer ${secrets.bearer}` });
    const oauth = {
      client_id: 'x',
      client_secret: secrets.client,
      grant_type: 'authorization_code',
      code: secrets.code,
    };
    await send('/oauth2/access_token', { ...oauth, redirect_uri: 'https://a.example' });
    const hook = `https://a.example/?token=${secrets.webhook}`;
    await send(`/api/v2/webhooks/subscribe?${login}`, { subscribe: [{ url: hook, events: ['add_lead'] }] });
    const strange = await send(`/healthz?${login}`, undefined, { 'X-Request-Id': 'a"b {} c' });
    assert.match(strange.headers.get('x-request-id')!, /^[0-9a-f]{10}-[0-9a-z]+$/);

    // A database that somebody has broken.
    const database = new DatabaseSync(`${data}/kontora.db`);
    database.exec('alter table note rename to gone');
    database.close();
    const failed = await send(`/api/v2/notes?type=lead&${login}`);
    assert.equal(failed.status, 500);
    const failedId = failed.headers.get('x-request-id')!;
    assert.ok(failed.json.detail.endsWith(`запрос ${failedId}`), failed.text);

    server.child.kill('SIGTERM');
    assert.equal(await server.ended, 0);
    const lines = await server.logged('stopped');
    const requests = lines.filter((line) => line['msg'] === 'request');
    const short = requests.map(({ method, path, status }) => `${method} ${path} ${status}`);
    assert.deepEqual(short.slice(0, 6), [
      'POST /api/v2/companies 200',
      ...Array(4).fill('GET /api/v2/companies 200'),
      'GET /api/v2/… 404',
    ]);
    assert.deepEqual(short.slice(6), [
      'GET /…/… 404',
      'GET /api/v2/companies 401',
      'GET /api/v2/leads 401',
      'POST /oauth2/access_token 401',
      'POST /api/v2/webhooks/subscribe 200',
      'GET /healthz 200',
      'GET /api/v2/notes 500',
    ]);
    const { ms, time, pid, ...first } = requests[0]!;
    const known = {
      level: 'info',
      requestId: 'from:a/proxy=1',
      method: 'POST',
      path: '/api/v2/companies',
      status: 200,
    };
    assert.deepEqual(first, { ...known, ip: '127.0.0.1', ...by, msg: 'request' });
    assert.ok(Number(ms) > 0 && !Number.isNaN(Date.parse(String(time))) && Number(pid) > 0);
    for (const line of requests.slice(1, 5)) assert.deepEqual({ account: line['account'], user: line['user'] }, by);
    assert.ok(!('account' in requests[5]!));
    assert.equal(new Set(requests.map(({ requestId }) => requestId)).size, requests.length);

    const [error, ...more] = lines.filter(({ level }) => level === 'error');
    assert.deepEqual(more, []);
    const { err, ...rest } = error as { err: { message: string; stack: string } } & Record<string, unknown>;
    assert.deepEqual([rest['requestId'], rest['route'], rest['msg']], [failedId, '/api/v2/notes', 'a request failed']);
    assert.match(err.message, /no such table/);
    assert.match(err.stack, /\n {4}at .*src\/store\//);
    assert.deepEqual(
      lines.map(({ msg }) => msg).filter((msg) => msg !== 'request'),
      ['listening', 'a request failed', 'stopping', 'stopped'],
    );
    for (const [name, secret] of Object.entries({ ...secrets, session })) {
      assert.ok(!server.log().includes(secret), `${name} is in the log`);
    }
  }));

test('unless it is asked for the log is quiet', () =>
  withDataFolder(async (data) => {
    const { address, child, ended, log } = await serve(['--data', data]);
    const query = new URLSearchParams(processLogin);
    assert.equal((await request('GET', `${address}/api/v2/companies?${query}`)).status, 200);
    assert.equal((await request('GET', `${address}/nowhere`)).status, 404);
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
    assert.equal(log(), '');
  }));

test('a log that cannot be written does not keep the server from answering', onLinux, () =>
  withDataFolder(async (data) => {
    const full = openSync('/dev/full', 'w');
    const { address, child, ended } = await serve(['--data', data, '--log', 'info'], {}, full);
    closeSync(full);
    for (let round = 0; round < 100; round += 1) assert.equal((await request('GET', `${address}/healthz`)).status, 200);
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
  }),
);
