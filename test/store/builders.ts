import type { Account, User } from '../../src/crm/account.ts';
import type { LoggedChange } from '../../src/crm/change-log.ts';
import { type CustomField, fieldDefaults } from '../../src/crm/custom-field.ts';
import type { EntityRow, KindName } from '../../src/crm/entity.ts';
import type { Link } from '../../src/crm/link.ts';
import type { Note } from '../../src/crm/note.ts';
import type {
  EntityChange,
  ListFilter,
  Page,
  ReadTx,
  Sequence,
  Store,
  StoredTag,
  Visible,
} from '../../src/crm/store.ts';
import { foldTagName } from '../../src/crm/tag.ts';
import type { Task } from '../../src/crm/task.ts';

export const everyKind: readonly KindName[] = ['contact', 'lead', 'company', 'customer'];
export const noFilter: ListFilter = { responsible: [] };
export const wholeList: Page = { limit: 1_000_000, offset: 0 };
export const everythingVisible: Visible = {
  kinds: { contact: 'all', lead: 'all', company: 'all', customer: 'all' },
  alone: 'all',
};
/** Unix seconds, a time at which nothing in particular happened. */
export const someTime = 1_500_000_000;

export function anAccount(id: number, parts: Partial<Account> = {}): Account {
  return {
    id,
    subdomain: `account${id}`,
    name: `Account ${id}`,
    currency: 'RUB',
    timezone: 'Europe/Moscow',
    language: 'ru',
    wire: null,
    allowedIps: null,
    ...parts,
  };
}

export function aUser(id: number, parts: Partial<User> = {}): User {
  return {
    id,
    login: `user${id}@example.com`,
    name: `User ${id}`,
    lastName: null,
    groupId: 0,
    language: 'ru',
    phone: '',
    isAdmin: false,
    isActive: true,
    rights: {},
    ...parts,
  };
}

export function aField(id: number, parts: Partial<CustomField> = {}): CustomField {
  return {
    ...fieldDefaults,
    id,
    name: `Field ${id}`,
    type: 1,
    code: '',
    kinds: ['contact'],
    sort: id,
    isSystem: false,
    enums: [],
    ...parts,
  };
}

export function aRecord(kind: KindName, id: number, parts: Partial<EntityRow> = {}): EntityRow {
  return {
    kind,
    id,
    name: `${kind} ${id}`,
    responsibleUserId: 1,
    createdBy: 1,
    updatedBy: 1,
    createdAt: someTime,
    updatedAt: someTime,
    closestTaskAt: 0,
    isDeleted: false,
    values: [],
    own: {},
    ...parts,
  };
}

/** A task that stands alone, unless the parts say what it is about. */
export function aTask(id: number, parts: Partial<Task> = {}): Task {
  return {
    id,
    element: null,
    responsibleUserId: 1,
    createdBy: 1,
    updatedBy: 1,
    createdAt: someTime,
    updatedAt: someTime,
    taskType: 1,
    completeTill: someTime,
    text: `task ${id}`,
    isCompleted: false,
    resultNoteId: 0,
    isDeleted: false,
    ...parts,
  };
}

export function aNote(id: number, element: Note['element'], parts: Partial<Note> = {}): Note {
  return {
    id,
    element,
    noteType: 4,
    text: `note ${id}`,
    params: null,
    responsibleUserId: 1,
    createdBy: 1,
    updatedBy: 1,
    createdAt: someTime,
    updatedAt: someTime,
    ...parts,
  };
}

/** An entry of the log: the lead 1 gets another name, unless the parts say another thing. */
export function aChange(logId: number, parts: Partial<LoggedChange> = {}): LoggedChange {
  return {
    logId,
    at: someTime,
    userId: 1,
    subject: 'lead',
    id: 1,
    action: 'update',
    before: { name: `before ${logId}` },
    after: { name: `after ${logId}` },
    ...parts,
  };
}

export function aTag(id: number, name: string): StoredTag {
  return { id, name, folded: foldTagName(name) };
}

export function aLink(first: KindName, firstId: number, second: KindName, secondId: number): Link {
  return { first, firstId, second, secondId };
}

/** A new record; `lines` are what a search finds it by. */
export function adding(row: EntityRow, ...lines: string[]): EntityChange {
  return { before: null, after: row, ...(lines.length > 0 && { search: textOf(lines) }) };
}

/** A record that changes; without `lines` its search text stays as it was. */
export function changing(before: EntityRow, parts: Partial<EntityRow>, ...lines: string[]): EntityChange {
  return { before, after: { ...before, ...parts }, ...(lines.length > 0 && { search: textOf(lines) }) };
}

/** A search text of these lines, letter by letter: the store compares what it is given. */
function textOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n\n`;
}

export function save(store: Store, account: number, ...changes: EntityChange[]): Promise<void> {
  return store.write((tx) => tx.saveEntities(account, changes));
}

/** The companies 1, 2, 3 … with these texts. */
export function saveTexts(store: Store, account: number, ...texts: string[]): Promise<void> {
  return save(store, account, ...texts.map((text, index) => adding(aRecord('company', index + 1), text)));
}

export function takeIds(store: Store, account: number, sequence: Sequence, count: number): Promise<number[]> {
  return store.write((tx) => tx.nextIds(account, sequence, count));
}

/** What a read gives, as plain objects: an engine's rows may have another prototype. */
export async function look<T>(store: Store, work: (tx: ReadTx) => Promise<T>): Promise<T> {
  return structuredClone(await store.read(work));
}

/** The ids of a list of undeleted records. */
export function listIds(
  store: Store,
  account: number,
  kind: KindName,
  filter: Partial<ListFilter> = {},
  page: Page = wholeList,
): Promise<number[]> {
  return store.read(async (tx) => idsOf(await tx.list(account, kind, { ...noFilter, ...filter }, page)));
}

export function searchIds(store: Store, account: number, kind: KindName, ...terms: string[]): Promise<number[]> {
  return listIds(store, account, kind, { terms });
}

export function idsOf(records: readonly { readonly id: number }[]): number[] {
  return records.map((record) => record.id);
}

/** The whole numbers from one to another, both included. */
export function span(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

export function ascending(numbers: Iterable<number>): number[] {
  return [...numbers].sort((one, other) => one - other);
}
