import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentAccountId } from '../../seed/document.ts';
import { addUser } from '../support/accounts.ts';
import { startServer, type TestServer, testNow } from '../support/server.ts';

const paths = ['companies', 'contacts', 'leads', 'customers'] as const;
type Path = (typeof paths)[number];
const linkKeys: Readonly<Record<Path, Readonly<Record<string, Path>>>> = {
  companies: { contacts_id: 'contacts', leads_id: 'leads', customers_id: 'customers' },
  contacts: { company_id: 'companies', leads_id: 'leads', customers_id: 'customers' },
  leads: { company_id: 'companies', contacts_id: 'contacts' },
  customers: { company_id: 'companies', contacts_id: 'contacts' },
};

// An administrator gets kept documents, a user whose right is G gets every answer rendered from the truth. When all are of one group,
// both see the same: so any kept document that has gone stale shows as a difference.
for (const seed of [1, 2, 3]) {
  test(`after any history the kept documents are what the truth renders (random history ${seed})`, async () => {
    const server = await startServer();
    const rendered = await addUser(server.store, 'rendered', { company_view: 'G' });
    const random = randomOf(seed);
    const known: Record<Path, number[]> = { companies: [41389], contacts: [1099181], leads: [45615], customers: [] };
    try {
      for (let step = 0; step < 60; step += 1) {
        await act(server, random, known, step);
        for (const path of paths) {
          const truth = await server.get(`/api/v2/${path}?limit_rows=500`, {}, rendered);
          const cold = await server.get(`/api/v2/${path}?limit_rows=500`);
          const warm = await server.get(`/api/v2/${path}?limit_rows=500`);
          const items = truth.status === 204 ? '' : JSON.stringify(truth.json._embedded.items);
          for (const reply of [cold, warm]) {
            assert.equal(
              reply.status === 204 ? '' : JSON.stringify(reply.json._embedded.items),
              items,
              `${path}, step ${step}`,
            );
          }
        }
      }
      await server.store.write(async () => undefined);
      const kept = await server.store.read(async (tx) => {
        const { version } = await tx.settings(documentAccountId);
        return tx.documents(documentAccountId, 'company', version * 2, { ids: known.companies });
      });
      assert.ok(
        kept.some(({ document }) => document !== null),
        'documents are kept at all',
      );
    } finally {
      await server.close();
    }
  });
}

/** One random change: an add, an update with links, tags, fields or a name, a deletion, a new user. */
async function act(
  server: TestServer,
  random: () => number,
  known: Record<Path, number[]>,
  step: number,
): Promise<void> {
  const path = pick(random, paths);
  const chance = random();
  if (chance < 0.05) {
    await addUser(server.store, `user${step}`, {});
  } else if (chance < 0.15 && path !== 'customers' && known[path].length > 0) {
    await server.post(`/ajax/${path}/multiple/delete`, `ID[]=${pick(random, known[path])}`);
  } else if (chance < 0.45 || known[path].length === 0) {
    const { json } = await server.post(`/api/v2/${path}`, {
      add: [{ name: `новый ${step}`, ...change(random, known, path) }],
    });
    known[path].push(json._embedded.items[0].id);
  } else {
    const update = { id: pick(random, known[path]), updated_at: testNow + step, ...change(random, known, path) };
    const reply = await server.post(`/api/v2/${path}`, { update: [update] });
    assert.equal(reply.status, 200);
  }
}

function change(random: () => number, known: Record<Path, number[]>, path: Path): object {
  const keys = Object.entries(linkKeys[path]);
  const links = () =>
    Object.fromEntries(
      keys
        .filter(() => random() < 0.4)
        .map(([key, other]) => [key, known[other].filter(() => random() < 0.5).slice(0, 5)]),
    );
  const field = { id: 4396818, values: [{ value: String(Math.floor(random() * 1e9)), enum: 'WORK' }] };
  return {
    ...(random() < 0.4 && { name: `имя ${Math.floor(random() * 1000)}` }),
    ...(random() < 0.3 && { tags: ['а', 'б', 'в'].filter(() => random() < 0.5) }),
    ...(random() < 0.3 && (path === 'companies' || path === 'contacts') && { custom_fields: [field] }),
    ...links(),
    unlink: links(),
  };
}

function pick<T>(random: () => number, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]!;
}

function randomOf(seed: number): () => number {
  let state = seed * 2654435761;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
