import assert from 'node:assert/strict';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { ReadTx, Store, WriteTx } from '../../src/crm/store.ts';
import { adding, aLink, aRecord, aTag, aUser, changing, listIds, save, searchIds, span, takeIds } from './builders.ts';
import { home, type StoreTest } from './store-test.ts';

export function transactionContract(test: StoreTest): void {
  test('a read gives what its work gives', async (store) => {
    assert.equal(await store.read(async () => 'given'), 'given');
  });

  test('a write gives what its work gives', async (store) => {
    assert.equal(await store.write(async () => 'given'), 'given');
  });

  test('a store that works says so, also while somebody writes, and no more when it is closed', async (store) => {
    await store.check();
    await store.write(async () => store.check());
    await store.close();
    await assert.rejects(store.check());
  });

  test('a read does not see a write that is committed in the middle of it', async (store) => {
    await saveRomashka(store);
    await store.read(async (tx) => {
      const before = await everything(tx);
      await store.write(changeEverything);
      assert.deepEqual(await everything(tx), before);
    });
  });

  test('a read that begins after a write sees all of it', async (store) => {
    await saveRomashka(store);
    const before = await store.read(everything);
    await store.write(changeEverything);
    const after = await store.read(everything);
    for (const part of Object.keys(before)) {
      assert.notDeepEqual(after[part], before[part], part);
    }
  });

  test('a write is not seen before it is committed', async (store) => {
    await saveRomashka(store);
    const before = await store.read(everything);
    await store.write(async (tx) => {
      await changeEverything(tx);
      assert.deepEqual(await store.read(everything), before);
    });
  });

  test('a write sees what it has written itself', async (store) => {
    await saveRomashka(store);
    const { own, before } = await store.write(async (tx) => {
      const before = await everything(tx);
      await changeEverything(tx);
      return { own: await everything(tx), before };
    });
    assert.deepEqual(own, await store.read(everything));
    assert.notDeepEqual(own, before);
  });

  test('a write that throws is undone as a whole and throws on', async (store) => {
    await saveRomashka(store);
    const before = await store.read(everything);
    const failure = new Error('changed my mind');
    const work = store.write(async (tx) => {
      await changeEverything(tx);
      throw failure;
    });
    await assert.rejects(work, (error) => error === failure);
    assert.deepEqual(await store.read(everything), before);
  });

  test('a write that the database refuses half way is undone as a whole', async (store) => {
    await saveRomashka(store);
    const before = await store.read(everything);
    const work = store.write(async (tx) => {
      await changeEverything(tx);
      await tx.addUser(home, aUser(2), 'key');
      await tx.addUser(home, aUser(2), 'key');
    });
    await assert.rejects(work);
    assert.deepEqual(await store.read(everything), before);
  });

  test('the ids that an undone write has taken are given again', async (store) => {
    assert.deepEqual(await takeIds(store, home, 'contact', 2), [1, 2]);
    await assert.rejects(
      store.write(async (tx) => {
        await tx.nextIds(home, 'contact', 100);
        await tx.setCounter(home, 'lead', 500);
        throw new Error('changed my mind');
      }),
    );
    assert.deepEqual(await takeIds(store, home, 'contact', 2), [3, 4]);
    assert.deepEqual(await takeIds(store, home, 'lead', 1), [1]);
  });

  test('a search finds by the old text again after a change was undone', async (store) => {
    const romashka = aRecord('company', 7);
    await save(store, home, adding(romashka, 'ромашка'));
    await assert.rejects(
      store.write(async (tx) => {
        await tx.saveEntities(home, [changing(romashka, {}, 'василек'), adding(aRecord('company', 8), 'василек')]);
        throw new Error('changed my mind');
      }),
    );
    assert.deepEqual(await searchIds(store, home, 'company', 'ромашка'), [7]);
    assert.deepEqual(await searchIds(store, home, 'company', 'василек'), []);
    assert.deepEqual(await searchIds(store, home, 'company', 'ва'), []);
  });

  test('a record that an undone write has added can be added again and found', async (store) => {
    await assert.rejects(
      store.write(async (tx) => {
        await tx.saveEntities(home, [adding(aRecord('lead', 5), 'склад')]);
        throw new Error('changed my mind');
      }),
    );
    await save(store, home, adding(aRecord('lead', 5), 'офис'));
    assert.deepEqual(await searchIds(store, home, 'lead', 'офис'), [5]);
    assert.deepEqual(await searchIds(store, home, 'lead', 'склад'), []);
    assert.equal(await store.read((tx) => tx.count(home, 'lead')), 1);
  });

  test('a write that fails does not stop the next, also when that already waits', async (store) => {
    const failing = store.write(async () => {
      await setTimeout(5);
      throw new Error('changed my mind');
    });
    const waiting = save(store, home, adding(aRecord('lead', 1)));
    await assert.rejects(failing);
    await waiting;
    await save(store, home, adding(aRecord('lead', 2)));
    assert.deepEqual(await listIds(store, home, 'lead'), [1, 2]);
  });

  test('writers of an account take turns: none looks at it before another has ended', async (store) => {
    const events: string[] = [];
    const writers = span(1, 12).map((writer) =>
      store.write(async (tx) => {
        await tx.count(home, 'lead');
        events.push(`${writer} begins`);
        await setTimeout(writer % 3);
        await tx.count(home, 'lead');
        events.push(`${writer} ends`);
      }),
    );
    await Promise.all(writers);
    const pairs = span(0, 11).map((index) => events.slice(2 * index, 2 * index + 2));
    for (const [begin, end] of pairs) assert.equal(begin?.split(' ')[0], end?.split(' ')[0], events.join(', '));
  });

  test('what one writer reads, no other writer changes before the first has written', async (store) => {
    await save(store, home, adding(aRecord('lead', 1, { closestTaskAt: 0 })));
    const increment = async (tx: WriteTx) => {
      const [row] = await tx.entities(home, 'lead', [1]);
      await setImmediate();
      await tx.saveEntities(home, [changing(row!, { closestTaskAt: row!.closestTaskAt + 1 })]);
    };
    await Promise.all(span(1, 30).map(() => store.write(increment)));
    const [row] = await store.read((tx) => tx.entities(home, 'lead', [1]));
    assert.equal(row?.closestTaskAt, 30);
  });

  test('a hundred reads at once each have a snapshot of their own', async (store) => {
    const add = (id: number) => save(store, home, adding(aRecord('lead', id)));
    await add(1);
    const read = () =>
      store.read(async (tx) => {
        const before = await tx.count(home, 'lead');
        await setTimeout(1);
        const { length } = await tx.list(home, 'lead', { responsible: [] }, { limit: 100, offset: 0 });
        await setTimeout(1);
        return [before, length, await tx.count(home, 'lead')];
      });
    const reads = span(1, 100).map(read);
    for (const id of span(2, 10)) await add(id);
    const counts = await Promise.all(reads);
    assert.deepEqual(
      counts.filter(([before, length, after]) => before !== length || length !== after),
      [],
    );
    assert.deepEqual(await read(), [10, 10, 10]);
  });

  test('reads that throw throw on and are in nobody’s way', async (store) => {
    const failure = new Error('looked away');
    for (const _ of span(1, 20)) {
      const work = store.read(async (tx) => {
        await tx.count(home, 'lead');
        throw failure;
      });
      await assert.rejects(work, (error) => error === failure);
    }
    assert.equal(await store.read((tx) => tx.count(home, 'lead')), 0);
  });

  test('a read goes on while a write is under way', async (store) => {
    await saveRomashka(store);
    let goOn = () => {};
    const readDone = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const writing = store.write(async (tx) => {
      await tx.saveEntities(home, [adding(aRecord('company', 99))]);
      await readDone;
    });
    assert.equal(await store.read((tx) => tx.count(home, 'company')), 1);
    goOn();
    await writing;
    assert.equal(await store.read((tx) => tx.count(home, 'company')), 2);
  });
}

function saveRomashka(store: Store): Promise<void> {
  return save(store, home, adding(aRecord('company', 1), 'ромашка'));
}

/** One change through every writing method that a read can see the effect of. */
async function changeEverything(tx: WriteTx): Promise<void> {
  const [romashka] = await tx.entities(home, 'company', [1]);
  await tx.saveEntities(home, [
    changing(romashka!, { name: 'Lily' }, 'василек'),
    adding(aRecord('contact', 2), 'анна'),
  ]);
  await tx.addTags(home, 'company', [aTag(1, 'Rent')]);
  await tx.setTags(home, 'company', [{ ownerId: 1, tagIds: [1] }]);
  await tx.addLinks(home, [aLink('company', 1, 'contact', 2)]);
  await tx.addGroups(home, [{ id: 0, name: 'Sales' }]);
  await tx.addUser(home, aUser(1), 'key');
  await tx.addSession(home, { hash: 'session', userId: 1, expiresAt: 100 });
  await tx.addToken(home, { hash: 'token', userId: 1, createdAt: 1 });
}

/** What every reading method has to tell about what `changeEverything` touches. */
async function everything(tx: ReadTx): Promise<Record<string, unknown>> {
  const list = (terms: string) =>
    tx.list(home, 'company', { responsible: [], terms: [terms] }, { limit: 9, offset: 0 });
  return structuredClone({
    entities: await tx.entities(home, 'company', [1]),
    foundByOldText: await list('ромашка'),
    foundByNewText: await list('василек'),
    foundByTwoLetters: await list('ва'),
    count: await tx.count(home, 'contact'),
    tags: await tx.findTags(home, 'company', { ids: [1], folded: [] }),
    tagsOf: await tx.tagsOf(home, 'company', [1]),
    neighbours: await tx.neighbours(home, 'contact', [2]),
    linksOf: await tx.linksOf(home, 'company', [1]),
    settings: await tx.settings(home),
    accountsOfLogin: await tx.accountsOfLogin('user1@example.com'),
    credentials: await tx.findCredentials(home, 'user1@example.com'),
    session: await tx.findSession(home, 'session'),
    token: await tx.findToken(home, 'token'),
  });
}
