import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processLogin, startProcess, withDataFolder } from './support/process.ts';
import { request } from './support/server.ts';

const rounds = 6;
const batchSize = 250;

// Batch number n adds companies named "n/0" … "n/249".
test('killed with -9 in the middle of batches: each batch is there whole or not at all, and everything answered before is there', async () => {
  await withDataFolder(async (data) => {
    const answered = new Set<number>();
    let next = 0;
    let interrupted = 0;
    for (let round = 0; round < rounds; round += 1) {
      const { child, url } = await start(data);
      // The thread that writes starts with the first write: from then on batches are being written.
      await request('POST', url, { add: [{ name: `round ${round}` }] });
      setTimeout(() => child.kill('SIGKILL'), 150 + round * 67);
      for (let alive = true; alive; ) {
        const batch = next;
        next += 1;
        const add = Array.from({ length: batchSize }, (_, index) => ({
          name: `${batch}/${index}`,
          tags: `партия ${batch}`,
          contacts_id: [1099181],
          custom_fields: [{ id: 4396818, values: [{ value: `8999${batch}${index}`, enum: 'WORK' }] }],
        }));
        try {
          const reply = await request('POST', url, { add });
          assert.equal(reply.json._embedded.items.length, batchSize);
          answered.add(batch);
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
          interrupted += 1;
          alive = false;
        }
      }
    }
    const { child, url } = await start(data);
    const counts = new Map<number, number>();
    for (let offset = 0; ; offset += 500) {
      const page = await request('GET', `${url}&limit_rows=500&limit_offset=${offset}`);
      if (page.status === 204) break;
      for (const { name, tags } of page.json._embedded.items) {
        const batch = Number(/^(\d+)\//.exec(name)?.[1] ?? -1);
        if (batch < 0) continue;
        counts.set(batch, (counts.get(batch) ?? 0) + 1);
        assert.equal(tags[0].name, `партия ${batch}`);
      }
    }
    const found = await request('GET', `${url}&query=${encodeURIComponent(`${Math.max(...answered)}/249`)}`);
    child.kill('SIGTERM');
    assert.equal(interrupted, rounds);
    assert.ok(answered.size >= rounds, `${answered.size} batches were answered`);
    assert.deepEqual([...new Set(counts.values())], [batchSize]);
    assert.deepEqual(
      [...answered].filter((batch) => !counts.has(batch)),
      [],
    );
    assert.equal(found.json._embedded.items.length, 1);
  });
});

async function start(data: string) {
  const { child, address } = await startProcess(data);
  return { child, url: `${address}/api/v2/companies?${new URLSearchParams(processLogin)}` };
}
