import type { Account, Group, LossReason, Settings, TaskType, User } from './account.ts';
import type { LoggedChange, Subject } from './change-log.ts';
import type { CustomField, StoredValue } from './custom-field.ts';
import type { ElementKind, ElementRef } from './element.ts';
import type { EntityRow, KindName, Neighbour } from './entity.ts';
import type { FieldCounts } from './field-bounds.ts';
import type { Link } from './link.ts';
import type { Note } from './note.ts';
import type { Grant, Integration } from './oauth.ts';
import type { Pipeline } from './pipeline.ts';
import type { Scope } from './rights.ts';
import type { Tag } from './tag.ts';
import type { Task } from './task.ts';
import type { Attempt, Delivery, Webhook } from './webhook.ts';

/**
 * What the rules need from storage. List in, list out; nothing here decides about rights or defaults.
 * `account` comes first everywhere: it is the unit of isolation and of distribution.
 */
export interface Store {
  /**
   * Runs `work` on one snapshot. A read that names the one `account` that it looks into may be done on a replica, if that has all that
   * the account has written.
   */
  read<T>(work: (tx: ReadTx) => Promise<T>, account?: number): Promise<T>;
  /**
   * Runs `work` in one transaction, undone when it throws. Those that write to one account take turns, from the first call that names it.
   * What was undone for reasons of the database is run again: `work` does nothing else than write.
   */
  write<T>(work: (tx: WriteTx) => Promise<T>): Promise<T>;
  /** What can be read without waiting for anybody; undefined: the database is not in this process. */
  readonly atOnce?: AtOnce | undefined;
  /** Whether it can be read and written now: waits for no turn, and writes nothing. @throws StoreUnfit, or what is wrong with it */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Reads so short that they run where they are asked for. */
export interface AtOnce {
  /** Runs `work` on one snapshot; it reads nothing but by what it is given. */
  read<T>(work: (reads: AtOnceReads) => T): T;
}

export interface AtOnceReads {
  /** Changes whenever anything at all has been committed by somebody: what was read in one state holds as long as that lasts. */
  state(): number;
  /** The documents of undeleted records, in the order of their ids, with a comma between two. Undefined: not all are kept. */
  documents(account: number, kind: KindName, version: number, from: AtOnceFrom): JoinedDocuments | undefined;
}

/** By ids, or a page of all records. */
export type AtOnceFrom = { readonly ids: readonly number[] } | { readonly page: Page };

export interface JoinedDocuments {
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** The database was away, or held by another process, for so long that it was given up; nothing was written. */
export class StoreBusy extends Error {
  override readonly name = 'StoreBusy';
}

/** The connection was lost while a write was being committed: it may have been done or not. */
export class StoreUncertain extends Error {
  override readonly name = 'StoreUncertain';
}

/** No space is left; nothing can be written; what was read makes no sense; reading or writing failed for another reason. */
export type Trouble = 'full' | 'read_only' | 'damaged' | 'failed';

/** What lies below the database let it down; nothing was written. It may go on once that is mended. */
export class StoreFailed extends Error {
  override readonly name = 'StoreFailed';
  readonly trouble: Trouble;

  constructor(trouble: Trouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.trouble = trouble;
  }
}

/** Why it cannot do its work, in a few words that anybody may read. */
export class StoreUnfit extends Error {}

/** The transaction that is under way, as a store: what is written through it is part of that transaction. */
export function storeOf(tx: WriteTx): Store {
  const nothing = async () => undefined;
  return { read: (work) => work(tx), write: (work) => work(tx), check: nothing, close: nothing };
}

export interface ReadTx {
  accounts(): Promise<Account[]>;
  /** The lowest id; undefined: there is no account. */
  firstAccount(): Promise<number | undefined>;
  findAccount(id: number): Promise<Account | undefined>;
  findAccountBySubdomain(subdomain: string): Promise<Account | undefined>;
  settings(account: number): Promise<Settings>;
  /** That of the settings as they are now. */
  settingsVersion(account: number): Promise<number>;
  /** The accounts in which somebody has this (folded) login. */
  accountsOfLogin(login: string): Promise<number[]>;
  findCredentials(account: number, login: string): Promise<Credentials | undefined>;
  /** Deleted ones, which stay, among them. */
  countFieldsEver(account: number): Promise<FieldCounts>;
  /** The users who have one. */
  usersWithPassword(account: number): Promise<number[]>;
  findPasswordLink(account: number, hash: string): Promise<PasswordLink | undefined>;
  findSession(account: number, hash: string): Promise<Session | undefined>;
  findToken(account: number, hash: string): Promise<Token | undefined>;
  /** Those that were last added under this key, over or not. */
  findFailures(account: number, key: string): Promise<Failures | undefined>;
  integrations(): Promise<Integration[]>;
  /** Ids of those that have codes or tokens in the account. */
  integrationsLetIn(account: number): Promise<string[]>;
  findIntegration(id: string): Promise<Integration | undefined>;
  findGrant(account: number, hash: string): Promise<Grant | undefined>;

  /** Those of the ids that exist, deleted or not, in the order of their ids. */
  entities(account: number, kind: KindName, ids: readonly number[]): Promise<EntityRow[]>;
  /** Undeleted records that pass the filter, in the order of their ids. */
  list(account: number, kind: KindName, filter: ListFilter, page: Page): Promise<EntityRow[]>;
  /** Deleted records, in the order of their ids. */
  listDeleted(account: number, kind: KindName, filter: DeletedFilter, page: Page): Promise<EntityRow[]>;
  /** As `list`, or by ids if there are any, but only the ids with the documents of that version, where they are kept. */
  documents(
    account: number,
    kind: KindName,
    version: number,
    from: { readonly ids: readonly number[] } | { readonly filter: ListFilter; readonly page: Page },
  ): Promise<StoredDocument[]>;
  /** How many undeleted records there are. */
  count(account: number, kind: KindName): Promise<number>;
  /** How many of them pass the filter; of a search no more than `atMost` are counted. */
  countList(account: number, kind: KindName, filter: ListFilter, atMost: number): Promise<number>;
  /** The ids of those that pass the filter, in another order; of a search the first `atMost` are put in order. */
  sortedIds(
    account: number,
    kind: KindName,
    filter: ListFilter,
    order: Order,
    page: Page,
    atMost: number,
  ): Promise<number[]>;
  /** The leads of a pipeline that pass the filter, by stage; of a search no more than `atMost` are counted. Stages without any are left out. */
  stageTotals(
    account: number,
    filter: ListFilter & { readonly pipeline: number },
    atMost: number,
  ): Promise<StageTotal[]>;
  /** How many undeleted records that pass the filter were created before the first of these times, from there to the next, …, from the last on. */
  countCreated(account: number, kind: KindName, filter: ListFilter, times: readonly number[]): Promise<number[]>;
  tagsOf(account: number, kind: KindName, ids: readonly number[]): Promise<Owned<Tag>[]>;
  findTags(account: number, kind: KindName, by: TagKeys): Promise<StoredTag[]>;
  /** In the order of their names. */
  listTags(account: number, kind: KindName, filter: TagFilter, page: Page): Promise<Tag[]>;
  /** How many records have each of these tags, deleted or not; those that nobody has are missing. */
  countTagged(account: number, kind: KindName, ids: readonly number[]): Promise<{ id: number; count: number }[]>;
  /** The first records that have any of these tags, deleted or not, in the order of their ids. */
  taggedIds(account: number, kind: KindName, tagIds: readonly number[], limit: number): Promise<number[]>;
  /** Those of the ids that exist, deleted or not. */
  neighbours(account: number, kind: KindName, ids: readonly number[]): Promise<Neighbour[]>;
  /** Links from either side, in the order in which they were made, with those to deleted records. */
  linksOf(account: number, kind: KindName, ids: readonly number[]): Promise<Owned<Neighbour>[]>;

  /** Those of the ids that exist, deleted or not, in the order of their ids. */
  tasks(account: number, ids: readonly number[]): Promise<Task[]>;
  /** Undeleted tasks that pass the filter, in the order of their ids. */
  listTasks(account: number, filter: TaskFilter, page: Page): Promise<Task[]>;
  /** Undeleted tasks that pass the filter, in the order of their `completeTill`. */
  tasksByDue(account: number, filter: DueFilter, descending: boolean, page: Page): Promise<Task[]>;
  /** How many there are; no further than `atMost`. */
  countByDue(account: number, filter: DueFilter, atMost: number): Promise<number>;
  /** Until when the most urgent open task of each of these elements is to be done; those without one are left out. */
  closestTasks(account: number, elements: readonly ElementRef<KindName>[]): Promise<ClosestTask[]>;
  notes(account: number, ids: readonly number[]): Promise<Note[]>;
  /** Notes that pass the filter, in the order of their ids. */
  listNotes(account: number, filter: NoteFilter, page: Page): Promise<Note[]>;
  /** The log from behind this id, or its first `limit` entries; all of it or of one sort or thing. */
  changesAfter(account: number, logId: number, limit: number, of?: ChangesOf): Promise<LoggedChange[]>;
  /** What happened to these things later than a time, or after an entry of the log, the newest first. */
  changesSince(account: number, subject: Subject, ids: readonly number[], since: Moment): Promise<LoggedChange[]>;
  webhooks(account: number): Promise<Webhook[]>;
  accountsWithWebhooks(): Promise<number[]>;
  /** The webhooks that have something to be told at this time. */
  dueWebhooks(account: number, now: number): Promise<number[]>;
  /** The newest deliveries first. */
  deliveries(account: number, filter: DeliveryFilter, limit: number): Promise<Delivery[]>;
  /** How many deliveries are pending; no further than `most`. */
  countPending(account: number, most: number): Promise<number>;
  attemptsOf(account: number, deliveryId: number): Promise<Attempt[]>;
  /** The stages in which there are leads, deleted or not. */
  stagesInUse(account: number): Promise<Stage[]>;
  /** How far an unfinished import has come. */
  findImport(account: number, source: string): Promise<ImportMark | undefined>;
}

export interface WriteTx extends ReadTx {
  /** That many unused ids, ascending. */
  nextIds(account: number, sequence: Sequence, count: number): Promise<number[]>;
  saveEntities(account: number, changes: readonly EntityChange[]): Promise<void>;
  /** Keeps documents until a record changes, or something that they show of its neighbours. */
  saveDocuments(account: number, kind: KindName, version: number, documents: readonly NewDocument[]): Promise<void>;
  addTags(account: number, kind: KindName, tags: readonly StoredTag[]): Promise<void>;
  /** No document of the account holds any more. */
  renameTag(account: number, kind: KindName, tag: StoredTag): Promise<void>;
  /** Nobody has them any more. */
  removeTags(account: number, kind: KindName, ids: readonly number[]): Promise<void>;
  /** Replaces the tags of these records, in this order. */
  setTags(account: number, kind: KindName, sets: readonly TagSet[]): Promise<void>;
  addLinks(account: number, links: readonly Link[]): Promise<void>;
  removeLinks(account: number, links: readonly Link[]): Promise<void>;
  /** Takes deleted records away for good, with their tags and links, with the tasks and notes about them, and with what the log told of all these. */
  purgeEntities(account: number, kind: KindName, ids: readonly number[]): Promise<void>;
  saveTasks(account: number, tasks: readonly Task[]): Promise<void>;
  saveNotes(account: number, notes: readonly Note[]): Promise<void>;
  addChanges(account: number, changes: readonly LoggedChange[]): Promise<void>;
  saveWebhook(account: number, webhook: Webhook): Promise<void>;
  removeWebhook(account: number, id: number): Promise<void>;
  addDeliveries(account: number, deliveries: readonly NewDelivery[]): Promise<void>;
  /**
   * Takes due deliveries of a webhook for the caller alone, until a time: of each thing only the oldest one, so that their order holds.
   * Those that became due first come first.
   */
  claimDeliveries(account: number, webhook: number, now: number, until: number, limit: number): Promise<Delivery[]>;
  saveBody(account: number, deliveryId: number, body: string): Promise<void>;
  /** Ends a claim. */
  saveAttempt(
    account: number,
    delivery: Pick<Delivery, 'id' | 'status' | 'attempts' | 'nextAt'>,
    attempt: Attempt,
  ): Promise<void>;
  /** Has these delivered once more, with the body that they had. */
  redeliver(account: number, ids: readonly number[], now: number): Promise<void>;
  /** Those that are done with and were made before. */
  removeDeliveries(account: number, before: number): Promise<void>;

  addAccount(account: Account): Promise<void>;
  setAllowedIps(account: number, ips: readonly string[] | null): Promise<void>;
  /** The next id of a sequence; without it the first is 1. */
  setCounter(account: number, sequence: Sequence, next: number): Promise<void>;
  addGroups(account: number, groups: readonly Group[]): Promise<void>;
  renameGroup(account: number, group: Group): Promise<void>;
  /** Its users come to the other group. */
  removeGroup(account: number, id: number, other: number): Promise<void>;
  addUser(account: number, user: User, keyHash: string): Promise<void>;
  /** Changes everything about a user but his login and key. */
  setUser(account: number, user: Omit<User, 'login'>): Promise<void>;
  setLogin(account: number, userId: number, from: string, to: string): Promise<void>;
  /** The sessions of the user end, all but that of this hash. */
  setKey(account: number, userId: number, keyHash: string, but?: string): Promise<void>;
  /** As setKey; the user's links by which it is set are used up. */
  setPassword(account: number, userId: number, passwordHash: string, but?: string): Promise<void>;
  /** Takes the place of the user's other links. Those that are over by now go, whosever they are. */
  addPasswordLink(account: number, link: PasswordLink & { readonly hash: string }, now: number): Promise<void>;
  endSessions(account: number, userId: number, but?: string): Promise<void>;
  addFields(account: number, fields: readonly CustomField[]): Promise<void>;
  /** Another name and place of a field, and its options, of which none goes. */
  setField(account: number, field: CustomField): Promise<void>;
  /** Fields that are in the settings no more; what they were called, and the values under them, is kept. */
  removeFields(account: number, ids: readonly number[]): Promise<void>;
  /** Adds them, or puts them in the place of those of the same ids, with all their stages. */
  savePipelines(account: number, pipelines: readonly Pipeline[]): Promise<void>;
  removePipelines(account: number, ids: readonly number[]): Promise<void>;
  addTaskTypes(account: number, types: readonly TaskType[]): Promise<void>;
  addLossReasons(account: number, reasons: readonly LossReason[]): Promise<void>;

  addSession(account: number, session: Session & { hash: string }): Promise<void>;
  extendSession(account: number, hash: string, expiresAt: number): Promise<void>;
  removeSession(account: number, hash: string): Promise<void>;
  removeExpiredSessions(account: number, now: number): Promise<void>;
  addToken(account: number, token: NewToken): Promise<void>;
  /**
   * Counts a failure to sign in, and has those under this key count until another time; those that are over are forgotten. However many
   * processes do so at once, none is lost. @returns how many count now
   */
  addFailure(account: number, key: string, now: number, until: number): Promise<number>;
  removeFailures(account: number, key: string): Promise<void>;
  removeExpiredFailures(account: number, now: number): Promise<void>;

  addIntegration(integration: Integration): Promise<void>;
  setSecret(integrationId: string, secretHash: string): Promise<void>;
  /** Its grants and tokens have to be removed before, in every account. */
  removeIntegration(id: string): Promise<void>;
  addGrant(account: number, grant: Grant & { readonly hash: string }): Promise<void>;
  useGrant(account: number, hash: string, now: number): Promise<void>;
  /** Grants, and the tokens that came of grants. */
  removeExpiredGrants(account: number, now: number): Promise<void>;
  /** All grants and tokens that came of one approval. */
  removeFamily(account: number, family: string): Promise<void>;
  /** All grants and tokens of an integration. */
  removeGrantsOf(account: number, integrationId: string): Promise<void>;

  /**
   * Marks an import as done up to another place, in the transaction that writes what lies between; `from` undefined: it begins.
   * @returns false, and nothing is changed, when it is not at `from`: somebody else is at the same import
   */
  moveImport(account: number, source: string, from: number | undefined, to: ImportMark): Promise<boolean>;
  removeImport(account: number, source: string): Promise<void>;
}

/** Ids of each sequence count up in their account; contacts and companies share one. */
export type Sequence =
  | 'contact'
  | 'lead'
  | 'customer'
  | 'tag'
  | 'link'
  | 'user'
  | 'field'
  | 'enum'
  | 'pipeline'
  | 'status'
  | 'task'
  | 'note'
  | 'change'
  | 'loss_reason'
  | 'webhook'
  | 'delivery';

export interface ListFilter {
  /** Ids of responsible users; each list narrows the one before. */
  readonly responsible: readonly (readonly number[])[];
  /** Any of these (folded) texts occurs in the record's search text. */
  readonly terms?: readonly string[] | undefined;
  /** Unix seconds: updated later than. */
  readonly updatedAfter?: number | undefined;
  readonly created?: Range | undefined;
  readonly updated?: Range | undefined;
  /** In this pipeline. */
  readonly pipeline?: number | undefined;
  /** In one of these stages. */
  readonly statuses?: readonly number[] | undefined;
  /** In none of these. */
  readonly notStatuses?: readonly number[] | undefined;
  readonly nextDate?: Range | undefined;
  /** With an open task, or without one. */
  readonly hasOpenTask?: boolean | undefined;
  /** With any of these tags; one that is not there is nobody's. */
  readonly tags?: TagKeys | undefined;
  /** In each of these fields one of these values, as it is stored. */
  readonly values?: readonly FieldFilter[] | undefined;
}

export interface FieldFilter {
  readonly fieldId: number;
  readonly anyOf: readonly StoredValue[];
  /** The field holds no other value beside it. */
  readonly isAlone: boolean;
}

export interface DeletedFilter {
  readonly responsible: Scope;
  readonly ids?: readonly number[] | undefined;
}

/** Which elements somebody may see; `alone` are the users whose tasks without an element he sees. */
export interface Visible {
  readonly kinds: Readonly<Record<KindName, Scope>>;
  readonly alone: Scope;
}

export interface TaskFilter {
  readonly visible: Visible;
  readonly ids?: readonly number[] | undefined;
  readonly elementKind?: KindName | undefined;
  readonly elementIds?: readonly number[] | undefined;
  readonly responsible?: readonly number[] | undefined;
  readonly createdBy?: readonly number[] | undefined;
  readonly types?: readonly number[] | undefined;
  readonly isCompleted?: boolean | undefined;
  readonly created?: Range | undefined;
  readonly updated?: Range | undefined;
  readonly updatedAfter?: number | undefined;
  /** About leads in one of these stages. */
  readonly stages?: readonly { readonly pipelineId: number; readonly statusId: number }[] | undefined;
}

/** Open tasks or completed ones, to be done in a time. */
export interface DueFilter extends TaskFilter {
  readonly isCompleted: boolean;
  readonly due?: Range | undefined;
}

export interface NoteFilter {
  readonly visible: Visible;
  readonly elementKind: ElementKind;
  readonly ids?: readonly number[] | undefined;
  readonly elementIds?: readonly number[] | undefined;
  readonly types?: readonly number[] | undefined;
  readonly updatedAfter?: number | undefined;
}

export interface ClosestTask {
  readonly element: ElementRef<KindName>;
  /** Unix seconds. */
  readonly completeTill: number;
}

/** Unix seconds, of which what was written in that second is part; or an entry of the change log. */
export type Moment = { readonly at: number } | { readonly logId: number };

export type NewDelivery = Omit<Delivery, 'id' | 'status' | 'attempts' | 'nextAt' | 'body'>;

export interface DeliveryFilter {
  readonly ids?: readonly number[] | undefined;
  readonly webhook?: number | undefined;
  /** Of lower ids. */
  readonly before?: number | undefined;
  readonly status?: Delivery['status'] | undefined;
}

export interface ChangesOf {
  readonly subject: Subject;
  readonly id?: number | undefined;
}

/** A record's JSON as bytes; null if it is not kept. */
export interface StoredDocument {
  readonly id: number;
  readonly document: Uint8Array | null;
}

export interface NewDocument {
  readonly id: number;
  readonly document: string;
}

/** Unix seconds, both ends included. */
export interface Range {
  readonly from: number;
  readonly to?: number | undefined;
}

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** Of records that changed in the same second the higher id is the later one. */
export interface Order {
  readonly by: 'id' | 'updated';
  readonly descending: boolean;
}

/** How far into its file an import has come. */
export interface ImportMark {
  /** Bytes. */
  readonly place: number;
  /** What else the importer wants to remember. */
  readonly state: string;
}

/** Where in the pipelines a lead can be. */
export interface Stage {
  readonly pipelineId: number;
  readonly statusId: number | null;
}

export interface StageTotal {
  readonly statusId: number;
  readonly count: number;
  /** Of their budgets. */
  readonly sum: number;
}

/** A thing with the id of the record that it belongs to. */
export type Owned<T> = T & { readonly ownerId: number };

export function groupByOwner<T>(owned: readonly Owned<T>[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of owned) {
    const list = groups.get(item.ownerId);
    if (list) list.push(item);
    else groups.set(item.ownerId, [item]);
  }
  return groups;
}

export interface TagFilter {
  /** What occurs in the folded name. */
  readonly folded: string;
  /** Whose undeleted records have it; `all`: also those that no record has. */
  readonly scope: Scope;
}

export interface TagKeys {
  readonly ids: readonly number[];
  readonly folded: readonly string[];
}

export interface StoredTag extends Tag {
  /** tag.ts, foldTagName */
  readonly folded: string;
}

export interface TagSet {
  readonly ownerId: number;
  readonly tagIds: readonly number[];
}

/** A record as it is to be; `before` is null for a new one. */
export interface EntityChange {
  readonly before: EntityRow | null;
  readonly after: EntityRow;
  /** text.ts, searchText; undefined: as it was */
  readonly search?: string | undefined;
}

export interface TaskChange {
  readonly before: Task | null;
  readonly after: Task;
}

export interface NoteChange {
  readonly before: Note | null;
  readonly after: Note;
}

export interface Credentials {
  readonly userId: number;
  readonly keyHash: string;
  /** null: he has none. */
  readonly passwordHash: string | null;
}

/** Sets a user's password, once. */
export interface PasswordLink {
  readonly userId: number;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** Times are unix seconds. */
export interface Session {
  readonly userId: number;
  readonly expiresAt: number;
}

/** Failures to sign in, one after the other. */
export interface Failures {
  readonly count: number;
  /** They count before it. */
  readonly until: number;
}

export interface Token {
  readonly userId: number;
  /** null: long-lived */
  readonly expiresAt: number | null;
}

export interface NewToken {
  readonly hash: string;
  readonly userId: number;
  readonly createdAt: number;
  /** What a grant was exchanged for; without it the token is long-lived. */
  readonly issued?: Pick<Grant, 'integrationId' | 'family' | 'expiresAt'>;
}
