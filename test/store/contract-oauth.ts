import assert from 'node:assert/strict';
import type { Grant, Integration } from '../../src/crm/oauth.ts';
import type { Store } from '../../src/crm/store.ts';
import { look } from './builders.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

const calls = anIntegration('calls', { createdAt: 20 });
const mail = anIntegration('mail', { createdAt: 10 });

export function oauthContract(test: StoreTest): void {
  test('an integration is found by its id, and all are listed in the order in which they were added', async (store) => {
    await addIntegrations(store);
    assert.deepEqual(await look(store, (tx) => tx.findIntegration('calls')), calls);
    assert.equal(await look(store, (tx) => tx.findIntegration('CALLS')), undefined);
    assert.equal(await look(store, (tx) => tx.findIntegration('nobody\0\ud800')), undefined);
    assert.deepEqual(await look(store, (tx) => tx.integrations()), [mail, calls]);
  });

  test('the database refuses a second integration of the same id', async (store) => {
    await addIntegrations(store);
    await assert.rejects(store.write((tx) => tx.addIntegration({ ...mail, name: 'other' })));
    assert.deepEqual(await look(store, (tx) => tx.findIntegration('mail')), mail);
  });

  test('a grant is found in its account by its hash', async (store) => {
    await addIntegrations(store);
    const code = aGrant('calls', { kind: 'code', expiresAt: 4_102_444_800 });
    const refresh = aGrant('mail', { kind: 'refresh', userId: 12, family: 'f', salt: 's', usedAt: 5 });
    await addGrant(store, home, 'code', code);
    await addGrant(store, home, 'refresh', refresh);
    assert.deepEqual(await findGrant(store, home, 'code'), code);
    assert.deepEqual(await findGrant(store, home, 'refresh'), refresh);
    assert.equal(await findGrant(store, abroad, 'code'), undefined);
    assert.equal(await findGrant(store, home, 'unknown'), undefined);
  });

  test('the database refuses grants and tokens of integrations that there are not', async (store) => {
    await assert.rejects(addGrant(store, home, 'code', aGrant('calls')));
    await assert.rejects(addToken(store, home, 'token', 'calls'));
    assert.equal(await findToken(store, home, 'token'), undefined);
  });

  test('a grant is marked as used, and no other', async (store) => {
    await addIntegrations(store);
    await addGrant(store, home, 'one', aGrant('calls'));
    await addGrant(store, home, 'two', aGrant('calls'));
    await addGrant(store, abroad, 'one', aGrant('calls'));
    await store.write((tx) => tx.useGrant(home, 'one', 77));
    assert.deepEqual(await findGrant(store, home, 'one'), aGrant('calls', { usedAt: 77 }));
    assert.equal((await findGrant(store, home, 'two'))?.usedAt, null);
    assert.equal((await findGrant(store, abroad, 'one'))?.usedAt, null);
  });

  test('a token that a grant was exchanged for tells when it ends', async (store) => {
    await addIntegrations(store);
    await addToken(store, home, 'short', 'calls', { expiresAt: 2000 });
    assert.deepEqual(await findToken(store, home, 'short'), { userId: 11, expiresAt: 2000 });
    assert.equal(await findToken(store, abroad, 'short'), undefined);
  });

  test('what has expired in the account is removed; what lasts, long-lived tokens and sessions stay', async (store) => {
    await addIntegrations(store);
    for (const [hash, expiresAt] of [
      ['over', 999],
      ['ends now', 1000],
      ['lasts', 1001],
    ] as const) {
      await addGrant(store, home, hash, aGrant('calls', { expiresAt }));
      await addToken(store, home, hash, 'calls', { expiresAt });
    }
    await addGrant(store, abroad, 'over', aGrant('calls', { expiresAt: 999 }));
    await addToken(store, abroad, 'over', 'calls', { expiresAt: 999 });
    await store.write(async (tx) => {
      await tx.addToken(home, { hash: 'by hand', userId: 11, createdAt: 1 });
      await tx.addSession(home, { hash: 'session', userId: 11, expiresAt: 1 });
      await tx.removeExpiredGrants(home, 1000);
    });
    const left = async (account: number, hash: string) => [
      (await findGrant(store, account, hash)) !== undefined,
      (await findToken(store, account, hash)) !== undefined,
    ];
    assert.deepEqual(await left(home, 'over'), [false, false]);
    assert.deepEqual(await left(home, 'ends now'), [false, false]);
    assert.deepEqual(await left(home, 'lasts'), [true, true]);
    assert.deepEqual(await left(abroad, 'over'), [true, true]);
    assert.ok(await findToken(store, home, 'by hand'));
    assert.ok(await store.read((tx) => tx.findSession(home, 'session')));
  });

  test('a family ends with all its grants and tokens, used ones too, and nothing else does', async (store) => {
    await addIntegrations(store);
    for (const account of [home, abroad]) {
      for (const family of ['one', 'two']) {
        await addGrant(store, account, `code ${family}`, aGrant('calls', { kind: 'code', family, usedAt: 1 }));
        await addGrant(store, account, `refresh ${family}`, aGrant('calls', { kind: 'refresh', family }));
        await addToken(store, account, `token ${family}`, 'calls', { family });
      }
    }
    await store.write(async (tx) => {
      await tx.addToken(home, { hash: 'by hand', userId: 11, createdAt: 1 });
      await tx.removeFamily(home, 'one');
    });
    assert.deepEqual(await familyLeft(store, home, 'one'), [false, false, false]);
    assert.deepEqual(await familyLeft(store, home, 'two'), [true, true, true]);
    assert.deepEqual(await familyLeft(store, abroad, 'one'), [true, true, true]);
    assert.ok(await findToken(store, home, 'by hand'));
  });

  test('an integration is removed once its grants and tokens are removed from every account', async (store) => {
    await addIntegrations(store);
    for (const account of [home, abroad]) {
      for (const id of ['calls', 'mail']) {
        await addGrant(store, account, `grant ${id}`, aGrant(id));
        await addToken(store, account, `token ${id}`, id);
      }
    }
    await store.write((tx) => tx.removeGrantsOf(home, 'calls'));
    await assert.rejects(store.write((tx) => tx.removeIntegration('calls')));
    await store.write(async (tx) => {
      await tx.removeGrantsOf(abroad, 'calls');
      await tx.removeIntegration('calls');
    });
    assert.deepEqual(await look(store, (tx) => tx.integrations()), [mail]);
    for (const account of [home, abroad]) {
      assert.equal(await findGrant(store, account, 'grant calls'), undefined);
      assert.equal(await findToken(store, account, 'token calls'), undefined);
      assert.ok(await findGrant(store, account, 'grant mail'));
      assert.ok(await findToken(store, account, 'token mail'));
    }
  });
}

function anIntegration(id: string, parts: Partial<Integration> = {}): Integration {
  return {
    id,
    name: `«${id}»`,
    redirectUri: `https://${id}.example/`,
    secretHash: 'hash',
    createdAt: 1,
    ownerId: null,
    ...parts,
  };
}

function aGrant(integrationId: string, parts: Partial<Grant> = {}): Grant {
  return {
    kind: 'refresh',
    integrationId,
    userId: 11,
    family: 'family',
    salt: 'salt',
    expiresAt: 1000,
    usedAt: null,
    ...parts,
  };
}

function addIntegrations(store: Store): Promise<void> {
  return store.write(async (tx) => {
    await tx.addIntegration(calls);
    await tx.addIntegration(mail);
  });
}

function addGrant(store: Store, account: number, hash: string, grant: Grant): Promise<void> {
  return store.write((tx) => tx.addGrant(account, { ...grant, hash }));
}

function findGrant(store: Store, account: number, hash: string) {
  return look(store, (tx) => tx.findGrant(account, hash));
}

function addToken(store: Store, account: number, hash: string, integrationId: string, parts: Partial<Grant> = {}) {
  const { family, expiresAt } = aGrant(integrationId, parts);
  const issued = { integrationId, family, expiresAt };
  return store.write((tx) => tx.addToken(account, { hash, userId: 11, createdAt: 1, issued }));
}

function findToken(store: Store, account: number, hash: string) {
  return look(store, (tx) => tx.findToken(account, hash));
}

async function familyLeft(store: Store, account: number, family: string): Promise<boolean[]> {
  const [code, refresh, token] = [
    await findGrant(store, account, `code ${family}`),
    await findGrant(store, account, `refresh ${family}`),
    await findToken(store, account, `token ${family}`),
  ];
  return [code, refresh, token].map((found) => found !== undefined);
}
