import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { type Reply, request, startServer, type TestServer } from '../support/server.ts';

/** Raw requests of three public clients, as they sent them to a recording server. */
interface Recorded {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly string[];
  readonly body: string;
}

const folder = new URL('../fixtures/', import.meta.url);

/**
 * Plays a recording. The ids in it are those of the recording server: they become ours, by the order in which records were added, and
 * the session cookie becomes the one that we gave.
 */
async function replay(server: TestServer, name: string): Promise<{ sent: Recorded; reply: Reply }[]> {
  const recorded = readFileSync(new URL(name, folder), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded);
  let cookie = '';
  const played = [];
  const ids = new Map<string, number>();
  let nextRecorded = 1099265;
  for (const sent of recorded) {
    const translate = (text: string) =>
      [...ids].reduce((all, [theirs, ours]) => all.replaceAll(theirs, String(ours)), text);
    const headers: Record<string, string> = {};
    for (let i = 0; i < sent.headers.length; i += 2) {
      const name = sent.headers[i]!.toLowerCase();
      if (!['host', 'connection', 'content-length', 'accept-encoding'].includes(name))
        headers[name] = sent.headers[i + 1]!;
    }
    if (headers['cookie']) headers['cookie'] = headers['cookie'].replace(/session_id=[^;]+/, cookie);
    const body = sent.method === 'POST' ? translate(sent.body) : undefined;
    const reply = await request(sent.method, server.url + translate(sent.url), body, headers);
    cookie = /session_id=[^;]+/.exec(reply.headers.getSetCookie()[0] ?? '')?.[0] ?? cookie;
    const added =
      sent.method === 'POST' && reply.status === 200 && /add/.test(sent.body) && sent.url.startsWith('/api/v2/');
    for (const item of added ? reply.json._embedded.items : []) ids.set(String(nextRecorded++), item.id);
    played.push({ sent, reply });
  }
  return played;
}

/** What the answer to each request has to be: status, and how many items. */
const expected: Readonly<Record<string, readonly (readonly [number, number?])[]>> = {
  'seed-samples.ndjson': [
    [200],
    [200, 1],
    [200, 1],
    [200, 1],
    [200, 1],
    [200, 1],
    [200, 3],
    [200, 5],
    [200, 5],
    [204],
    [200, 1],
    [200, 1],
  ],
  'ufee-key.ndjson': [
    [200],
    [200],
    [200, 1],
    [200, 1],
    [200, 2],
    [200, 1],
    [200, 2],
    [200, 1],
    [200, 1],
    [200, 1],
    [200, 1],
    // The document's company 41389 was last changed before the date asked for.
    [200, 2],
    [204],
    [200, 3],
    [200, 1],
    [200, 1],
    [200, 1],
    [200, 1],
    [200, 1],
    [200, 0],
    [204],
    [400],
    [401],
  ],
  'bzdvdn-legacy.ndjson': [
    [200],
    [200],
    [200],
    [200, 1],
    [200, 1],
    [200, 2],
    [200, 2],
    [200, 1],
    [200, 1],
    [200, 0],
    [200, 1],
    [200, 2],
    [204],
    [200],
    [200, 2],
    [400],
    [401],
  ],
};

describe('requests recorded from public clients get the answers that those clients need', () => {
  test('every recording is played', () => {
    assert.deepEqual(readdirSync(folder).sort(), Object.keys(expected).sort());
  });
  for (const [name, answers] of Object.entries(expected)) {
    test(name, async () => {
      const server = await startServer();
      server.setNow(1795458603);
      try {
        const played = await replay(server, name);
        const got = played.map(({ reply }) => {
          const items = reply.text.startsWith('{"_links"') ? reply.json._embedded?.items?.length : undefined;
          return items === undefined ? [reply.status] : [reply.status, items];
        });
        assert.deepEqual(got, answers);
      } finally {
        await server.close();
      }
    });
  }

  test('ufee finds each added row by the request_id that it sent', async () => {
    const server = await startServer();
    server.setNow(1795458603);
    try {
      const played = await replay(server, 'ufee-key.ndjson');
      const adds = played.filter(({ sent }) => sent.method === 'POST' && sent.body.startsWith('add'));
      assert.equal(adds.length, 3);
      for (const { sent, reply } of adds) {
        const wanted = [...new URLSearchParams(sent.body)]
          .filter(([name]) => name.endsWith('[request_id]'))
          .map(([, value]) => Number(value));
        assert.deepEqual(
          reply.json._embedded.items.map((item: { request_id: number }) => item.request_id),
          wanted,
        );
      }
    } finally {
      await server.close();
    }
  });
});
