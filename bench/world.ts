import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { generateCompany, responsibleUserIds } from '../seed/generator.ts';
import type { DataSet } from './data-set.ts';
import type { FloorItem } from './floor/writes.ts';

/** A set in use: what requests are made of. The same requests go to the floor and to the product. */
export interface World {
  readonly set: DataSet;
  /** Of every request to the product; the floor passes them over. */
  readonly headers: Readonly<Record<string, string>>;
  /** All companies, in order. */
  readonly ids: readonly number[];
  /** The next time of a change: later than all before. */
  clock: number;
  /** How many companies were generated for adds and changes. */
  generated: number;
  readonly random: () => number;
}

export function openWorld(set: DataSet): World {
  const floor = new DatabaseSync(join(set.folders.floor, 'floor.db'), { readOnly: true });
  const statement = floor.prepare('select id from company order by id');
  const ids = statement.all().map((row) => Number(row['id']));
  floor.close();
  return {
    set,
    headers: { Authorization: `Bearer ${set.token}` },
    ids,
    // Of the next hour: what the bench adds meanwhile has the time at which it was added.
    clock: Math.floor(Date.now() / 1000) + 3600,
    generated: 0,
    random: randomFrom(1),
  };
}

/** Some ids, no one twice. */
export function pickIds({ ids, random }: World, count: number): number[] {
  const picked = new Set<number>();
  while (picked.size < Math.min(count, ids.length)) picked.add(ids[Math.floor(random() * ids.length)]!);
  return [...picked];
}

/** A company that is in no set yet, as a request tells it. */
export function newCompany(world: World): FloorItem {
  world.generated += 1;
  return companyItem(50_000_000 + world.generated);
}

/** The number-th company of the seed's distribution as an item of a request. */
export function companyItem(number: number): FloorItem {
  const { name, tags, fields, responsibleUserId } = generateCompany(number).draft;
  return {
    name: name!,
    responsible_user_id: responsibleUserId!,
    tags: tags!.map((tag) => tag.name).join(','),
    custom_fields: fields!.map(({ fieldId, values }) => ({ id: fieldId, values: values as FieldValues })),
  };
}

type FieldValues = NonNullable<FloorItem['custom_fields']>[number]['values'];

export function pickUser({ random }: World): number {
  return responsibleUserIds[Math.floor(random() * responsibleUserIds.length)]!;
}

/** Numbers from 0 to 1, the same in every run: a linear congruential generator of 48 bits. */
function randomFrom(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = (state * 25214903917n + 11n) & 0xffffffffffffn;
    return Number(state >> 16n) / 2 ** 32;
  };
}
