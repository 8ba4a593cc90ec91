import assert from 'node:assert/strict';
import { demo } from '../../seed/demo.ts';
import { documentAccount, documentAccountId, documentUserId } from '../../seed/document.ts';
import { createAccount } from '../../seed/empty.ts';
import { createApp } from '../../src/cli/serve.ts';
import type { Store } from '../../src/crm/store.ts';
import { defaultRetrySeconds } from '../../src/crm/webhook.ts';
import { hashToken } from '../../src/http/keys.ts';
import { administrator, request, testNow } from './server.ts';

const webhooks = { allowPrivate: false, retrySeconds: defaultRetrySeconds };
const tokenOf = (account: number) => `${account.toString(36)}.${'0'.repeat(40)}`;

/** The accounts that `fillServer` makes, by subdomain. */
export const fullAccounts = { acme: 10_000_001, test: documentAccountId, demo: 20_000_001 } as const;
const administrators = { acme: 101, test: documentUserId, demo: 101 } as const;
type Subdomain = keyof typeof fullAccounts;

/** Fills a new store with three accounts and something of everything that there is. `companies`: of the account test. */
export async function fillServer(store: Store, companies = 120): Promise<void> {
  const wide = { id: fullAccounts.acme, subdomain: 'acme', name: 'ACME «Ёлки»', wire: 'recorded' } as const;
  await createAccount(store, wide, administrator);
  await documentAccount(store, administrator);
  await demo(store, administrator);
  await store.write(async (tx) => {
    for (const id of ['calls', 'forms', 'nobody']) {
      await tx.addIntegration({
        id,
        name: id,
        redirectUri: 'https://a.example/',
        secretHash: 'x',
        createdAt: testNow,
        ownerId: null,
      });
    }
    for (const name of Object.keys(fullAccounts) as Subdomain[]) {
      const [account, userId] = [fullAccounts[name], administrators[name]];
      const [integrationId, family] = [name === 'test' ? 'calls' : 'forms', 'f'];
      const issued = { integrationId, family, expiresAt: testNow + 1000 };
      await tx.addToken(account, { hash: hashToken(tokenOf(account)), userId, createdAt: testNow });
      await tx.addToken(account, { hash: `issued in ${name}`, userId, createdAt: testNow, issued });
      const grant = { ...issued, userId, kind: 'refresh', salt: 's', usedAt: testNow, hash: `of ${name}` } as const;
      await tx.addGrant(account, grant);
      await tx.addSession(account, { hash: `session of ${name}`, userId, expiresAt: testNow + 10 });
      await tx.moveImport(account, `companies of ${name}`, undefined, { place: 2 ** 33, state: '{"lines":1}' });
      await tx.addPasswordLink(account, { hash: `link of ${name}`, userId, expiresAt: testNow + 10 }, testNow);
      await tx.addFailure(account, `key of ${name}`, testNow, testNow + 10);
    }
  });
  await onServer(store, async (url) => {
    for (const name of ['test', 'demo'] as const) await fillAccount(store, url, name, name === 'test' ? companies : 20);
  });
}

async function fillAccount(store: Store, url: string, name: Subdomain, companies: number): Promise<void> {
  const post = async (path: string, body: unknown) => {
    const reply = await request('POST', url + path, body, authorization(name));
    assert.equal(reply.status, 200, reply.text);
    return reply.json;
  };
  await post('/api/v2/webhooks/subscribe', {
    subscribe: [{ url: 'https://a.example/hook', events: ['add_company', 'delete_company', 'add_task'] }],
  });
  const add = Array.from({ length: companies }, (_, index) => ({
    name: `ООО «Ромашка» ${index} \\ "x" {a,b} null ёлка 😀`,
    tags: `аренда,tag ${index % 7}`,
    leads_id: [],
  }));
  const added: { id: number }[] = (await post('/api/v2/companies', { add }))._embedded.items;
  const elements = added.slice(0, 60).map(({ id }) => ({ element_id: id, element_type: 3 }));
  await post('/api/v2/contacts', {
    add: added.slice(0, 50).map(({ id }, index) => ({ name: `Иван ${index}`, company_id: id })),
  });
  await post('/api/v2/tasks', {
    add: elements.map((element) => ({ ...element, task_type: 1, text: 'Позвонить\n\tему' })),
  });
  await post('/api/v2/notes', {
    add: elements.map((element) => ({ ...element, note_type: 4, text: "it's '' a note" })),
  });
  await post('/ajax/companies/multiple/delete', { ID: added.slice(0, 5).map(({ id }) => id) });
  // Kept documents.
  for (let count = 0; count < 2; count += 1)
    await request('GET', `${url}/api/v2/companies`, undefined, authorization(name));
  await store.write(async (tx) => {
    const account = fullAccounts[name];
    const [webhook] = await tx.webhooks(account);
    const [first, second] = await tx.claimDeliveries(account, webhook!.id, testNow, testNow + 60, 2);
    const attempt = { at: testNow, code: 500, error: 'no' };
    await tx.saveBody(account, first!.id, '{"a":"б"}');
    await tx.saveAttempt(account, { ...first!, status: 'failed', attempts: 1 }, attempt);
    await tx.saveAttempt(account, { ...second!, status: 'done', attempts: 1 }, { ...attempt, code: 200 });
  });
}

function authorization(name: Subdomain): Record<string, string> {
  return { authorization: `Bearer ${tokenOf(fullAccounts[name])}` };
}

async function onServer(store: Store, work: (url: string) => Promise<void>): Promise<void> {
  const app = createApp(store, 'documented', webhooks, () => testNow);
  try {
    await work(await app.listen({ port: 0, host: '127.0.0.1' }));
  } finally {
    await app.close();
  }
}

/** What the API answers of these accounts. */
export async function answersOf(store: Store, ...names: Subdomain[]): Promise<string[]> {
  const paths = [
    ...['account?with=users,pipelines,groups,custom_fields,note_types,task_types', 'pipelines', 'webhooks'].map(api),
    ...['companies', 'contacts', 'leads', 'customers', 'tasks'].map(api),
    ...['notes?type=company', 'companies?limit_rows=7&limit_offset=50'].map(api),
    ...['ромашка» 11', 'ромашка', 'ел', 'иван', 'zzz'].map((text) =>
      api(`companies?query=${encodeURIComponent(text)}`),
    ),
    api(`contacts?query=${encodeURIComponent('иван 4')}`),
    '/api/kontora/bin?entity=companies',
    '/api/kontora/changes',
  ];
  const answers: string[] = [];
  await onServer(store, async (url) => {
    for (const name of names) {
      for (const path of paths) {
        const { status, text } = await request('GET', url + path, undefined, authorization(name));
        answers.push(`${name} ${path} ${status} ${text.replaceAll(url, '')}`);
      }
    }
  });
  assert.ok(answers.filter((answer) => / 200 /.test(answer)).length > names.length * 3);
  return answers;
}

function api(path: string): string {
  return `/api/v2/${path}`;
}
