import type { Compound, Part } from '../crm/custom-field.ts';
import { elementTypeOf, findElementKind } from '../crm/kinds.ts';
import { isEditable, type Note, type NoteDraft, readNotes, saveNotes } from '../crm/note.ts';
import type { NoteFilter } from '../crm/store.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import { type BatchResource, type Item, readItemLists, readUpdateId, savedItems } from './batch-items.ts';
import { presentingOf, type Wire } from './entities.ts';
import { profileOf, WireError } from './errors.ts';
import { halAnswer, hrefTo, nothingFound, selfLink } from './hal.ts';
import { idsInQuery, isObject, Problems, readCount, readId, readText, readTime, toList } from './input.ts';
import { readPage } from './list-query.ts';
import { parseModifiedSince } from './modified-since.ts';
import type { Presenting } from './present-entity.ts';
import type { NoteJson } from './wire.ts';

const resource: BatchResource = {
  path: 'notes',
  codes: { empty: 222, add: 218, update: 224, id: 225 },
  notFound: 'Note not found',
};
/** doc: errors */
const noType = 221;
const wrongElement = 232;
const maxParams = 50;

/** GET /api/v2/notes: 200 with the items, 204 when there are none; `type` is required. doc: notes; source: reference §12.2 */
export async function getNotes(wire: Wire, request: SignedRequest): Promise<Answer> {
  const how = presentingOf(wire, request.actor);
  const filter = readFilter(wire, request);
  const notes = await readNotes(wire.store, request.actor, filter, readPage(request.query, filter.ids));
  if (notes.length === 0) return nothingFound;
  const items = notes.map((note) => presentNote(note, how));
  return halAnswer(200, { _links: selfLink(request.url), _embedded: { items } }, how.profile);
}

/** POST /api/v2/notes: 200 with an item for each note written and an error for each update refused. */
export async function postNotes(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  const lists = readItemLists(resource, await request.readBody(), wire.limits);
  const problems = new Problems(wire.limits);
  const add = lists.add.map((item, index) => ({
    ...readDraft(item, `add/${index}`, problems),
    element: readElement(item, `add/${index}`, problems),
  }));
  const update = lists.update.map((item, index) => {
    const id = readUpdateId(resource, item, `update/${index}`, problems);
    return { ...readDraft(item, `update/${index}`, problems), id };
  });
  problems.throwAny();
  const outcomes = await saveNotes(wire.store, actor, { add, update }, request.now);
  const profile = profileOf(actor.account, wire.profile);
  return halAnswer(200, savedItems(resource, lists, outcomes, profile), profile);
}

function readFilter({ limits }: Wire, { query, headers }: SignedRequest): Omit<NoteFilter, 'visible'> {
  const elementKind = findElementKind(query['type']);
  if (elementKind === undefined) {
    throw new WireError(400, noType, 'Нужен параметр type: contact, lead, company, customer или task');
  }
  const ids = idsInQuery(query['id'], limits);
  if (ids) return { elementKind, ids };
  return {
    elementKind,
    elementIds: idsInQuery(query['element_id'], limits),
    types: idsInQuery(query['note_type'], limits),
    updatedAfter: parseModifiedSince(headers['if-modified-since']),
  };
}

function readDraft(item: Item, path: string, problems: Problems): NoteDraft {
  const text = readText(item['text'], `${path}/text`, problems);
  return {
    path,
    noteType: readId(item['note_type'], `${path}/note_type`, problems),
    text,
    params: readParams(item['params'], `${path}/params`, problems) ?? (text ? { text } : undefined),
    responsibleUserId: readId(item['responsible_user_id'], `${path}/responsible_user_id`, problems),
    createdBy: readCount(item['created_by'], `${path}/created_by`, problems),
    createdAt: readTime(item['created_at'], `${path}/created_at`, problems),
    updatedAt: readTime(item['updated_at'], `${path}/updated_at`, problems),
  };
}

/** Flat: texts, numbers and flags by key. */
function readParams(value: unknown, path: string, problems: Problems): Compound | undefined {
  if (toList(value)?.length === 0) return undefined;
  if (!isObject(value)) return problems.add(path, 'ожидается объект');
  const entries = Object.entries(value);
  if (entries.length > maxParams) return problems.add(path, `не больше ${maxParams} ключей`);
  const read = entries.flatMap(([key, part]): [string, Part][] => {
    if (key === '__proto__') return [];
    const known = readText(key, path, problems, 100);
    if (part === null || typeof part === 'boolean') return known === undefined ? [] : [[known, part]];
    const text =
      typeof part === 'number' && Number.isFinite(part)
        ? part
        : readText(part, `${path}/${key.slice(0, 100)}`, problems);
    return known === undefined || text === undefined ? [] : [[known, text]];
  });
  return Object.fromEntries(read);
}

function readElement(item: Item, path: string, problems: Problems): NoteDraft['element'] {
  const id = readId(item['element_id'], `${path}/element_id`, problems);
  const kind = findElementKind(item['element_type']);
  if (id === undefined || kind === undefined) {
    throw new WireError(400, wrongElement, `Нужны element_id и element_type 1, 2, 3, 4 или 12 (${path})`);
  }
  return { kind, id };
}

/** Text or params, as the type has it. doc: notes, answer; source: reference §12.2 */
export function presentNote(note: Note, { account, groupOfUser }: Presenting): NoteJson {
  return {
    id: note.id,
    responsible_user_id: note.responsibleUserId,
    created_by: note.createdBy,
    created_at: note.createdAt,
    updated_at: note.updatedAt,
    account_id: account.id,
    group_id: groupOfUser(note.responsibleUserId),
    is_editable: isEditable(note),
    element_id: note.element.id,
    element_type: elementTypeOf(note.element.kind),
    attachment: '',
    note_type: note.noteType,
    ...(note.params ? { params: note.params } : { text: note.text ?? '' }),
    _links: selfLink(`${hrefTo(resource.path, [note.id])}&type=${note.element.kind}`),
  };
}
