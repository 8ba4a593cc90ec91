import type { Settings } from './account.ts';
import { company } from './company.ts';
import { contact } from './contact.ts';
import { customer } from './customer.ts';
import type { ElementKind } from './element.ts';
import type { Draft, EntityRow, KindName, Own } from './entity.ts';
import { lead } from './lead.ts';

/** Everything that shared code needs to know of a kind; it never asks which kind it has. */
export interface Kind {
  readonly name: KindName;
  /** The last part of its address. */
  readonly path: string;
  /** amoCRM's element_type. */
  readonly elementType: number;
  /** The counter that gives its ids: contacts and companies share one, as in the original. */
  readonly sequence: 'contact' | 'lead' | 'customer';
  /** Whether a POST takes `delete`, a list of ids. source: reference §20.2 */
  readonly takesDelete?: boolean;
  /** What the record's own columns become. @throws CrmError */
  readonly prepare: (draft: Draft, before: EntityRow | null, settings: Settings, now: number) => Own;
}

export const kinds: Readonly<Record<KindName, Kind>> = { contact, lead, company, customer };
export const allKinds: readonly Kind[] = Object.values(kinds);

const byElementType = new Map(allKinds.map((kind) => [kind.elementType, kind.name]));

/** The kind of an element_type that our own store holds. */
export function getKindByElementType(elementType: number): KindName {
  const name = byElementType.get(elementType);
  if (name === undefined) throw new Error(`no kind has element type ${elementType}`);
  return name;
}

/** amoCRM's element_type of tasks, which notes can be about. doc: notes */
const taskElementType = 4;

export function elementTypeOf(kind: ElementKind): number {
  return kind === 'task' ? taskElementType : kinds[kind].elementType;
}

/** What an element_type, as a number or its digits, or a word such as `company` names. */
export function findElementKind(named: unknown): ElementKind | undefined {
  const text = typeof named === 'number' ? String(named) : named;
  if (text === 'task' || text === String(taskElementType)) return 'task';
  return allKinds.find(({ name, elementType }) => text === name || text === String(elementType))?.name;
}
