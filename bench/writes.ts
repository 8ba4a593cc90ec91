import type { FloorItem } from './floor/writes.ts';
import { clockMark, type HttpRequest, sendWell } from './http-request.ts';
import { hasItems, path, type Scenario, times } from './scenario.ts';
import { newCompany, pickIds, pickUser, type World } from './world.ts';

/** Requests of a repetition. */
const batches = 8;
const size = 500;
/** The product may write in a thread of its own: it is not kept on one processor. */
const batch = { connections: 1, isPinned: false, onFloor: true, batch: size, isRight: hasItems(size) };

export const writes: readonly Scenario[] = [
  {
    ...batch,
    name: 'update-500-user',
    title: 'update 500 random ones: responsible user, not searched for',
    make: (world) => updates(world, () => ({ responsible_user_id: pickUser(world) })),
  },
  {
    ...batch,
    name: 'update-500',
    title: 'update 500 random ones: name, and so its row of the search index',
    make: (world) => updates(world, () => ({ name: `ООО Новая ${clockMark}` })),
  },
  {
    ...batch,
    name: 'update-500-all',
    title: 'update 500 random ones: all fields',
    make: (world) => updates(world, () => ({ ...newCompany(world), name: `ООО Новая ${clockMark}` })),
  },
  { ...batch, name: 'link-500', title: 'link a contact to each of 500', onFloor: false, make: links, counts: isEven },
  {
    ...batch,
    name: 'unlink-500',
    title: 'unlink a contact from each of 500',
    onFloor: false,
    make: links,
    counts: (place) => !isEven(place),
  },
  {
    ...batch,
    name: 'add-1',
    title: 'add 1',
    batch: 1,
    make: (world) => times(100, () => add(world, 1)),
    isRight: hasItems(1),
  },
  { ...batch, name: 'add-500', title: 'add 500', make: (world) => times(batches, () => add(world, size)) },
  {
    ...batch,
    name: 'delete-500',
    title: 'delete 500, and so their rows of the search index',
    onFloor: false,
    make: deletes,
    isRight: ({ status, body }) => status === 200 && JSON.parse(body.toString()).status === 'success',
  },
];

export function add(world: World, count: number): HttpRequest {
  return post(world, { add: times(count, () => newCompany(world)) });
}

/** One update of so many random companies. */
export function update(world: World, count: number, change: () => FloorItem): HttpRequest {
  const items = pickIds(world, count).map((id) => ({ id, updated_at: clockMark, ...change() }));
  return post(world, { update: items });
}

function updates(world: World, change: () => FloorItem): HttpRequest[] {
  return times(batches, () => update(world, size, change));
}

/** A request that links each of some companies to a contact of its own, then one that unlinks them again, and so on. */
async function links(world: World, url: string): Promise<HttpRequest[]> {
  const contacts = await addedIds(
    url,
    '/api/v2/contacts',
    world,
    times(size, (place) => ({ name: `Анна ${place}` })),
  );
  const ids = pickIds(world, size);
  const items = (change: (place: number) => object) =>
    ids.map((id, place) => ({ id, updated_at: clockMark, ...change(place) }));
  return times(2 * batches, (place) =>
    isEven(place)
      ? post(world, { update: items((place) => ({ contacts_id: [contacts[place]] })) })
      : post(world, { update: items((place) => ({ unlink: { contacts_id: [contacts[place]] } })) }),
  );
}

async function deletes(world: World, url: string): Promise<HttpRequest[]> {
  const requests: HttpRequest[] = [];
  for (let count = 0; count < batches; count += 1) {
    const ids = await addedIds(
      url,
      path,
      world,
      times(size, () => newCompany(world)),
    );
    requests.push({
      path: '/ajax/companies/multiple/delete/',
      headers: world.headers,
      body: JSON.stringify({ ACTION: 'DELETE', ID: ids }),
    });
  }
  return requests;
}

async function addedIds(url: string, path: string, { headers }: World, add: readonly object[]): Promise<number[]> {
  const answer = await sendWell(url, { path, headers, body: JSON.stringify({ add }) });
  return JSON.parse(answer.toString())._embedded.items.map((item: { id: number }) => item.id);
}

/** The mark is a number where it stands for a time. */
function post({ headers }: World, body: object): HttpRequest {
  const json = JSON.stringify(body).replaceAll(`"updated_at":"${clockMark}"`, `"updated_at":${clockMark}`);
  return { path, headers, body: json };
}

function isEven(place: number): boolean {
  return place % 2 === 0;
}
