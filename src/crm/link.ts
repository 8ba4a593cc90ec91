import type { KindName } from './entity.ts';

/** A pair of kinds that can be linked. The first is the first end of every link between them. */
export interface Relation {
  readonly first: KindName;
  readonly second: KindName;
  /** A record of the second kind has one record of the first at most; another replaces it. */
  readonly single: boolean;
  /** How many of the first kind one of the second may have. doc: leads, 40 contacts */
  readonly limit?: number;
}

export const relations: readonly Relation[] = [
  { first: 'company', second: 'contact', single: true },
  { first: 'company', second: 'lead', single: true },
  { first: 'company', second: 'customer', single: true },
  { first: 'contact', second: 'lead', single: false, limit: 40 },
  { first: 'contact', second: 'customer', single: false },
];

/** A link is one fact seen from both ends; it is stored once. */
export interface Link {
  readonly first: KindName;
  readonly firstId: number;
  readonly second: KindName;
  readonly secondId: number;
}

export function findRelation(one: KindName, other: KindName): Relation | undefined {
  return relations.find((r) => (r.first === one && r.second === other) || (r.first === other && r.second === one));
}

/** The links of some records while a batch is planned: what there was, and what the batch makes of it. */
export class LinkPlan {
  readonly #before: ReadonlyMap<string, Link>;
  readonly #hidden: ReadonlySet<string>;
  readonly #now = new Map<string, Link>();
  /** The links of #now by their second end and first kind. */
  readonly #rivals = new Map<string, Map<string, Link>>();

  /** @param hidden those of the links that lead to a deleted record: they are kept, and count for no limit */
  constructor(links: Iterable<Link>, hidden: ReadonlySet<Link> = new Set()) {
    this.#hidden = new Set([...hidden].map(keyOf));
    this.#before = new Map([...links].map((link) => [keyOf(link), link]));
    for (const link of this.#before.values()) this.#put(link);
  }

  /** @returns false when the other record has as many as it may */
  add(kind: KindName, id: number, otherKind: KindName, otherId: number): boolean {
    const [relation, link] = orient(kind, id, otherKind, otherId);
    if (this.#now.has(keyOf(link))) return true;
    const rivals = this.#rivalsOf(link);
    if (relation.single) for (const rival of [...rivals.values()]) this.#drop(rival);
    else if (this.#count(rivals) >= (relation.limit ?? Number.POSITIVE_INFINITY)) return false;
    this.#put(link);
    return true;
  }

  remove(kind: KindName, id: number, otherKind: KindName, otherId: number): void {
    this.#drop(orient(kind, id, otherKind, otherId)[1]);
  }

  /** Links to make, in the order in which they were asked for. */
  added(): Link[] {
    return [...this.#now].filter(([key]) => !this.#before.has(key)).map(([, link]) => link);
  }

  removed(): Link[] {
    return [...this.#before].filter(([key]) => !this.#now.has(key)).map(([, link]) => link);
  }

  #count(rivals: ReadonlyMap<string, Link>): number {
    return this.#hidden.size === 0 ? rivals.size : [...rivals.keys()].filter((key) => !this.#hidden.has(key)).length;
  }

  #put(link: Link): void {
    this.#now.set(keyOf(link), link);
    this.#rivalsOf(link).set(keyOf(link), link);
  }

  #drop(link: Link): void {
    this.#now.delete(keyOf(link));
    this.#rivalsOf(link).delete(keyOf(link));
  }

  #rivalsOf({ first, second, secondId }: Link): Map<string, Link> {
    const key = `${first} ${second} ${secondId}`;
    const rivals = this.#rivals.get(key) ?? new Map<string, Link>();
    this.#rivals.set(key, rivals);
    return rivals;
  }
}

function orient(kind: KindName, id: number, otherKind: KindName, otherId: number): [Relation, Link] {
  const relation = findRelation(kind, otherKind);
  if (relation === undefined) throw new Error(`${kind} and ${otherKind} cannot be linked`);
  const link = { first: kind, firstId: id, second: otherKind, secondId: otherId };
  const turned = { first: otherKind, firstId: otherId, second: kind, secondId: id };
  return [relation, relation.first === kind ? link : turned];
}

function keyOf({ first, firstId, second, secondId }: Link): string {
  return `${first} ${firstId} ${second} ${secondId}`;
}
