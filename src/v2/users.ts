import type { User } from '../crm/account.ts';
import { type Level, type Rights, requireAdministrator, rightKeys } from '../crm/rights.ts';
import {
  addGroup,
  addUser,
  administrate,
  changeUser,
  countUsers,
  getUser,
  levelsOf,
  maxLogin,
  removeGroup,
  renameGroup,
  type UserDraft,
} from '../crm/users.ts';
import { hashKey, hashToken, newKey } from '../http/keys.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import { findSessionId } from '../http/session.ts';
import type { Item } from './batch-items.ts';
import type { Wire } from './entities.ts';
import { profileOf, WireError } from './errors.ts';
import { jsonAnswer } from './hal.ts';
import { isBlank, isObject, Problems, readCount, readFlag, readId, readText } from './input.ts';
import type {
  ApiKeyJson,
  DeletedGroupJson,
  GroupsJson,
  ManagedUserJson,
  SavedGroupJson,
  SavedUserJson,
  UsersJson,
} from './wire.ts';

// What administrators do with users and groups. amoCRM has no such calls in v2; docs/api/users.md tells about ours.

/** GET /api/kontora/users */
export async function getUsers({ store, profile }: Wire, { actor }: SignedRequest): Promise<Answer> {
  requireAdministrator(actor);
  const { id } = actor.account;
  const having = new Set(await store.read((tx) => tx.usersWithPassword(id), id));
  const users = [...actor.settings.users.values()];
  const body: UsersJson = { users: users.map((user) => ({ ...presentUser(user), has_password: having.has(user.id) })) };
  return jsonAnswer(200, body, profileOf(actor.account, profile));
}

/** POST /api/kontora/users/add with `{login, name, …}`, and update with `{id, …}`, which changes what is named. */
export async function postUser(wire: Wire, request: SignedRequest, how: 'add' | 'update'): Promise<Answer> {
  const { actor } = request;
  const { account } = actor;
  requireAdministrator(actor);
  const problems = new Problems(wire.limits);
  const item = await readItem(request);
  const draft = readDraft(item, problems);
  const id = how === 'update' ? needId(item, problems) : 0;
  problems.throwAny();
  const key = how === 'add' ? newKey() : undefined;
  const user = await administrate(wire.store, actor, (tx, settings) =>
    key === undefined
      ? changeUser(tx, account, settings, id, draft, actor.user.id)
      : addUser(tx, account, settings, draft, hashKey(key)),
  );
  const body: SavedUserJson = { user: presentUser(user), ...(key !== undefined && { api_key: key }) };
  return secretAnswer(wire, request, body);
}

/** POST /api/kontora/users/key with `{id}`: a new API key; the old one ends, and the user's sessions but the one that asks. */
export async function postKey(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  requireAdministrator(actor);
  const problems = new Problems(wire.limits);
  const id = needId(await readItem(request), problems);
  problems.throwAny();
  const key = newKey();
  const session = findSessionId(request);
  await administrate(wire.store, actor, (tx, settings) =>
    tx.setKey(actor.account.id, getUser(settings, id).id, hashKey(key), session && hashToken(session)),
  );
  return secretAnswer(wire, request, { api_key: key } satisfies ApiKeyJson);
}

/** GET /api/kontora/groups */
export async function getGroups({ profile }: Wire, { actor }: SignedRequest): Promise<Answer> {
  requireAdministrator(actor);
  const { settings } = actor;
  const groups = [...settings.groups.values()].map(({ id, name }) => ({ id, name, users: countUsers(settings, id) }));
  return jsonAnswer(200, { groups } satisfies GroupsJson, profileOf(actor.account, profile));
}

/** POST /api/kontora/groups/add with `{name}`, and update with `{id, name}`. */
export async function postGroup(wire: Wire, request: SignedRequest, how: 'add' | 'update'): Promise<Answer> {
  const { actor } = request;
  const { account } = actor;
  requireAdministrator(actor);
  const problems = new Problems(wire.limits);
  const item = await readItem(request);
  const name = readText(item['name'], 'name', problems, wire.limits.name) ?? '';
  const id = how === 'update' ? needGroupId(item, problems) : 0;
  problems.throwAny();
  const group = await administrate(wire.store, actor, (tx, settings) =>
    how === 'add' ? addGroup(tx, account, settings, name) : renameGroup(tx, account, settings, { id, name }),
  );
  return jsonAnswer(200, { group } satisfies SavedGroupJson, profileOf(account, wire.profile));
}

/** POST /api/kontora/groups/delete with `{id}`: its users come to group 0. */
export async function postGroupDeletion(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  const { account } = actor;
  requireAdministrator(actor);
  const problems = new Problems(wire.limits);
  const id = needGroupId(await readItem(request), problems);
  problems.throwAny();
  const moved = await administrate(wire.store, actor, (tx, settings) => removeGroup(tx, account, settings, id));
  return jsonAnswer(200, { id, moved } satisfies DeletedGroupJson, profileOf(account, wire.profile));
}

/** Nobody keeps what is told once. */
export function secretAnswer(wire: Wire, { actor }: SignedRequest, body: object): Answer {
  const answer = jsonAnswer(200, body, profileOf(actor.account, wire.profile));
  return { ...answer, headers: { ...answer.headers, 'Cache-Control': 'no-store' } };
}

export async function readItem(request: SignedRequest): Promise<Item> {
  const body = await request.readBody();
  if (!isObject(body)) throw new WireError(400, 400, 'Тело запроса — не объект');
  return body;
}

export function needId(item: Item, problems: Problems): number {
  const id = readId(item['id'], 'id', problems);
  if (id === undefined && problems.text() === undefined) problems.add('id', 'не указан');
  return id ?? 0;
}

/** 0 is a group, too. */
function needGroupId(item: Item, problems: Problems): number {
  if (isBlank(item['id'])) problems.add('id', 'не указан');
  return readCount(item['id'], 'id', problems) ?? 0;
}

function readDraft(item: Item, problems: Problems): UserDraft {
  const text = (key: string, most = problems.limits.name) => readText(item[key], key, problems, most);
  return {
    login: text('login', maxLogin),
    name: text('name'),
    lastName: text('last_name')?.trim(),
    phone: text('phone_number')?.trim(),
    groupId: readCount(item['group_id'], 'group_id', problems),
    language: readLanguage(item['language'], problems),
    isAdmin: readFlag(item['is_admin'], 'is_admin', problems),
    isActive: readFlag(item['is_active'], 'is_active', problems),
    rights: readRights(item['rights'], problems),
  };
}

function readLanguage(value: unknown, problems: Problems): User['language'] | undefined {
  if (isBlank(value)) return undefined;
  return value === 'ru' || value === 'en' ? value : problems.add('language', 'ожидается ru или en');
}

function readRights(value: unknown, problems: Problems): Rights | undefined {
  if (isBlank(value)) return undefined;
  if (!isObject(value)) return problems.add('rights', 'ожидается объект');
  const rights: Record<string, Level> = {};
  for (const [key, given] of Object.entries(value)) {
    const levels = levelsOf(key);
    const level = levels?.find((one) => one === given);
    if (level !== undefined) rights[key] = level;
    else if (levels === undefined) problems.add(`rights/${key.slice(0, 50)}`, 'такого права нет');
    else problems.add(`rights/${key}`, `ожидается ${levels.join(', ')}`);
  }
  return rights;
}

function presentUser({
  id,
  login,
  name,
  lastName,
  phone,
  language,
  groupId,
  isActive,
  isAdmin,
  rights,
}: User): ManagedUserJson {
  return {
    id,
    login,
    name,
    last_name: lastName,
    phone_number: phone,
    language,
    group_id: groupId,
    is_active: isActive,
    is_admin: isAdmin,
    rights: Object.fromEntries(rightKeys.map((key) => [key, rights[key] ?? 'A'])),
  };
}
