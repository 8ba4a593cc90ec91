import { clockMark, type HttpRequest, send } from './http-request.ts';
import type { Pair } from './measure.ts';
import { getIds } from './reads.ts';
import { path, times } from './scenario.ts';
import { newCompany, pickIds } from './world.ts';

/** Holds the floor's answers against the product's, byte for byte; ids and times of new records are made the same. @throws Error */
export async function verify(pair: Pair): Promise<void> {
  const { world } = pair;
  const { headers, set } = world;
  for (const id of pickIds(world, 50)) await compare(pair, getIds(world, [id]));
  await compare(pair, getIds(world, [1]));
  for (const offset of [0, 1, set.total >> 1, set.total - 500, set.total - 1, set.total]) {
    const query = `limit_rows=500${offset > 0 ? `&limit_offset=${offset}` : ''}`;
    await compare(pair, { path: `${path}?${query}`, headers });
  }
  await verifyWrites(pair);
}

async function verifyWrites(pair: Pair): Promise<void> {
  const { world } = pair;
  const { headers } = world;
  const at = { created_at: 1_600_000_000, updated_at: 1_600_000_000 };
  const add = times(20, () => ({ ...newCompany(world), ...at }));
  const [onFloor, onProduct] = await compare(pair, { path, headers, body: JSON.stringify({ add }) }, true);
  const changes = [
    ...times(5, () => ({ name: 'ООО Новая' })),
    ...times(5, () => newCompany(world)),
    ...times(5, () => ({ tags: '', custom_fields: newCompany(world).custom_fields!.slice(1, 2) })),
  ];
  const update = (ids: readonly number[]): HttpRequest => {
    const items = changes.map((change, place) => ({ id: ids[place], updated_at: 1_600_000_001, ...change }));
    return { path, headers, body: JSON.stringify({ update: items }) };
  };
  await compareNew(pair, update(onFloor), update(onProduct));
  for (const place of add.keys()) {
    await compareNew(pair, getIds(world, [onFloor[place]!]), getIds(world, [onProduct[place]!]));
  }
}

/** The same of records that may have other ids on either side. */
async function compareNew({ floor, product }: Pair, onFloor: HttpRequest, onProduct: HttpRequest): Promise<void> {
  const answers = [await send(floor.url, onFloor), await send(product.url, onProduct)].map(({ body }) =>
    withoutIds(body),
  );
  mustBeSame(answers[0]!, answers[1]!, onProduct.path);
}

/** @returns the ids of both answers */
async function compare(pair: Pair, request: HttpRequest, isAdd = false): Promise<[number[], number[]]> {
  const floor = await send(pair.floor.url, request);
  const product = await send(pair.product.url, request);
  if (floor.status !== product.status)
    throw new Error(`${request.path}: the floor answers ${floor.status}, the product ${product.status}`);
  const same = isAdd ? withoutIds : (body: Buffer) => body.toString();
  mustBeSame(same(floor.body), same(product.body), request.path);
  return [idsIn(floor.body), idsIn(product.body)];
}

function mustBeSame(floor: string, product: string, what: string): void {
  if (floor !== product)
    throw new Error(`${what}: the floor and the product differ:\n${floor.slice(0, 3000)}\n${product.slice(0, 3000)}`);
}

/** New records may have other ids, and new tags too. */
function withoutIds(body: Buffer): string {
  return body.toString().replace(/("id":|id=)\d+/g, `$1${clockMark}`);
}

function idsIn(body: Buffer): number[] {
  return body.length === 0 ? [] : JSON.parse(body.toString())._embedded.items.map((item: { id: number }) => item.id);
}
