import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { newTestDatabase } from './support/postgres.ts';
import { endProcess, processLogin, startProcess, withDataFolder } from './support/process.ts';
import { type Reply, request } from './support/server.ts';

const clients = 40;
/** Far fewer than there are clients. */
const limits = { KONTORA_LIMIT_WAITING: '4' };

test('above capacity, on a data folder', () => withDataFolder(overload));

test('above capacity, on PostgreSQL', async () => {
  const { url, remove } = await newTestDatabase();
  await overload(url);
  await remove();
});

/** As many clients as there are send a batch each, all at once, and the refused ones come again until they are served. bench/overload.ts goes on for longer. */
async function overload(place: string): Promise<void> {
  const server = await startProcess(place, limits);
  const addressOf = (path: string) => {
    const credentials = new URLSearchParams(processLogin);
    return `${server.address}/api/v2/${path}${path.includes('?') ? '&' : '?'}${credentials}`;
  };
  const get = (path: string) => request('GET', addressOf(path));
  const sizes = new Map<string, number>();
  const send = async (name: string): Promise<boolean> => {
    const reply = await request('POST', addressOf('companies'), { add: Array.from({ length: 50 }, () => ({ name })) });
    if (reply.status === 503) assertRefused(reply);
    else assert.equal(reply.json._embedded.items.length, 50, reply.text);
    return reply.status === 200;
  };
  try {
    await get('companies?id=41389');
    const names = Array.from({ length: clients }, (_, index) => `Batch ${index}`);
    const reading = watch(() => get('companies?id=41389'));
    let refused = names;
    for (let round = 0; refused.length > 0; round += 1) {
      const sent = await Promise.all(refused.map(async (name) => ({ name, isDone: await send(name) })));
      const done = sent.filter(({ isDone }) => isDone).map(({ name }) => name);
      refused = sent.filter(({ isDone }) => !isDone).map(({ name }) => name);
      for (const name of done) sizes.set(name, 50);
      if (round === 0)
        assert.ok(done.length >= 4 && refused.length > 0, `${done.length} done, ${refused.length} refused`);
      assert.deepEqual(await countByName(get), sizes);
    }
    // On PostgreSQL reads wait for their turn as well, but not behind the writes.
    assert.deepEqual(new Set((await reading.end()).map(({ status }) => status)), new Set([200]));
  } finally {
    await endProcess(server);
  }
}

function assertRefused(reply: Reply): void {
  assert.equal(reply.headers.get('retry-after'), '1');
  assert.equal(reply.headers.get('content-type'), 'application/problem+json');
  const { detail, ...rest } = reply.json;
  assert.deepEqual(rest, { title: 'Error', type: 'https://httpstatus.es/503', status: 503 });
  assert.match(detail, /^Код ошибки 503\. Сервер перегружен/);
}

/** One client that asks again and again. */
function watch(ask: () => Promise<Reply>): { end(): Promise<Reply[]> } {
  let isOver = false;
  const running = (async () => {
    const replies: Reply[] = [];
    while (!isOver) {
      replies.push(await ask());
      await setTimeout(20);
    }
    return replies;
  })();
  return {
    end: () => {
      isOver = true;
      return running;
    },
  };
}

/** All batches that are there. */
async function countByName(get: (path: string) => Promise<Reply>): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let offset = 0; ; offset += 500) {
    const reply = await get(`companies?limit_rows=500&limit_offset=${offset}`);
    if (reply.status === 204) return counts;
    for (const { name } of reply.json._embedded.items as { name: string }[]) {
      if (name.startsWith('Batch')) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
}
