import assert from 'node:assert/strict';
import type { Store } from '../../src/crm/store.ts';
import { ascending, aUser, look, span } from './builders.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

const anna = aUser(11, { login: 'anna@example.com' });
const boris = aUser(12, { login: 'boris@example.com' });

export function sessionContract(test: StoreTest): void {
  test('the credentials of a login are found in its account', async (store) => {
    await store.write(async (tx) => {
      await tx.addUser(home, anna, 'key of anna');
      await tx.addUser(home, boris, 'key of boris');
    });
    const find = (account: number, login: string) => look(store, (tx) => tx.findCredentials(account, login));
    assert.deepEqual(await find(home, anna.login), { userId: 11, keyHash: 'key of anna', passwordHash: null });
    assert.deepEqual(await find(home, boris.login), { userId: 12, keyHash: 'key of boris', passwordHash: null });
    assert.equal(await find(abroad, anna.login), undefined);
    assert.equal(await find(home, 'nobody@example.com'), undefined);
    assert.equal(await find(home, 'anna'), undefined);
  });

  test('one login can have other users and keys in other accounts', async (store) => {
    await store.write(async (tx) => {
      await tx.addUser(home, anna, 'key at home');
      await tx.addUser(abroad, { ...anna, id: 44 }, 'key abroad');
    });
    const find = (account: number) => look(store, (tx) => tx.findCredentials(account, anna.login));
    assert.deepEqual(await find(home), { userId: 11, keyHash: 'key at home', passwordHash: null });
    assert.deepEqual(await find(abroad), { userId: 44, keyHash: 'key abroad', passwordHash: null });
  });

  test('a login tells in which accounts somebody has it', async (store) => {
    await store.write(async (tx) => {
      await tx.addUser(home, anna, 'key');
      await tx.addUser(abroad, anna, 'key');
      await tx.addUser(abroad, boris, 'key');
    });
    const accounts = (login: string) => store.read(async (tx) => ascending(await tx.accountsOfLogin(login)));
    assert.deepEqual(await accounts(anna.login), [home, abroad]);
    assert.deepEqual(await accounts(boris.login), [abroad]);
    assert.deepEqual(await accounts('nobody@example.com'), []);
  });

  test('the database refuses a second user of the same login or id in an account', async (store) => {
    await store.write((tx) => tx.addUser(home, anna, 'key'));
    await assert.rejects(store.write((tx) => tx.addUser(home, { ...anna, id: 13 }, 'other')));
    await assert.rejects(store.write((tx) => tx.addUser(home, { ...boris, id: 11 }, 'other')));
    assert.deepEqual(await store.read((tx) => tx.accountsOfLogin(boris.login)), []);
    assert.deepEqual(await look(store, (tx) => tx.findCredentials(home, anna.login)), {
      userId: 11,
      keyHash: 'key',
      passwordHash: null,
    });
  });

  test('a new key takes the place of the old, of that user alone', async (store) => {
    await store.write(async (tx) => {
      await tx.addUser(home, anna, 'old');
      await tx.addUser(home, boris, 'old');
      await tx.addUser(abroad, anna, 'old');
      await tx.setKey(home, anna.id, 'new');
    });
    const keyOf = (account: number, login: string) =>
      store.read(async (tx) => (await tx.findCredentials(account, login))?.keyHash);
    assert.equal(await keyOf(home, anna.login), 'new');
    assert.equal(await keyOf(home, boris.login), 'old');
    assert.equal(await keyOf(abroad, anna.login), 'old');
  });

  test('a new key ends the sessions of its user, and nobody else’s', async (store) => {
    await addSession(store, home, 'one', anna.id);
    await addSession(store, home, 'two', anna.id);
    await addSession(store, home, 'other', boris.id);
    await addSession(store, abroad, 'one', anna.id);
    await store.write((tx) => tx.setKey(home, anna.id, 'new'));
    assert.equal(await findSession(store, home, 'one'), undefined);
    assert.equal(await findSession(store, home, 'two'), undefined);
    assert.deepEqual(await findSession(store, home, 'other'), { userId: 12, expiresAt: 1000 });
    assert.deepEqual(await findSession(store, abroad, 'one'), { userId: 11, expiresAt: 1000 });
  });

  test('the sessions of a user end, but for the one that is to stay, and nobody else’s', async (store) => {
    for (const hash of ['one', 'two', 'kept']) await addSession(store, home, hash, anna.id);
    await addSession(store, home, 'other', boris.id);
    await addSession(store, abroad, 'one', anna.id);
    const left = async () => {
      const hashes = ['one', 'two', 'kept', 'other'];
      const found = await Promise.all(hashes.map((hash) => findSession(store, home, hash)));
      return hashes.filter((_, index) => found[index] !== undefined);
    };
    await store.write((tx) => tx.setKey(home, anna.id, 'new', 'kept'));
    assert.deepEqual(await left(), ['kept', 'other']);
    await addSession(store, home, 'one', anna.id);
    await store.write((tx) => tx.endSessions(home, anna.id, 'one'));
    assert.deepEqual(await left(), ['one', 'other']);
    await store.write((tx) => tx.endSessions(home, anna.id));
    assert.deepEqual(await left(), ['other']);
    assert.deepEqual(await findSession(store, abroad, 'one'), { userId: 11, expiresAt: 1000 });
  });

  test('a password is kept beside the key; setting it ends sessions and the user’s links', async (store) => {
    await store.write(async (tx) => {
      for (const account of [home, abroad]) for (const user of [anna, boris]) await tx.addUser(account, user, 'key');
      for (const account of [home, abroad]) {
        await tx.addPasswordLink(account, { hash: 'anna', userId: anna.id, expiresAt: 100 }, 0);
        await tx.addPasswordLink(account, { hash: 'boris', userId: boris.id, expiresAt: 100 }, 0);
      }
    });
    for (const hash of ['one', 'kept']) await addSession(store, home, hash, anna.id);
    await addSession(store, home, 'other', boris.id);
    await store.write((tx) => tx.setPassword(home, anna.id, 'hash', 'kept'));
    const passwordOf = async (account: number, login: string) =>
      (await look(store, (tx) => tx.findCredentials(account, login)))?.passwordHash;
    assert.equal(await passwordOf(home, anna.login), 'hash');
    assert.equal(await passwordOf(home, boris.login), null);
    assert.equal(await passwordOf(abroad, anna.login), null);
    assert.deepEqual(await look(store, (tx) => tx.usersWithPassword(home)), [anna.id]);
    assert.deepEqual(await look(store, (tx) => tx.usersWithPassword(abroad)), []);
    assert.equal(await findSession(store, home, 'one'), undefined);
    assert.ok(await findSession(store, home, 'kept'));
    assert.ok(await findSession(store, home, 'other'));
    const find = (account: number, hash: string) => look(store, (tx) => tx.findPasswordLink(account, hash));
    assert.equal(await find(home, 'anna'), undefined);
    assert.deepEqual(await find(home, 'boris'), { userId: boris.id, expiresAt: 100 });
    assert.deepEqual(await find(abroad, 'anna'), { userId: anna.id, expiresAt: 100 });
  });

  test('a new link takes the place of the user’s others; of others those go that are over', async (store) => {
    await store.write(async (tx) => {
      await tx.addPasswordLink(home, { hash: 'first', userId: anna.id, expiresAt: 100 }, 0);
      await tx.addPasswordLink(home, { hash: 'over', userId: boris.id, expiresAt: 50 }, 0);
      await tx.addPasswordLink(home, { hash: 'lasts', userId: 13, expiresAt: 51 }, 0);
      await tx.addPasswordLink(abroad, { hash: 'over', userId: boris.id, expiresAt: 50 }, 0);
      await tx.addPasswordLink(home, { hash: 'second', userId: anna.id, expiresAt: 150 }, 50);
    });
    const there = (account: number, hash: string) => look(store, (tx) => tx.findPasswordLink(account, hash));
    assert.equal(await there(home, 'first'), undefined);
    assert.equal(await there(home, 'over'), undefined);
    assert.deepEqual(await there(home, 'lasts'), { userId: 13, expiresAt: 51 });
    assert.deepEqual(await there(home, 'second'), { userId: anna.id, expiresAt: 150 });
    assert.deepEqual(await there(abroad, 'over'), { userId: boris.id, expiresAt: 50 });
  });

  test('a session is found in its account by its hash', async (store) => {
    await addSession(store, home, 'one', anna.id, 4_102_444_800);
    await addSession(store, home, 'two', boris.id, 2000);
    assert.deepEqual(await findSession(store, home, 'one'), { userId: 11, expiresAt: 4_102_444_800 });
    assert.deepEqual(await findSession(store, home, 'two'), { userId: 12, expiresAt: 2000 });
    assert.equal(await findSession(store, abroad, 'one'), undefined);
    assert.equal(await findSession(store, home, 'three'), undefined);
  });

  test('a session is extended, and no other', async (store) => {
    await addSession(store, home, 'one', anna.id);
    await addSession(store, home, 'two', anna.id);
    await addSession(store, abroad, 'one', anna.id);
    await store.write((tx) => tx.extendSession(home, 'one', 5000));
    assert.equal((await findSession(store, home, 'one'))?.expiresAt, 5000);
    assert.equal((await findSession(store, home, 'two'))?.expiresAt, 1000);
    assert.equal((await findSession(store, abroad, 'one'))?.expiresAt, 1000);
  });

  test('a session that is gone is not brought back by extending it', async (store) => {
    await store.write((tx) => tx.extendSession(home, 'gone', 5000));
    assert.equal(await findSession(store, home, 'gone'), undefined);
  });

  test('a session is removed, and no other', async (store) => {
    await addSession(store, home, 'one', anna.id);
    await addSession(store, home, 'two', anna.id);
    await addSession(store, abroad, 'one', anna.id);
    await store.write((tx) => tx.removeSession(home, 'one'));
    assert.equal(await findSession(store, home, 'one'), undefined);
    assert.equal((await findSession(store, home, 'two'))?.expiresAt, 1000);
    assert.equal((await findSession(store, abroad, 'one'))?.expiresAt, 1000);
  });

  test('expired sessions of the account are removed, those that last stay', async (store) => {
    await addSession(store, home, 'over', anna.id, 999);
    await addSession(store, home, 'ends now', anna.id, 1000);
    await addSession(store, home, 'lasts', anna.id, 1001);
    await addSession(store, abroad, 'over', anna.id, 999);
    await store.write((tx) => tx.removeExpiredSessions(home, 1000));
    assert.equal(await findSession(store, home, 'over'), undefined);
    assert.equal(await findSession(store, home, 'ends now'), undefined);
    assert.equal((await findSession(store, home, 'lasts'))?.userId, 11);
    assert.equal((await findSession(store, abroad, 'over'))?.userId, 11);
  });

  test('a token is found in its account by its hash, whatever becomes of sessions and keys', async (store) => {
    await store.write(async (tx) => {
      await tx.addToken(home, { hash: 'token', userId: anna.id, createdAt: 1 });
      await tx.addToken(home, { hash: 'other', userId: boris.id, createdAt: 1 });
      await tx.setKey(home, anna.id, 'new');
      await tx.removeExpiredSessions(home, 4_102_444_800);
    });
    const find = (account: number, hash: string) => look(store, (tx) => tx.findToken(account, hash));
    assert.deepEqual(await find(home, 'token'), { userId: 11, expiresAt: null });
    assert.deepEqual(await find(home, 'other'), { userId: 12, expiresAt: null });
    assert.equal(await find(abroad, 'token'), undefined);
    assert.equal(await find(home, 'unknown'), undefined);
  });

  test('a session is no token and a token no session', async (store) => {
    await addSession(store, home, 'session', anna.id);
    await store.write((tx) => tx.addToken(home, { hash: 'token', userId: anna.id, createdAt: 1 }));
    assert.equal(await store.read((tx) => tx.findToken(home, 'session')), undefined);
    assert.equal(await findSession(store, home, 'token'), undefined);
  });

  test('failures to sign in are counted by account and key, and each puts their end off', async (store) => {
    await addFailure(store, home, 'anna', 1000, 1900);
    await addFailure(store, home, 'anna', 1001, 1901);
    await addFailure(store, home, 'boris', 1002, 1902);
    await addFailure(store, abroad, 'anna', 1003, 1903);
    assert.deepEqual(await findFailures(store, home, 'anna'), { count: 2, until: 1901 });
    assert.deepEqual(await findFailures(store, home, 'boris'), { count: 1, until: 1902 });
    assert.deepEqual(await findFailures(store, abroad, 'anna'), { count: 1, until: 1903 });
    assert.equal(await findFailures(store, abroad, 'boris'), undefined);
  });

  test('failures that are over count no more', async (store) => {
    await addFailure(store, home, 'anna', 1000, 1900);
    await addFailure(store, home, 'anna', 1899, 2799);
    assert.deepEqual(await findFailures(store, home, 'anna'), { count: 2, until: 2799 });
    await addFailure(store, home, 'anna', 2799, 3699);
    assert.deepEqual(await findFailures(store, home, 'anna'), { count: 1, until: 3699 });
  });

  test('failures that are added at once are all counted', async (store) => {
    await Promise.all(span(1, 30).map(() => addFailure(store, home, 'anna', 1000, 1900)));
    assert.deepEqual(await findFailures(store, home, 'anna'), { count: 30, until: 1900 });
  });

  test('failures are removed by account and key, also where there are none', async (store) => {
    await addFailure(store, home, 'anna', 1000, 1900);
    await addFailure(store, home, 'boris', 1000, 1900);
    await addFailure(store, abroad, 'anna', 1000, 1900);
    for (const _ of span(1, 2)) await store.write((tx) => tx.removeFailures(home, 'anna'));
    assert.equal(await findFailures(store, home, 'anna'), undefined);
    assert.equal((await findFailures(store, home, 'boris'))?.count, 1);
    assert.equal((await findFailures(store, abroad, 'anna'))?.count, 1);
  });

  test('expired failures of the account are removed, those that last stay', async (store) => {
    await addFailure(store, home, 'over', 1, 999);
    await addFailure(store, home, 'ends now', 1, 1000);
    await addFailure(store, home, 'lasts', 1, 1001);
    await addFailure(store, abroad, 'over', 1, 999);
    await store.write((tx) => tx.removeExpiredFailures(home, 1000));
    assert.equal(await findFailures(store, home, 'over'), undefined);
    assert.equal(await findFailures(store, home, 'ends now'), undefined);
    assert.equal((await findFailures(store, home, 'lasts'))?.count, 1);
    assert.equal((await findFailures(store, abroad, 'over'))?.count, 1);
  });
}

function addFailure(store: Store, account: number, key: string, now: number, until: number): Promise<number> {
  return store.write((tx) => tx.addFailure(account, key, now, until));
}

function findFailures(store: Store, account: number, key: string) {
  return look(store, (tx) => tx.findFailures(account, key));
}

function addSession(store: Store, account: number, hash: string, userId: number, expiresAt = 1000): Promise<void> {
  return store.write((tx) => tx.addSession(account, { hash, userId, expiresAt }));
}

function findSession(store: Store, account: number, hash: string) {
  return look(store, (tx) => tx.findSession(account, hash));
}
