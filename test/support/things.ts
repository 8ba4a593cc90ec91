import assert from 'node:assert/strict';
import { aField } from '../store/builders.ts';
import { acme, acmeAdministrator } from './accounts.ts';
import { anything, elementTypes, openOperations, operations, type Probe, probesOf, type Things } from './probes.ts';
import { kindPaths, listing } from './refusals.ts';
import { key, type Reply, type TestServer } from './server.ts';

// Accounts with one of everything, and requests that name these things.

export type Headers = Readonly<Record<string, string>>;
export const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
export const send = (server: TestServer, { operation, url, body }: Probe, headers: Headers): Promise<Reply> =>
  operation.method === 'GET' ? server.get(url, { ...headers }, null) : server.post(url, body, { ...headers }, null);

export async function post(server: TestServer, path: string, body: unknown, headers: Headers): Promise<Reply> {
  const reply = await server.post(path, body, { ...headers }, null);
  assert.equal(reply.status, 200, reply.text);
  return reply;
}

const firstId = (reply: Reply): number => reply.json._embedded.items[0].id;

/** Everything that they can read, the log of all changes and the bin among it. */
export async function stateOf(server: TestServer, headers: Headers): Promise<string> {
  const paths = ['changes', ...kindPaths.map((path) => `bin?entity=${path}`)].map((path) => `/api/kontora/${path}`);
  const own = [...paths, '/api/v2/webhooks', '/api/v2/pipelines'].map(
    async (path) => (await server.get(path, { ...headers }, null)).text,
  );
  return [await listing(server, { ...headers }), ...(await Promise.all(own))].join('\n');
}

/** One of everything, made by whoever sends these headers; `word` is in every text. */
export async function makeThings(
  server: TestServer,
  headers: Headers,
  userId: number,
  word: string,
  settings: Partial<Things> = {},
): Promise<Things> {
  const things: Record<string, number | string> = { ...settings, user: userId, words: word };
  for (const path of kindPaths) {
    const texts = { name: `${word} ${path}`, tags: `${word} ${path}, ${word}` };
    const filled = settings.field && [{ id: settings.field, values: [{ value: settings.enum }] }];
    const item = {
      ...texts,
      ...(filled && { custom_fields: filled }),
      responsible_user_id: userId,
      ...(path === 'leads' && { status_id: settings.status }),
    };
    const ids = (await post(server, `/api/v2/${path}`, { add: [item, item] }, headers)).json._embedded.items;
    [things[path], things[`${path} in bin`]] = ids.map(({ id }: { id: number }) => id);
    const gone = things[`${path} in bin`];
    if (path === 'customers') await post(server, '/api/v2/customers', { delete: [gone] }, headers);
    else await post(server, `/ajax/${path}/multiple/delete`, { ID: gone }, headers);
  }
  const elements = kindPaths.map((path) => ({
    element_id: things[path],
    element_type: elementTypes[path],
    text: word,
  }));
  const by = { responsible_user_id: userId, created_by: userId, task_type: settings.taskType };
  const tasks = elements.map((element) => ({ ...element, ...by }));
  things['tasks'] = firstId(await post(server, '/api/v2/tasks', { add: tasks }, headers));
  const notes = elements.map((element) => ({ ...element, note_type: 4 }));
  things['notes'] = firstId(await post(server, '/api/v2/notes', { add: notes }, headers));
  const [company] = (await server.get(`/api/v2/companies?id=${things['companies']}`, { ...headers }, null)).json
    ._embedded.items;
  things['tag'] = company.tags[0].id;
  return things as Things;
}

/** What only administrators make: settings. */
export async function makeSettings(
  server: TestServer,
  account: number,
  headers: Headers,
  word: string,
): Promise<Partial<Things>> {
  const origin = `${word}_origin`;
  const draft = { name: word, statuses: { 0: { name: word, color: '#fffeb2' } } };
  const pipelines = { request: { pipelines: { add: [draft, draft] } } };
  const added = (await post(server, '/private/api/v2/json/pipelines/set', pipelines, headers)).json.response.pipelines;
  const [pipeline, idle]: { id: number; statuses: object }[] = Object.values(added.add.pipelines);
  const url = `https://${word}.example/hook`;
  await post(server, '/api/v2/webhooks/subscribe', { subscribe: [{ url, events: ['add_company'] }] }, headers);
  await post(server, '/api/v2/companies', { add: [{ name: word }] }, headers);
  const integration = `${word}-integration`;
  const redirectUri = `https://${word}.example/oauth`;
  const { delivery, webhook } = await server.store.write(async (tx) => {
    await tx.addIntegration({
      id: integration,
      name: word,
      redirectUri,
      secretHash: 'x',
      createdAt: 1,
      ownerId: account,
    });
    const [last] = await tx.deliveries(account, {}, 1);
    return { delivery: last!.id, webhook: last!.webhookId };
  });
  const status = Number(Object.keys(pipeline!.statuses).findLast((id) => id !== '142' && id !== '143'));
  const [field, option, idleField] = await server.store.write(async (tx) => {
    const [fieldId, idleId] = await tx.nextIds(account, 'field', 2);
    const [enumId] = await tx.nextIds(account, 'enum', 1);
    const kinds = ['contact', 'company', 'lead', 'customer'] as const;
    const enums = [{ id: enumId!, value: word }];
    const idle = aField(idleId!, { name: word, kinds });
    await tx.addFields(account, [aField(fieldId!, { name: word, type: 5, kinds, enums, origin }), idle]);
    const own = account === acme.id ? 5_000_777 : 777;
    await tx.addTaskTypes(account, [{ id: own, name: word }]);
    await tx.addLossReasons(account, [{ id: own, name: word }]);
    await tx.addGroups(account, [{ id: own, name: word }]);
    return [fieldId!, enumId!, idleId!] as const;
  });
  const own = account === acme.id ? 5_000_777 : 777;
  const ownKey = account === acme.id ? acmeAdministrator.key : key;
  const stages = { pipeline: pipeline!.id, 'idle pipeline': idle!.id, status };
  return {
    ...stages,
    'idle field': idleField,
    origin,
    url,
    field,
    enum: option,
    taskType: own,
    lossReason: own,
    group: own,
    change: 1,
    password: ownKey,
    ...{ integration, delivery, webhook },
  };
}

/** What is asked of each operation that needs a sign-in, those last that take away what the others need. */
export const groups = operations
  .filter(({ id }) => !(openOperations as readonly string[]).includes(id))
  .flatMap((operation) => {
    return [false, true].map((last) => ({
      last,
      operation,
      title: `${operation.method} ${operation.path}`,
      isGet: operation.method === 'GET',
      /** Requests with a thing of `foreign` in every place that takes one, else of `own`; one without, where there is no such place. */
      probes: (own: Things, foreign: Partial<Things>) =>
        probesOf(operation, own, foreign).filter((probe) => takesAway(probe) === last),
    }));
  })
  .sort((a, b) => Number(a.last) - Number(b.last))
  .filter(({ probes }) => probes(anything, anything).length > 0);

function takesAway({ operation: { id, path }, place }: Probe): boolean {
  return place.startsWith('delete') || /delete|multiactions|unsubscribe|purge|restore/i.test(`${id} ${path}`);
}

/** Whether an answer says that something was done, or shows something. */
export function isTaken({ status, text }: Reply): boolean {
  // Attempts of deliveries have errors, and are told of.
  if (text.startsWith('{"deliveries":')) return status === 200;
  return status === 200 && !/"errors?":(?!\[\])|"refused":\[|"refused":1|"result":false|"status":"error"/.test(text);
}
