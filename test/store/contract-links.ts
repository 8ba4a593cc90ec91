import assert from 'node:assert/strict';
import type { KindName } from '../../src/crm/entity.ts';
import type { Link } from '../../src/crm/link.ts';
import type { Store } from '../../src/crm/store.ts';
import { adding, aLink, aRecord, ascending, changing, everyKind, idsOf, look, save, span } from './builders.ts';
import { abroad, home, type StoreTest } from './store-test.ts';

export function linkContract(test: StoreTest): void {
  test('a neighbour is told with its name, responsible user and whether it is deleted', async (store) => {
    const deleted = aRecord('lead', 2, { name: 'Склад', responsibleUserId: 9, isDeleted: true });
    await save(store, home, adding(aRecord('lead', 1, { name: 'Офис', responsibleUserId: 7 })), adding(deleted));
    const neighbours = await look(store, (tx) => tx.neighbours(home, 'lead', [1, 2]));
    assert.deepEqual(
      neighbours.sort((one, other) => one.id - other.id),
      [
        { kind: 'lead', id: 1, name: 'Офис', responsibleUserId: 7, isDeleted: false },
        { kind: 'lead', id: 2, name: 'Склад', responsibleUserId: 9, isDeleted: true },
      ],
    );
  });

  test('of neighbours only those of the kind and account are told that exist, each once', async (store) => {
    await save(store, home, adding(aRecord('lead', 1)), adding(aRecord('contact', 2)), adding(aRecord('lead', 4)));
    await save(store, abroad, adding(aRecord('lead', 3)));
    const neighbours = await store.read((tx) => tx.neighbours(home, 'lead', [4, 1, 2, 3, 1, 99]));
    assert.deepEqual(ascending(idsOf(neighbours)), [1, 4]);
    assert.deepEqual(await store.read((tx) => tx.neighbours(home, 'lead', [])), []);
  });

  test('a link is seen from both sides', async (store) => {
    await saveNeighbourhood(store, home);
    await link(store, aLink('company', 10, 'contact', 20));
    assert.deepEqual(await look(store, (tx) => tx.linksOf(home, 'company', [10])), [
      { ownerId: 10, kind: 'contact', id: 20, name: 'contact 20', responsibleUserId: 1, isDeleted: false },
    ]);
    assert.deepEqual(await look(store, (tx) => tx.linksOf(home, 'contact', [20])), [
      { ownerId: 20, kind: 'company', id: 10, name: 'company 10', responsibleUserId: 1, isDeleted: false },
    ]);
  });

  test('every relation is seen from both sides', async (store) => {
    await saveNeighbourhood(store, home);
    const links = [
      aLink('company', 10, 'contact', 20),
      aLink('company', 10, 'lead', 30),
      aLink('company', 10, 'customer', 40),
      aLink('contact', 20, 'lead', 30),
      aLink('contact', 20, 'customer', 40),
    ];
    await link(store, ...links);
    assert.deepEqual(await linksOf(store, 'company', 10), ['contact 20', 'lead 30', 'customer 40']);
    assert.deepEqual(await linksOf(store, 'contact', 20), ['company 10', 'lead 30', 'customer 40']);
    assert.deepEqual(await linksOf(store, 'lead', 30), ['company 10', 'contact 20']);
    assert.deepEqual(await linksOf(store, 'customer', 40), ['company 10', 'contact 20']);
  });

  test('links come in the order in which they were made, whatever their kinds and ids', async (store) => {
    await saveNeighbourhood(store, home);
    await link(store, aLink('contact', 21, 'lead', 33), aLink('contact', 21, 'customer', 40));
    await link(store, aLink('company', 12, 'contact', 21));
    await link(store, aLink('contact', 21, 'lead', 30), aLink('contact', 21, 'lead', 31));
    const expected = ['lead 33', 'customer 40', 'company 12', 'lead 30', 'lead 31'];
    assert.deepEqual(await linksOf(store, 'contact', 21), expected);
  });

  test('a link that is taken away and made again comes last', async (store) => {
    await saveNeighbourhood(store, home);
    const [first, second] = [aLink('contact', 20, 'lead', 30), aLink('contact', 20, 'lead', 31)];
    await link(store, first, second);
    await unlink(store, first);
    await link(store, first);
    assert.deepEqual(await linksOf(store, 'contact', 20), ['lead 31', 'lead 30']);
  });

  test('the links of several records are told apart by their owners', async (store) => {
    await saveNeighbourhood(store, home);
    await link(
      store,
      aLink('contact', 21, 'lead', 30),
      aLink('contact', 20, 'lead', 31),
      aLink('contact', 20, 'lead', 30),
    );
    const links = await store.read((tx) => tx.linksOf(home, 'contact', [20, 21, 22]));
    const pairs = (ownerId: number) => idsOf(links.filter((owned) => owned.ownerId === ownerId));
    assert.deepEqual([pairs(20), pairs(21), pairs(22)], [[31, 30], [30], []]);
    assert.equal(links.length, 3);
  });

  test('links to deleted records are told, marked as such, and those of deleted records too', async (store) => {
    await saveNeighbourhood(store, home);
    await link(store, aLink('company', 10, 'contact', 20), aLink('company', 10, 'contact', 21));
    await save(store, home, changing(aRecord('contact', 20), { isDeleted: true }));
    const links = await store.read((tx) => tx.linksOf(home, 'company', [10]));
    assert.deepEqual(
      links.map(({ id, isDeleted }) => [id, isDeleted]),
      [
        [20, true],
        [21, false],
      ],
    );
    assert.deepEqual(await linksOf(store, 'contact', 20), ['company 10']);
  });

  test('links tell the name and responsible user that the neighbour has now', async (store) => {
    await saveNeighbourhood(store, home);
    await link(store, aLink('company', 10, 'contact', 20));
    await save(store, home, changing(aRecord('contact', 20), { name: 'Анна', responsibleUserId: 8 }));
    const [neighbour] = await store.read((tx) => tx.linksOf(home, 'company', [10]));
    assert.deepEqual([neighbour?.name, neighbour?.responsibleUserId], ['Анна', 8]);
  });

  test('only the named links are taken away', async (store) => {
    await saveNeighbourhood(store, home);
    const gone = [aLink('contact', 20, 'lead', 31), aLink('company', 10, 'contact', 20)];
    await link(store, aLink('contact', 20, 'lead', 30), ...gone, aLink('contact', 21, 'lead', 31));
    await unlink(store, ...gone);
    assert.deepEqual(await linksOf(store, 'contact', 20), ['lead 30']);
    assert.deepEqual(await linksOf(store, 'lead', 31), ['contact 21']);
    assert.deepEqual(await linksOf(store, 'company', 10), []);
  });

  test('taking away links that are not there, or none, changes nothing', async (store) => {
    await saveNeighbourhood(store, home);
    await link(store, aLink('contact', 20, 'lead', 30));
    await link(store);
    await unlink(store);
    await unlink(store, aLink('contact', 20, 'lead', 31), aLink('contact', 20, 'customer', 30));
    assert.deepEqual(await linksOf(store, 'contact', 20), ['lead 30']);
  });

  test('no links belong to no records', async (store) => {
    await saveNeighbourhood(store, home);
    await link(store, aLink('contact', 20, 'lead', 30));
    assert.deepEqual(await store.read((tx) => tx.linksOf(home, 'contact', [])), []);
  });

  test('the same ids in another account are not linked', async (store) => {
    await saveNeighbourhood(store, home);
    await saveNeighbourhood(store, abroad);
    await link(store, aLink('company', 10, 'contact', 20));
    assert.deepEqual(await store.read((tx) => tx.linksOf(abroad, 'company', [10])), []);
    await store.write((tx) => tx.removeLinks(abroad, [aLink('company', 10, 'contact', 20)]));
    assert.deepEqual(await linksOf(store, 'company', 10), ['contact 20']);
  });

  test('the same id in another kind is not linked', async (store) => {
    await save(store, home, ...everyKind.map((kind) => adding(aRecord(kind, 1))));
    await link(store, aLink('contact', 1, 'lead', 1));
    assert.deepEqual(await linksOf(store, 'contact', 1), ['lead 1']);
    assert.deepEqual(await linksOf(store, 'lead', 1), ['contact 1']);
    assert.deepEqual(await linksOf(store, 'company', 1), []);
    assert.deepEqual(await linksOf(store, 'customer', 1), []);
  });

  for (const second of ['contact', 'lead', 'customer'] as const) {
    test(`the database refuses a second company of a ${second}`, async (store) => {
      await saveNeighbourhood(store, home);
      const id = { contact: 20, lead: 30, customer: 40 }[second];
      await link(store, aLink('company', 10, second, id));
      await assert.rejects(link(store, aLink('company', 11, second, id)));
      await assert.rejects(link(store, aLink('company', 11, second, id + 1), aLink('company', 12, second, id + 1)));
      assert.deepEqual(await linksOf(store, second, id), ['company 10']);
      assert.deepEqual(await linksOf(store, second, id + 1), []);
    });
  }

  test('another company can take the place of the first in one write', async (store) => {
    await saveNeighbourhood(store, home);
    await link(store, aLink('company', 10, 'contact', 20));
    await store.write(async (tx) => {
      await tx.removeLinks(home, [aLink('company', 10, 'contact', 20)]);
      await tx.addLinks(home, [aLink('company', 11, 'contact', 20)]);
    });
    assert.deepEqual(await linksOf(store, 'contact', 20), ['company 11']);
  });

  test('a contact, a lead and a customer of the same id can each have a company', async (store) => {
    await save(store, home, ...everyKind.map((kind) => adding(aRecord(kind, 1))));
    await save(store, abroad, ...everyKind.map((kind) => adding(aRecord(kind, 1))));
    const links = (['contact', 'lead', 'customer'] as const).map((kind) => aLink('company', 1, kind, 1));
    await link(store, ...links);
    await store.write((tx) => tx.addLinks(abroad, links));
    assert.deepEqual(await linksOf(store, 'company', 1), ['contact 1', 'lead 1', 'customer 1']);
  });

  test('the database refuses the same link twice', async (store) => {
    await saveNeighbourhood(store, home);
    await link(store, aLink('contact', 20, 'lead', 30));
    await assert.rejects(link(store, aLink('contact', 20, 'lead', 30)));
    assert.deepEqual(await linksOf(store, 'contact', 20), ['lead 30']);
  });

  test('a company can have a thousand contacts, in order', async (store) => {
    await save(
      store,
      home,
      adding(aRecord('company', 1)),
      ...span(2, 1001).map((id) => adding(aRecord('contact', id))),
    );
    const ids = span(2, 1001).map((id) => 2 + ((id * 7) % 1000));
    await link(store, ...ids.map((id) => aLink('company', 1, 'contact', id)));
    const links = await store.read((tx) => tx.linksOf(home, 'company', [1]));
    assert.deepEqual(idsOf(links), ids);
  });
}

/** Some records of each kind: companies 10 to 13, contacts 20 to 23, leads 30 to 33, customers 40 to 43. */
function saveNeighbourhood(store: Store, account: number): Promise<void> {
  const kinds: readonly KindName[] = ['company', 'contact', 'lead', 'customer'];
  const rows = kinds.flatMap((kind, index) => span(0, 3).map((n) => aRecord(kind, 10 * (index + 1) + n)));
  return save(store, account, ...rows.map((row) => adding(row)));
}

function link(store: Store, ...links: Link[]): Promise<void> {
  return store.write((tx) => tx.addLinks(home, links));
}

function unlink(store: Store, ...links: Link[]): Promise<void> {
  return store.write((tx) => tx.removeLinks(home, links));
}

async function linksOf(store: Store, kind: KindName, id: number): Promise<string[]> {
  const links = await store.read((tx) => tx.linksOf(home, kind, [id]));
  return links.map((neighbour) => `${neighbour.kind} ${neighbour.id}`);
}
