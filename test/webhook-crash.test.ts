import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { endProcess, processLogin, startProcess, withDataFolder } from './support/process.ts';
import { startReceiver, until } from './support/receiver.ts';
import { request } from './support/server.ts';

const rounds = 4;
const batchSize = 20;

// Round n adds companies "n/0" … and at once changes their names to "n/0 again"; the server is killed when it has answered.
test('the receiver down, the server killed between commit and delivery: every event arrives later, in order for each record, none twice', async () => {
  await withDataFolder(async (data) => {
    const down = await startReceiver();
    await down.close();
    const env = { KONTORA_WEBHOOK_PRIVATE: 'true', KONTORA_WEBHOOK_RETRY: '2,4,4,4' };
    const query = new URLSearchParams(processLogin);
    const expected = new Map<string, string[]>();
    for (let round = 0; round < rounds; round += 1) {
      const server = await startProcess(data, env);
      const post = async (path: string, body: unknown) => {
        const reply = await request('POST', `${server.address}/api/v2/${path}?${query}`, body);
        assert.equal(reply.status, 200, reply.text);
        return reply.json._embedded.items as { id: number; result?: boolean }[];
      };
      if (round === 0) {
        const events = ['add_company', 'update_company'];
        const [item] = await post('webhooks/subscribe', { subscribe: [{ url: down.url, events }] });
        assert.equal(item!.result, true);
      }
      const names = Array.from({ length: batchSize }, (_, index) => `${round}/${index}`);
      const added = await post('companies', { add: names.map((name) => ({ name })) });
      const update = added.map(({ id }, index) => ({ id, updated_at: 2_000_000_000, name: `${names[index]} again` }));
      await post('companies', { update });
      for (const [index, { id }] of added.entries()) expected.set(String(id), [names[index]!, update[index]!.name]);
      await endProcess(server, 'SIGKILL');
    }

    const up = await startReceiver(Number(new URL(down.url).port));
    const server = await startProcess(data, env);
    const wanted = rounds * batchSize * 2;
    await until(() => up.received.length >= wanted, 60);
    await setTimeout(1500);
    await endProcess(server);
    await up.close();
    const told = new Map<string, string[]>();
    for (const { form } of up.received) {
      const action = 'contacts[add][0][id]' in form ? 'add' : 'update';
      const id = form[`contacts[${action}][0][id]`]!;
      told.set(id, [...(told.get(id) ?? []), form[`contacts[${action}][0][name]`]!]);
    }
    assert.equal(up.received.length, wanted);
    assert.deepEqual(told, expected);
  });
});
