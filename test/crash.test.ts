import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { request } from './support/server.ts';

const program = fileURLToPath(new URL('../bin/kontora.mjs', import.meta.url));
const rounds = 6;
const batchSize = 250;

// Batch number n adds companies named "n/0" … "n/249".
test('killed with -9 in the middle of batches: each batch is there whole or not at all, and everything answered before is there', async () => {
  const data = join(mkdtempSync(join(tmpdir(), 'kontora-crash-')), 'data');
  const answered = new Set<number>();
  let next = 0;
  let interrupted = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      const { child, url } = await start(data);
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
  } finally {
    rmSync(join(data, '..'), { recursive: true, force: true });
  }
});

function start(data: string): Promise<{ child: ReturnType<typeof spawn>; url: string }> {
  const env = { ...process.env, KONTORA_API_KEY: 'key' };
  const child = spawn(process.execPath, [program, 'serve', '--data', data, '--port', '0'], { env });
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
      const url = `${address}/api/v2/companies?USER_LOGIN=example@example.com&USER_HASH=key`;
      if (address && output.includes('Ctrl+C')) resolve({ child, url });
    });
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${output}`)));
  });
}
