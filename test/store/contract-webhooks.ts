import assert from 'node:assert/strict';
import type { NewDelivery, Store } from '../../src/crm/store.ts';
import { ascending } from './builders.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

const now = 1509028320;
const hook = (id: number) => ({ id, url: `http://example.com/${id}`, events: ['add_company'], secret: null });
const event = (webhookId: number, subjectId: number, parts: Partial<NewDelivery> = {}): NewDelivery => ({
  webhookId,
  event: 'add_company',
  changeId: 1,
  subject: 'company',
  subjectId,
  createdAt: now,
  ...parts,
});

const claim = async (store: Store, webhook: number, at = now, limit = 100) =>
  (await store.write((tx) => tx.claimDeliveries(home, webhook, at, at + 30, limit))).map(({ id }) => id);
const due = async (store: Store, account: number, at = now) =>
  ascending(await store.read((tx) => tx.dueWebhooks(account, at)));
const end = (store: Store, id: number, status: 'done' | 'failed' | 'pending', nextAt = now) =>
  store.write((tx) =>
    tx.saveAttempt(home, { id, status, attempts: 1, nextAt }, { at: now, code: 500, error: 'trouble' }),
  );

export function webhookContract(test: StoreTest): void {
  test('webhooks are kept by account, changed, and go with what they had to be told', async (store) => {
    await store.write(async (tx) => {
      await tx.saveWebhook(home, hook(1));
      await tx.saveWebhook(home, { ...hook(1), events: ['add_lead'], secret: 's' });
      await tx.saveWebhook(abroad, hook(1));
      await tx.addDeliveries(home, [event(1, 5)]);
    });
    await store.write((tx) => tx.removeWebhook(abroad, 1));
    const read = await store.read(async (tx) => [await tx.webhooks(home), await tx.webhooks(abroad)]);
    assert.deepEqual(structuredClone(read), [[{ ...hook(1), events: ['add_lead'], secret: 's' }], []]);
    await store.write((tx) => tx.removeWebhook(home, 1));
    assert.deepEqual(await store.read((tx) => tx.deliveries(home, {}, 10)), []);
    assert.deepEqual(await due(store, home), []);
  });

  test('accounts with webhooks are told, from the first webhook of each to its last', async (store) => {
    const accounts = () => store.read((tx) => tx.accountsWithWebhooks());
    assert.deepEqual(await accounts(), []);
    await store.write((tx) => tx.saveWebhook(abroad, hook(1)));
    assert.deepEqual(await accounts(), [abroad]);
    await store.write(async (tx) => {
      await tx.saveWebhook(home, hook(1));
      await tx.saveWebhook(home, hook(2));
      await tx.saveWebhook(home, { ...hook(2), secret: 's' });
    });
    assert.deepEqual(ascending(await accounts()), [home, abroad]);
    await store.write((tx) => tx.removeWebhook(home, 1));
    await store.write((tx) => tx.removeWebhook(home, 9));
    assert.deepEqual(ascending(await accounts()), [home, abroad]);
    await store.write((tx) => tx.removeWebhook(home, 2));
    assert.deepEqual(await accounts(), [abroad]);
    await store.write((tx) => tx.saveWebhook(home, hook(3)));
    assert.deepEqual(ascending(await accounts()), [home, abroad]);
  });

  test('webhooks are no settings: neither a new one nor the last to go changes their version', async (store) => {
    const version = () => store.read((tx) => tx.settingsVersion(home));
    const before = await version();
    await store.write((tx) => tx.saveWebhook(home, hook(1)));
    await store.write((tx) => tx.removeWebhook(home, 1));
    assert.equal(await version(), before);
  });

  test('webhooks that have something to be told now are due, by account', async (store) => {
    await store.write(async (tx) => {
      for (const id of [1, 2, 3, 4]) await tx.saveWebhook(home, hook(id));
      for (const id of [1, 2]) await tx.saveWebhook(abroad, hook(id));
      await tx.addDeliveries(home, [event(3, 5), event(3, 6), event(1, 5), event(4, 5, { createdAt: now + 1 })]);
      await tx.addDeliveries(abroad, [event(2, 5)]);
    });
    assert.deepEqual(await due(store, home), [1, 3]);
    assert.deepEqual(await due(store, abroad), [2]);
    assert.deepEqual(await due(store, home, now - 1), []);
    assert.deepEqual(await due(store, home, now + 1), [1, 3, 4]);
    assert.deepEqual(await claim(store, 3), [1, 2]);
    assert.deepEqual(await due(store, home), [1]);
    assert.deepEqual(await due(store, home, now + 30), [1, 3, 4]);
    await end(store, 1, 'done');
    await end(store, 2, 'pending', now + 300);
    await end(store, 3, 'failed');
    await end(store, 4, 'done');
    assert.deepEqual(await due(store, home, now + 299), []);
    assert.deepEqual(await due(store, home, now + 300), [3]);
  });

  test('what has waited longest is claimed first', async (store) => {
    await store.write(async (tx) => {
      await tx.saveWebhook(home, hook(1));
      await tx.addDeliveries(home, [event(1, 5), event(1, 6), event(1, 7)]);
    });
    await end(store, 1, 'pending', now + 300);
    assert.deepEqual(await claim(store, 1, now + 300, 2), [2, 3]);
    assert.deepEqual(await claim(store, 1, now + 300, 2), [1]);
  });

  test('of each thing only the oldest delivery is claimed, once, and the next when that has ended', async (store) => {
    await store.write(async (tx) => {
      await tx.saveWebhook(home, hook(1));
      await tx.saveWebhook(home, hook(2));
      await tx.addDeliveries(home, [
        event(1, 5),
        event(1, 5),
        event(1, 6),
        event(2, 5),
        event(1, 5, { subject: 'lead' }),
      ]);
    });
    assert.deepEqual(await claim(store, 1, now, 1), [1]);
    assert.deepEqual(await claim(store, 1), [3, 5]);
    assert.deepEqual(await claim(store, 1), []);
    await end(store, 1, 'done');
    assert.deepEqual(await claim(store, 1), [2]);
    assert.deepEqual(await claim(store, 2), [4]);
  });

  test('a claim whose holder died runs out; a delayed delivery waits for its time and holds up its own thing alone', async (store) => {
    await store.write(async (tx) => {
      await tx.saveWebhook(home, hook(1));
      await tx.addDeliveries(home, [event(1, 5), event(1, 5), event(1, 6)]);
    });
    assert.deepEqual(await claim(store, 1), [1, 3]);
    assert.deepEqual(await claim(store, 1, now + 31), [1, 3]);
    await end(store, 1, 'pending', now + 300);
    await end(store, 3, 'failed');
    assert.deepEqual(await claim(store, 1, now + 299), []);
    assert.deepEqual(await due(store, home, now - 1), []);
    assert.deepEqual(await claim(store, 1, now + 300), [1]);
  });

  test('attempts are counted up, bodies stay, and a delivery can be had again', async (store) => {
    await store.write(async (tx) => {
      await tx.saveWebhook(home, hook(1));
      await tx.addDeliveries(home, [event(1, 5), event(1, 6, { createdAt: now - 100 })]);
      await tx.saveBody(home, 1, 'a=b');
    });
    await end(store, 1, 'failed');
    await end(store, 2, 'done');
    await store.write((tx) => tx.redeliver(home, [1], now + 5));
    await end(store, 1, 'done');
    const [attempts, done] = await store.read(async (tx) => [
      await tx.attemptsOf(home, 1),
      await tx.deliveries(home, { status: 'done' }, 10),
    ]);
    assert.deepEqual(
      structuredClone(attempts),
      [1, 2].map(() => ({ at: now, code: 500, error: 'trouble' })),
    );
    assert.deepEqual(
      done.map(({ id, body }) => [id, body]),
      [
        [2, null],
        [1, 'a=b'],
      ],
    );
    await store.write((tx) => tx.removeDeliveries(abroad, now + 9));
    await store.write((tx) => tx.removeDeliveries(home, now));
    const left = await store.read((tx) => tx.deliveries(home, { webhook: 1 }, 10));
    assert.deepEqual(
      left.map(({ id }) => id),
      [1],
    );
  });
  test('pending deliveries are counted by account, and no further than asked', async (store) => {
    await store.write(async (tx) => {
      await tx.saveWebhook(home, hook(1));
      await tx.saveWebhook(home, hook(2));
      await tx.saveWebhook(abroad, hook(1));
      await tx.addDeliveries(home, [event(1, 1), event(1, 2), event(2, 3), event(2, 4)]);
      await tx.addDeliveries(abroad, [event(1, 5)]);
    });
    await end(store, 1, 'done');
    const counted = (account: number, most: number) => store.read((tx) => tx.countPending(account, most));
    assert.deepEqual([await counted(home, 100), await counted(home, 2), await counted(abroad, 100)], [3, 2, 1]);
  });
}
