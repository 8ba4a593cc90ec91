import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { endProcess, processLogin, startProcess, withDataFolder } from './support/process.ts';
import { request } from './support/server.ts';

// Whatever somebody sends as a secret, right or wrong, in its place or by mistake elsewhere, stands nowhere in what a server writes out, as
// much as it may log, and also when everything fails.

const program = fileURLToPath(new URL('../bin/kontora.mjs', import.meta.url));
const query = (parts: Record<string, string>) => new URLSearchParams(parts).toString();

function kontora(data: string, ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [program, ...args, '--data', data]);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  return once(child, 'exit').then(() => output);
}

/** Bytes on a socket of their own; what is answered does not matter. */
function sendRaw(address: string, text: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    socket.on('error', () => undefined).on('close', () => resolve());
    socket.setTimeout(2000, () => socket.destroy());
    socket.resume().end(text);
  });
}

test('no key, token, cookie or client secret is in the output of a server that logs as much as it can', async () => {
  await withDataFolder(async (data) => {
    const key = 'kEy-0123456789-secret';
    // The greeting of new data shows the key, once: what a server says later is what is looked at.
    await endProcess(await startProcess(data, { KONTORA_API_KEY: key }));
    const token = /[0-9a-z]+\.[0-9a-f]{40}/.exec(
      await kontora(data, 'user', 'key', '--login', processLogin.USER_LOGIN, '--token'),
    )![0];
    const integration = await kontora(
      data,
      'integration',
      'add',
      '--name',
      'Calls',
      '--redirect-uri',
      'http://127.0.0.1:9/',
    );
    const clientId = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(integration)![0];
    const [clientSecret] = /(?<=secret +)\S+/.exec(integration)!;

    const server = await startProcess(data, { KONTORA_LOG: 'info' });
    let output = '';
    for (const stream of [server.child.stdout!, server.child.stderr!]) stream.on('data', (chunk) => (output += chunk));

    const cookies = new Set<string>();
    const own = { key, token, clientSecret };
    const wrong = {
      key: 'wRong-key-0123456789',
      token: `7bd8f.${'d'.repeat(40)}`,
      session: `7bd8f.${'e'.repeat(40)}`,
      clientSecret: 'wRong-client-secret',
      code: `7bd8f.${'f'.repeat(40)}`,
      misplaced: 'mIsplaced-secret',
    };
    const { address } = server;
    const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const reply = await request(method, address + path, body, headers).catch(() => undefined);
      for (const line of reply?.headers.getSetCookie() ?? []) {
        const session = /session_id=([^;]{40,})/.exec(line)?.[1];
        if (session) cookies.add(session);
      }
      return reply?.status;
    };

    const everywhere = async () => {
      for (const secret of [key, wrong.key]) {
        const pair = { USER_LOGIN: processLogin.USER_LOGIN, USER_HASH: secret };
        const other = { login: processLogin.USER_LOGIN, api_key: secret };
        for (const path of [
          '/api/v2/companies',
          '/private/api/auth.php',
          '/nowhere',
          '/api/v2/tasks/',
          '/oauth',
          '/docs',
        ]) {
          await ask('GET', `${path}?${query(pair)}`);
          await ask('GET', `${path}?${query(other)}`);
          await ask('POST', `${path}?${query(pair)}`, { add: [{ name: 'x' }] });
          await ask('POST', `${path}?${query(pair)}`, '{"broken');
          await ask('DELETE', `${path}?${query(pair)}`);
        }
        for (const body of [pair, other, query(pair), `${JSON.stringify(pair)}x`, `{"USER_HASH":"${secret}"`]) {
          await ask('POST', '/private/api/auth.php', body);
          await ask('POST', '/oauth2/exchange_api_key', body);
        }
        await ask('POST', '/oauth', query({ ...other, client_id: clientId }));
        await ask('POST', `/api/kontora/import/companies?${query(pair)}`, `{"name":"x"}\n{"broken\n`);
        await ask('GET', `/api/v2/companies?${query(pair)}&%`);
        await ask('GET', `/api/v2/companies?${query(pair)}&a=%ff`);
        await sendRaw(address, `GET /api/v2/companies?${query(pair)}&q=я HTTP/1.1\r\nHost: a\r\n\r\n`);
        await sendRaw(address, `GET /api/v2/companies?${query(pair)} HTTP/9\r\n\r\n`);
        await sendRaw(
          address,
          `POST /api/v2/companies?${query(pair)} HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{`,
        );
        await sendRaw(address, `GET /?${query(pair)} HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(300_000)}\r\n\r\n`);
      }
      for (const secret of [token, wrong.token, wrong.misplaced]) {
        await ask('GET', '/api/v2/account', undefined, { Authorization: `Bearer ${secret}` });
        await ask('POST', '/api/v2/companies', 'x', { Authorization: `Basic ${secret}` });
        await ask('GET', `/api/v2/account?access_token=${secret}`, undefined, { 'X-Api-Key': secret });
        await ask('GET', `/${secret}/account`);
      }
      for (const session of [...cookies, wrong.session]) {
        const headers = { Cookie: `session_id=${session}` };
        await ask('GET', '/api/v2/companies', undefined, headers);
        await ask('POST', '/api/v2/companies', '{', { ...headers, Origin: 'https://evil.example' });
      }
      for (const secret of [clientSecret, wrong.clientSecret]) {
        const client = { client_id: clientId, client_secret: secret, redirect_uri: 'http://127.0.0.1:9/' };
        const grant = { grant_type: 'authorization_code', code: wrong.code };
        await ask('POST', '/oauth2/access_token', { ...client, ...grant });
        await ask('POST', `/oauth2/access_token?${query({ ...client, ...grant })}`, query({ ...client, ...grant }));
      }
    };

    await everywhere();
    assert.ok(cookies.size > 0);
    // Now everything that looks at the database fails.
    const database = new DatabaseSync(`${data}/kontora.db`);
    for (const table of ['session', 'account_user', 'token', 'integration', 'entity', 'login']) {
      database.exec(`alter table ${table} rename to ${table}_gone`);
    }
    database.close();
    const pair = { USER_LOGIN: processLogin.USER_LOGIN, USER_HASH: key };
    assert.equal(await ask('GET', `/api/v2/companies?${query(pair)}`), 500);
    await everywhere();
    const ended = once(server.child, 'close');
    await endProcess(server);
    await ended;

    assert.match(output, /no such table/, 'failures are told');
    for (const secret of [...Object.values(own), ...Object.values(wrong), ...cookies]) {
      for (const spelled of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
        const at = output.indexOf(spelled);
        assert.equal(at, -1, output.slice(Math.max(0, at - 300), at + 100));
      }
    }
  });
});
