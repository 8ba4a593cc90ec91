import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { documentAccount, documentAccountId, documentUserId } from '../../seed/document.ts';
import { openPlace } from '../../src/cli/place.ts';
import type { Place } from '../../src/config.ts';
import { hashKey, hashToken } from '../../src/http/keys.ts';
import { acmeAdministrator, addAcme, addUser } from '../support/accounts.ts';
import { endProcess, type ServerProcess, startProcess } from '../support/process.ts';
import { administrator, key, login, type Reply, request, testToken } from '../support/server.ts';
import type { Passes } from './draw.ts';
import type { Secrets } from './judge.ts';
import type { Probed } from './probe.ts';
import type { Known } from './sample.ts';

export const kindPaths = ['companies', 'contacts', 'leads', 'customers'] as const;

/** A running `kontora serve` with two accounts, one of which is fuzzed. */
export interface World {
  readonly server: ServerProcess;
  readonly secrets: Secrets;
  /** Empties the fuzzed account and fills it anew. Gives what there is now. */
  tidy(): Promise<{ known: Omit<Known, 'time'>; passes: Passes }>;
  /** Everything of the other account that its administrator can read. */
  others(): Promise<string>;
  /** What the probe has written since it was asked last. */
  probed(): readonly Probed[];
  /** Bytes that the server holds when it has collected its garbage. */
  memory(): Promise<number>;
  /** What the server has said about errors, or its end. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

const restrictedToken = `${documentAccountId.toString(36)}.${'1'.repeat(40)}`;
const client = { id: 'fuzz', secret: 'secret of fuzz', redirectUri: 'https://fuzz.example/callback' };
const fieldTypes = [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 13, 14, 15, 17];
const recordsOfKind = 12;

/** @param folder for what the probe writes */
export async function startWorld(place: Place, folder: string): Promise<World> {
  const scapegoat = await fill(place);
  const file = join(folder, 'probe.ndjson');
  const probe = fileURLToPath(new URL('./probe.ts', import.meta.url));
  const server = await startProcess('folder' in place ? place.folder : place.url, {
    NODE_OPTIONS: `--import ${probe}`,
    KONTORA_FUZZ_PROBE: file,
    // Of what node's parser says nothing, this is what brings an answer.
    KONTORA_LIMIT_HEAD_SECONDS: '5',
  });
  const { child, address } = server;
  const complaints: string[] = [];
  const complain = (bytes: Buffer) => {
    if (/"level":[56]0|warning|error|failed/i.test(String(bytes))) complaints.push(String(bytes).slice(0, 2000));
  };
  child.stdout!.on('data', complain);
  child.stderr!.on('data', complain);
  const ended = () => complaints.push('the server ended');
  child.on('exit', ended);

  const foreign = `foreign-${randomBytes(6).toString('hex')}`;
  const denied = `denied-${randomBytes(6).toString('hex')}`;
  const own = `own-${randomBytes(6).toString('hex')}`;
  await fillForeign(address, foreign);
  let read = 0;
  const probed = (): Probed[] => {
    const text = readFileSync(file, 'utf8');
    const lines = text.slice(read, text.lastIndexOf('\n') + 1);
    read += lines.length;
    return lines
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };
  return {
    server,
    complaints,
    probed,
    secrets: { administrator: [foreign], restricted: [foreign, denied], nobody: [foreign, denied, own] },
    others: () => readAll(address, { USER_LOGIN: acmeAdministrator.login, USER_HASH: acmeAdministrator.key }),
    async tidy() {
      await empty(address, own);
      const passes = await signIn(address);
      return { known: { ...(await refill(address, own, denied)), scapegoat, client }, passes };
    },
    async memory() {
      probed();
      child.kill('SIGUSR2');
      for (;;) {
        await sleep(200);
        const told = probed().find((line) => 'rss' in line);
        if (told) return told.rss;
        if (child.exitCode !== null) return 0;
      }
    },
    async close() {
      child.off('exit', ended);
      if (child.exitCode === null && child.signalCode === null) await endProcess(server);
    },
  };
}

/** The accounts and users, by the store itself. Gives the user whose login may be locked out. */
async function fill(place: Place): Promise<Known['scapegoat']> {
  const store = await openPlace(place);
  await documentAccount(store, administrator);
  await addAcme(store);
  // Seldom what others may not see, and often enough.
  const rights = { lead_view: 'D', company_view: 'M', contact_delete: 'D', customer_edit: 'M' } as const;
  const restricted = await addUser(store, 'restricted', rights);
  const scapegoat = await addUser(store, 'scapegoat', rights);
  const { id, secret, redirectUri } = client;
  await store.write(async (tx) => {
    const tokens = [
      [testToken, documentUserId],
      [restrictedToken, restricted.id],
    ] as const;
    for (const [token, userId] of tokens) {
      await tx.addToken(documentAccountId, { hash: hashToken(token), userId, createdAt: 0 });
    }
    await tx.addIntegration({ id, name: id, secretHash: hashKey(secret), createdAt: 0, ownerId: null, redirectUri });
  });
  await store.close();
  return scapegoat;
}

async function post(address: string, path: string, body: unknown, query: Record<string, string> = {}): Promise<Reply> {
  const headers: Record<string, string> = query['USER_LOGIN'] ? {} : { Authorization: `Bearer ${testToken}` };
  const reply = await request('POST', `${address}${path}?${new URLSearchParams(query)}`, body, headers);
  assert.equal(reply.status, 200, `${path} ${JSON.stringify(body)?.slice(0, 200)} ${reply.text}`);
  return reply;
}

function get(address: string, path: string): Promise<Reply> {
  return request('GET', address + path, undefined, { Authorization: `Bearer ${testToken}` });
}

/** Records, fields, a pipeline, tasks and notes whose every text holds the word. */
async function fillForeign(address: string, word: string): Promise<void> {
  const as = { USER_LOGIN: acmeAdministrator.login, USER_HASH: acmeAdministrator.key };
  const send = (path: string, body: unknown) => post(address, path, body, as);
  const field = { name: word, field_type: 1, element_type: 3, origin: word };
  const fields = await send('/api/v2/fields', { add: [field] });
  const custom_fields = [{ id: fields.json._embedded.items[0].id, values: [{ value: word }] }];
  for (const kind of kindPaths) {
    const own = kind === 'companies' ? { custom_fields } : {};
    await send(`/api/v2/${kind}`, { add: Array.from({ length: 20 }, () => ({ name: word, tags: word, ...own })) });
  }
  await send('/api/v2/tasks', { add: [{ text: word }] });
  const { json } = await request('GET', `${address}/api/v2/companies?${new URLSearchParams(as)}`);
  const element = { element_id: json._embedded.items[0].id, element_type: 3 };
  await send('/api/v2/notes', { add: [{ ...element, note_type: 4, text: word }] });
  await send('/private/api/v2/json/pipelines/set', { request: { pipelines: { add: [{ name: word }] } } });
}

async function readAll(address: string, as: Record<string, string>): Promise<string> {
  const lists = [...kindPaths, 'tasks', 'pipelines', 'webhooks', 'notes?type=company', 'notes?type=lead'];
  const texts = [];
  for (const list of lists) {
    const url = `${address}/api/v2/${list}${list.includes('?') ? '&' : '?'}${new URLSearchParams(as)}`;
    texts.push((await request('GET', url)).text.replaceAll(/"server_time":\d+/g, ''));
  }
  return texts.join('\n');
}

/** Removes what the administrator of the fuzzed account can remove, but for the fields of the office: an account may have so many ever. */
async function empty(address: string, word: string): Promise<void> {
  const idsOf = async (path: string): Promise<number[]> => {
    const reply = await get(address, path);
    assert.ok(reply.status === 200 || reply.status === 204, `${path} ${reply.text}`);
    if (reply.status === 204) return [];
    return (reply.json.items ?? reply.json._embedded.items).map(({ id }: { id: number }) => id);
  };
  const each = async (path: string, remove: (ids: number[]) => Promise<unknown>) => {
    for (let ids = await idsOf(path); ids.length > 0; ids = await idsOf(path)) await remove(ids);
  };
  await each('/api/v2/tasks?limit_rows=500', (ids) =>
    post(address, '/ajax/v1/multiactions/set', {
      request: {
        multiactions: { add: [{ entity_type: 4, multiaction_type: 4, data: { data: { ACTION: 'DELETE' } }, ids }] },
      },
    }),
  );
  for (const kind of kindPaths) {
    await each(`/api/v2/${kind}?limit_rows=500`, (ids) =>
      kind === 'customers'
        ? post(address, '/api/v2/customers', { delete: ids })
        : post(address, `/ajax/${kind}/multiple/delete`, { ID: ids }),
    );
    await each(`/api/kontora/bin?entity=${kind}&limit_rows=500`, (ids) =>
      post(address, '/api/kontora/bin/purge', { [kind]: ids }),
    );
  }
  const hooks = await get(address, '/api/v2/webhooks');
  const unsubscribe =
    hooks.status === 204 ? [] : hooks.json._embedded.items.map(({ url }: { url: string }) => ({ url }));
  if (unsubscribe.length > 0) await post(address, '/api/v2/webhooks/unsubscribe', { unsubscribe });
  const account = (await get(address, '/api/v2/account?with=custom_fields,pipelines')).json._embedded;
  const fields = kindPaths.flatMap((kind) => Object.values(account.custom_fields[kind]) as Field[]);
  const isMade = ({ is_system, name }: Field) => !is_system && !name.startsWith(word);
  const made = [...new Set(fields.filter(isMade).map(({ id }) => id))];
  for (let start = 0; start < made.length; start += 500) {
    const some = made.slice(start, start + 500);
    await post(address, '/api/v2/fields', { delete: some.map((id) => ({ id, origin: 'fuzz' })) });
  }
  const pipelines = Object.values(account.pipelines) as { id: number; is_main: boolean }[];
  const id = pipelines.filter(({ is_main }) => !is_main).map((pipeline) => pipeline.id);
  if (id.length > 0) await post(address, '/private/api/v2/json/pipelines/delete', { request: { id } });
}

interface Field {
  readonly id: number;
  readonly name: string;
  readonly is_system: boolean;
  readonly enums?: Readonly<Record<string, string>>;
}

/** A small office. Only leads hold the word that the restricted user may not read. */
async function refill(
  address: string,
  word: string,
  denied: string,
): Promise<Omit<Known, 'time' | 'scapegoat' | 'client'>> {
  const add = async (path: string, items: readonly object[]): Promise<number[]> => {
    const reply = await post(address, `/api/v2/${path}`, { add: items });
    return reply.json._embedded.items.map(({ id }: { id: number }) => id);
  };
  const many = (make: (index: number) => object) => Array.from({ length: recordsOfKind }, (_, index) => make(index));
  const options = { origin: 'fuzz', enums: ['красный', 'белый'] };
  const left = (await get(address, '/api/v2/account?with=custom_fields')).json._embedded.custom_fields;
  const names = new Set(kindPaths.flatMap((kind) => (Object.values(left[kind]) as Field[]).map(({ name }) => name)));
  const defined = [3, 1, 2, 12].flatMap((element_type) =>
    fieldTypes.map((field_type) => ({
      ...{ ...options, field_type, element_type },
      name: `${word} ${element_type}/${field_type}`,
    })),
  );
  const missing = defined.filter(({ name }) => !names.has(name));
  if (missing.length > 0) await add('fields', missing);
  const account = (await get(address, '/api/v2/account?with=users,custom_fields,pipelines')).json._embedded;
  const fields = kindPaths.flatMap((kind) => Object.values(account.custom_fields[kind]) as Field[]);
  const pipelines = Object.values(account.pipelines) as { id: number; statuses: Record<string, unknown> }[];
  const users = Object.values(account.users as Record<string, { id: number }>).map(({ id }) => id);
  const responsible = (index: number) => ({ responsible_user_id: users[index % users.length] });
  const companies = await add(
    'companies',
    many((index) => ({ ...responsible(index), name: `ООО ${word}`, tags: 'аренда' })),
  );
  const company = (index: number) => ({ company_id: companies[index] });
  const contacts = await add(
    'contacts',
    many((index) => ({ ...responsible(index), ...company(index), name: `Анна ${word}` })),
  );
  const leads = await add(
    'leads',
    many((index) => ({ ...company(index), name: denied, sale: 5 })),
  );
  const customers = await add(
    'customers',
    many((index) => ({ ...responsible(index), name: word, next_price: 7 })),
  );
  const element = (index: number) => ({ element_id: companies[index], element_type: 3, text: `Позвонить ${word}` });
  const tasks = await add('tasks', many(element));
  const notes = await add(
    'notes',
    many((index) => ({ ...element(index), note_type: 4 })),
  );
  return {
    ...{ companies, contacts, leads, customers, tasks, notes, users },
    fields: fields.map(({ id }) => id),
    enums: fields.flatMap(({ enums }) => Object.keys(enums ?? {}).map(Number)),
    pipelines: pipelines.map(({ id }) => id),
    statuses: pipelines.flatMap(({ statuses }) => Object.keys(statuses).map(Number)),
  };
}

/** Cookies are given anew each time: sessions end. */
async function signIn(address: string): Promise<Passes> {
  const passes = async (login: string, key: string, token: string) => {
    const query = new URLSearchParams({ USER_LOGIN: login, USER_HASH: key }).toString();
    const reply = await request('POST', `${address}/private/api/auth.php`, query);
    const cookie = reply.headers.getSetCookie()[0]!.split(';')[0]!;
    return [{ line: `Authorization: Bearer ${token}` }, { line: `Cookie: ${cookie}` }, { query }];
  };
  const wrong = [
    {},
    { query: 'USER_LOGIN=scapegoat%40example.com&USER_HASH=wrong' },
    { line: `Authorization: Bearer ${documentAccountId.toString(36)}.0` },
    { line: 'Cookie: session_id=851e3.0' },
  ];
  return {
    administrator: await passes(login, key, testToken),
    restricted: await passes('restricted@example.com', 'restricted-key', restrictedToken),
    nobody: wrong,
  };
}
