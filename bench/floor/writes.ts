import type { CompanyJson, CustomFieldJson, Links, SavedItemJson, SavedItemsJson, TagJson } from '../../src/v2/wire.ts';
import { type FloorRows, latin1 } from './rows.ts';

/** An item of a request. What is not there stays as it is. */
export interface FloorItem {
  readonly id?: number;
  readonly updated_at?: number;
  readonly created_at?: number;
  readonly name?: string;
  readonly responsible_user_id?: number;
  /** Names with commas between them. */
  readonly tags?: string;
  readonly custom_fields?: readonly {
    readonly id: number;
    readonly values: readonly { readonly value: string; readonly enum?: string; readonly subtype?: string }[];
  }[];
}

/** A custom field as a floor's database keeps it: enums by their names. */
export interface FloorField {
  readonly id: number;
  readonly name: string;
  readonly is_system: boolean;
  readonly enums: Readonly<Record<string, string>>;
}

/** Whoever asks is this user of this account. */
export interface FloorOwner {
  readonly account: number;
  readonly user: number;
}

/**
 * Adds, and updates that read, change and write the rows. All text has a character for each byte of its UTF-8, which JSON does not
 * mind: so nothing is ever converted, which would cost as much again.
 */
export class FloorWrites {
  readonly #rows: FloorRows;
  readonly #owner: FloorOwner;
  readonly #fields: ReadonlyMap<number, FloorField>;
  readonly #tags: Map<string, TagJson>;
  readonly #insertTag: (tag: TagJson) => void;

  constructor(rows: FloorRows) {
    const { db } = rows;
    const read = <T>(table: string) =>
      db
        .prepare(`select json from ${table}`)
        .all()
        .map((row) => JSON.parse(latin1(Buffer.from(String(row['json'])))) as T);
    const insertTag = db.prepare('insert into tag (json) values (?)');
    this.#rows = rows;
    this.#owner = read<FloorOwner>('owner')[0]!;
    this.#fields = new Map(read<FloorField>('field').map((field) => [field.id, field]));
    this.#tags = new Map(read<TagJson>('tag').map((tag) => [tag.name, tag]));
    this.#insertTag = (tag) => void insertTag.run(Buffer.from(JSON.stringify(tag), 'latin1').toString());
  }

  /** A POST's body to its answer. */
  save(body: string): string {
    const { add = [], update = [] } = JSON.parse(body) as { add?: FloorItem[]; update?: FloorItem[] };
    const now = Math.floor(Date.now() / 1000);
    const items: SavedItemJson[] = [];
    this.#rows.write(() => {
      for (const [position, item] of add.entries()) {
        const id = this.#rows.nextId();
        this.#rows.add(id, JSON.stringify(this.#added(item, id, now)));
        items.push({ id, request_id: position, _links: self(`/api/v2/companies?id=${id}`) });
      }
      for (const [position, item] of update.entries()) {
        const id = item.id!;
        const updated_at = item.updated_at!;
        const before = JSON.parse(latin1(this.#rows.get(id)!)) as CompanyJson;
        this.#rows.replace(id, JSON.stringify(this.#updated(before, item)));
        items.push({ id, updated_at, request_id: position, _links: self(`/api/v2/companies?id=${id}`) });
      }
    });
    return JSON.stringify({ _links: self('/api/v2/companies', 'post'), _embedded: { items } } satisfies SavedItemsJson);
  }

  #added(item: FloorItem, id: number, now: number): CompanyJson {
    const { account, user } = this.#owner;
    return {
      id,
      name: item.name!,
      responsible_user_id: item.responsible_user_id ?? user,
      created_by: user,
      created_at: item.created_at ?? now,
      updated_at: item.updated_at ?? now,
      account_id: account,
      updated_by: user,
      group_id: 0,
      leads: [],
      closest_task_at: 0,
      tags: this.#readTags(item.tags ?? ''),
      custom_fields: this.#readFields(item.custom_fields ?? []),
      contacts: [],
      customers: [],
      _links: self(`/api/v2/companies?id=${id}`),
    };
  }

  #updated(before: CompanyJson, item: FloorItem): CompanyJson {
    return {
      ...before,
      name: item.name ?? before.name,
      responsible_user_id: item.responsible_user_id ?? before.responsible_user_id,
      updated_at: item.updated_at!,
      updated_by: this.#owner.user,
      tags: item.tags === undefined ? before.tags : this.#readTags(item.tags),
      custom_fields: item.custom_fields
        ? this.#replaceFields(before.custom_fields as CustomFieldJson[], item.custom_fields)
        : before.custom_fields,
    };
  }

  #readTags(names: string): TagJson[] {
    return names === '' ? [] : names.split(',').map((name) => this.#tags.get(name) ?? this.#newTag(name));
  }

  #newTag(name: string): TagJson {
    const tag = { id: Math.max(...[...this.#tags.values()].map(({ id }) => id)) + 1, name };
    this.#tags.set(name, tag);
    this.#insertTag(tag);
    return tag;
  }

  #readFields(given: NonNullable<FloorItem['custom_fields']>): CustomFieldJson[] {
    return given.map(({ id, values }) => {
      const { name, enums, is_system } = this.#fields.get(id)!;
      const read = values.map((value) => {
        if (value.enum !== undefined) return { value: value.value, enum: enums[value.enum]! };
        return value.subtype === undefined
          ? { value: value.value }
          : { value: value.value, subtype: subtypes[value.subtype]! };
      });
      return { id, name, values: read, is_system };
    });
  }

  #replaceFields(before: CustomFieldJson[], given: NonNullable<FloorItem['custom_fields']>): CustomFieldJson[] {
    const fields = new Map([...before, ...this.#readFields(given)].map((field) => [field.id, field]));
    return [...fields.values()];
  }
}

const subtypes: Readonly<Record<string, string>> = { address_line_1: '1', city: '3', zip: '5', country: '6' };

function self(href: string, method: 'get' | 'post' = 'get'): Links {
  return { self: { href, method } };
}
