import assert from 'node:assert/strict';
import type { Group } from '../../src/crm/account.ts';
import type { Store } from '../../src/crm/store.ts';
import { adding, aField, anAccount, aRecord, ascending, aUser, look, span } from './builders.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

const sales: Group = { id: 0, name: 'Отдел продаж' };
const support: Group = { id: 7, name: 'Support' };

export function settingsContract(test: StoreTest): void {
  test('an account comes back as it was added', async (store) => {
    const account = anAccount(134_217_727, {
      subdomain: 'romashka',
      name: 'ООО «Ромашка» 🌼',
      currency: 'USD',
      timezone: 'Asia/Vladivostok',
      language: 'en',
      wire: 'recorded',
    });
    await store.write((tx) => tx.addAccount(account));
    assert.deepEqual(await look(store, (tx) => tx.findAccount(account.id)), account);
    assert.deepEqual(await look(store, (tx) => tx.findAccount(home)), anAccount(home));
  });

  test('an unknown account is not found', async (store) => {
    assert.equal(await store.read((tx) => tx.findAccount(99)), undefined);
  });

  test('all accounts are told', async (store) => {
    await store.write((tx) => tx.addAccount(anAccount(50)));
    const accounts = await look(store, (tx) => tx.accounts());
    assert.deepEqual(
      accounts.sort((one, other) => one.id - other.id),
      [anAccount(home), anAccount(abroad), anAccount(50)],
    );
  });

  test('the first account is that of the lowest id, whenever it was added', async (store) => {
    await store.write((tx) => tx.addAccount(anAccount(50)));
    assert.equal(await store.read((tx) => tx.firstAccount()), Math.min(home, abroad));
  });

  test('the database refuses a second account of the same id or subdomain', async (store) => {
    await assert.rejects(store.write((tx) => tx.addAccount(anAccount(home, { subdomain: 'new' }))));
    await assert.rejects(store.write((tx) => tx.addAccount(anAccount(50, { subdomain: 'account1' }))));
    assert.deepEqual(await look(store, (tx) => tx.findAccount(home)), anAccount(home));
    assert.equal(await store.read((tx) => tx.findAccount(50)), undefined);
  });

  test('an account is found by its subdomain, as a whole', async (store) => {
    assert.deepEqual(await look(store, (tx) => tx.findAccountBySubdomain('account2')), anAccount(abroad));
    for (const subdomain of ['account', 'account22', 'Account2', '', '%']) {
      assert.equal(await store.read((tx) => tx.findAccountBySubdomain(subdomain)), undefined, subdomain);
    }
  });

  test('a new account has no groups, users and fields', async (store) => {
    const { groups, users, fields } = await settingsOf(store);
    assert.deepEqual([groups.size, users.size, fields.size], [0, 0, 0]);
  });

  test('the version of the settings grows with every change of them, and with nothing else', async (store) => {
    const version = async () => (await settingsOf(store)).version;
    const versions = [await version()];
    await store.write((tx) => tx.addGroups(home, [sales]));
    versions.push(await version());
    await store.write((tx) => tx.addUser(home, aUser(1), 'key'));
    versions.push(await version());
    await store.write((tx) => tx.setUser(home, aUser(1, { name: 'Anna' })));
    versions.push(await version());
    await store.write((tx) => tx.addFields(home, [aField(1)]));
    versions.push(await version());
    assert.deepEqual(versions, ascending(new Set(versions)));
    await store.write(async (tx) => {
      await tx.addGroups(abroad, [support]);
      await tx.saveEntities(home, [adding(aRecord('lead', 1), 'склад')]);
    });
    assert.equal(await version(), versions.at(-1));
  });

  test('a change of the settings that was undone does not take their version', async (store) => {
    const before = (await settingsOf(store)).version;
    await assert.rejects(
      store.write(async (tx) => {
        await tx.addGroups(home, [sales]);
        throw new Error('changed my mind');
      }),
    );
    assert.equal((await settingsOf(store)).version, before);
  });

  test('groups, users and fields come back by id as they were added', async (store) => {
    const users = [
      aUser(504141, {
        login: 'anna@example.com',
        name: 'Анна',
        lastName: 'Смирнова',
        groupId: 7,
        language: 'en',
        phone: '+7 495 1234567',
        isAdmin: true,
        isActive: false,
        rights: { company_view: 'M', lead_edit: 'G', contact_add: 'D' },
      }),
      aUser(2),
    ];
    const fields = [
      aField(4396818, {
        name: 'Телефон',
        type: 8,
        code: 'PHONE',
        kinds: ['contact', 'company'],
        sort: 4,
        isSystem: true,
        // neither in the order of ids nor of values
        enums: [
          { id: 30, value: 'WORK' },
          { id: 10, value: 'MOB' },
          { id: 20, value: 'HOME' },
        ],
      }),
      aField(5, { kinds: [] }),
    ];
    await store.write(async (tx) => {
      await tx.addGroups(home, [support, sales]);
      for (const user of users) await tx.addUser(home, user, 'key');
      await tx.addFields(home, fields);
    });
    const settings = await settingsOf(store);
    assert.deepEqual(settings.groups, new Map([sales, support].map((group) => [group.id, group])));
    assert.deepEqual(settings.users, new Map(users.map((user) => [user.id, user])));
    assert.deepEqual(settings.fields, new Map(fields.map((field) => [field.id, field])));
  });

  test('a user is changed in everything but login and key; no other user is, nor his namesake of another account', async (store) => {
    const changed = {
      name: 'Анна',
      lastName: 'Смирнова',
      groupId: 7,
      language: 'en',
      phone: '+7 495 1234567',
      isAdmin: true,
      isActive: false,
      rights: { company_view: 'M' },
    } as const;
    await store.write(async (tx) => {
      for (const account of [home, abroad]) {
        for (const id of [1, 2]) await tx.addUser(account, aUser(id), `key ${id}`);
      }
      await tx.setUser(home, aUser(1, { ...changed, login: 'new@example.com' }));
      await tx.setUser(home, aUser(3));
    });
    const [here, there] = [await settingsOf(store, home), await settingsOf(store, abroad)];
    assert.deepEqual([...here.users.values()], [aUser(1, changed), aUser(2)]);
    assert.deepEqual([...there.users.values()], [aUser(1), aUser(2)]);
    const { login } = aUser(1);
    const credentials = await look(store, (tx) => tx.findCredentials(home, login));
    assert.deepEqual(credentials, { userId: 1, keyHash: 'key 1', passwordHash: null });
    assert.deepEqual(await store.read((tx) => tx.accountsOfLogin('new@example.com')), []);
  });

  test('a login is changed, of that user in that account alone', async (store) => {
    await store.write(async (tx) => {
      for (const account of [home, abroad]) for (const id of [1, 2]) await tx.addUser(account, aUser(id), `key ${id}`);
      await tx.setLogin(home, 1, aUser(1).login, 'new@example.com');
    });
    assert.deepEqual(await store.read((tx) => tx.accountsOfLogin('new@example.com')), [home]);
    assert.deepEqual(await store.read((tx) => tx.accountsOfLogin(aUser(1).login)), [abroad]);
    assert.deepEqual(await store.read((tx) => tx.accountsOfLogin(aUser(2).login)), [home, abroad]);
    assert.equal((await look(store, (tx) => tx.findCredentials(home, 'new@example.com')))?.userId, 1);
    assert.equal(await store.read((tx) => tx.findCredentials(home, aUser(1).login)), undefined);
    const { users } = await settingsOf(store);
    assert.deepEqual([users.get(1), users.get(2)], [aUser(1, { login: 'new@example.com' }), aUser(2)]);
    await assert.rejects(store.write((tx) => tx.setLogin(home, 1, 'new@example.com', aUser(2).login)));
    assert.deepEqual(await store.read((tx) => tx.accountsOfLogin('new@example.com')), [home]);
  });

  test('a group is renamed, and removed with its users coming to another; each time the version grows', async (store) => {
    const versions: number[] = [];
    for (const account of [home, abroad]) {
      await store.write(async (tx) => {
        await tx.addGroups(account, [sales, support]);
        for (const id of [1, 2]) await tx.addUser(account, aUser(id, { groupId: id === 1 ? 7 : 0 }), 'key');
      });
    }
    versions.push((await settingsOf(store)).version);
    await store.write((tx) => tx.renameGroup(home, { id: 7, name: 'Опора' }));
    versions.push((await settingsOf(store)).version);
    assert.deepEqual((await settingsOf(store)).groups.get(7), { id: 7, name: 'Опора' });
    assert.deepEqual((await settingsOf(store, abroad)).groups.get(7), support);
    await store.write((tx) => tx.removeGroup(home, 7, 0));
    const { groups, users, version } = await settingsOf(store);
    assert.deepEqual([...groups.values()], [sales]);
    assert.deepEqual(
      [...users.values()].map(({ groupId }) => groupId),
      [0, 0],
    );
    assert.equal((await settingsOf(store, abroad)).users.get(1)?.groupId, 7);
    assert.deepEqual([...versions, version], ascending(new Set([...versions, version])));
  });

  test('options belong to their fields', async (store) => {
    const options = (...ids: number[]) => ids.map((id) => ({ id, value: `option ${id}` }));
    const fields = [aField(1, { enums: options(4, 1) }), aField(2), aField(3, { enums: options(3, 2) })];
    await store.write((tx) => tx.addFields(home, fields));
    const settings = await settingsOf(store);
    assert.deepEqual([...settings.fields.values()], fields);
  });

  test('every change of the settings is seen by the next read', async (store) => {
    const sizes = async () => {
      const { groups, users, fields } = await settingsOf(store);
      return [groups.size, users.size, fields.size];
    };
    assert.deepEqual(await sizes(), [0, 0, 0]);
    await store.write((tx) => tx.addGroups(home, [sales]));
    assert.deepEqual(await sizes(), [1, 0, 0]);
    await store.write((tx) => tx.addUser(home, aUser(1), 'key'));
    assert.deepEqual(await sizes(), [1, 1, 0]);
    await store.write((tx) => tx.addFields(home, [aField(1), aField(2)]));
    assert.deepEqual(await sizes(), [1, 1, 2]);
  });

  test('settings are seen by every one of many reads at once after they changed', async (store) => {
    const countGroups = () => store.read(async (tx) => (await tx.settings(home)).groups.size);
    const countMany = () => Promise.all(span(1, 20).map(countGroups));
    assert.deepEqual(new Set(await countMany()), new Set([0]));
    await store.write((tx) => tx.addGroups(home, [sales]));
    assert.deepEqual(new Set(await countMany()), new Set([1]));
  });

  test('a read that began before a change keeps the old settings, also after others saw the new ones', async (store) => {
    await store.write((tx) => tx.addGroups(home, [sales]));
    await store.read(async (tx) => {
      await tx.findAccount(home);
      await store.write((writing) => writing.addGroups(home, [support]));
      assert.equal((await settingsOf(store)).groups.size, 2);
      assert.equal((await tx.settings(home)).groups.size, 1);
    });
    assert.equal((await settingsOf(store)).groups.size, 2);
  });

  test('a write sees the settings that it has changed, others not before it is committed', async (store) => {
    await store.write(async (tx) => {
      await tx.addGroups(home, [sales]);
      assert.equal((await tx.settings(home)).groups.size, 1);
      assert.equal((await settingsOf(store)).groups.size, 0);
    });
    assert.equal((await settingsOf(store)).groups.size, 1);
  });

  test('settings that an undone write has changed are seen by nobody, nor mixed up with the next change', async (store) => {
    await settingsOf(store);
    await assert.rejects(
      store.write(async (tx) => {
        await tx.addGroups(home, [sales]);
        assert.deepEqual((await tx.settings(home)).groups.get(0), sales);
        throw new Error('changed my mind');
      }),
    );
    assert.equal((await settingsOf(store)).groups.size, 0);
    await store.write((tx) => tx.addGroups(home, [support]));
    assert.deepEqual([...(await settingsOf(store)).groups.keys()], [7]);
  });

  test('each account has settings of its own', async (store) => {
    await store.write(async (tx) => {
      await tx.addGroups(home, [sales]);
      await tx.addGroups(abroad, [{ id: 0, name: 'Sales' }, support]);
      await tx.addUser(home, aUser(1), 'key');
      await tx.addFields(abroad, [aField(1, { enums: [{ id: 1, value: 'Yes' }] })]);
    });
    const [here, there] = [await settingsOf(store, home), await settingsOf(store, abroad)];
    assert.deepEqual([...here.groups.values()], [sales]);
    assert.deepEqual(ascending(there.groups.keys()), [0, 7]);
    assert.deepEqual([here.users.size, there.users.size], [1, 0]);
    assert.deepEqual([here.fields.size, there.fields.size], [0, 1]);
  });

  test('the settings of an account that is added later are seen', async (store) => {
    await settingsOf(store, 50);
    await store.write(async (tx) => {
      await tx.addAccount(anAccount(50));
      await tx.addGroups(50, [support]);
    });
    assert.deepEqual([...(await settingsOf(store, 50)).groups.values()], [support]);
  });
}

function settingsOf(store: Store, account = home) {
  return look(store, (tx) => tx.settings(account));
}
