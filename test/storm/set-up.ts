import { type Account, type Json, newAccount, type World } from './oracle.ts';
import { randomOf } from './random.ts';
import type { Servers } from './servers.ts';
import type { Client, Storm } from './storm.ts';
import { read, write } from './storm.ts';
import { events, startTold, type Told } from './told.ts';
import type { Exchange } from './transport.ts';

/** How somebody of an account may sign in. */
export interface Login {
  readonly subdomain: string;
  readonly login: string;
  readonly key: string;
  readonly token: string;
}

/** Makes accounts of their own, so that whatever else the data holds stays out of it. */
export async function makeAccounts(command: Servers['command'], count: number): Promise<Login[]> {
  const run = Date.now().toString(36);
  const logins: Login[] = [];
  for (let number = 0; number < count; number += 1) {
    const subdomain = `storm-${run}-${number}`;
    const login = `${subdomain}@example.com`;
    const printed = await command('account', 'add', '--subdomain', subdomain, '--login', login);
    const key = /^key +(\S+)$/m.exec(printed)![1]!;
    const token = (await command('user', 'key', '--login', login, '--account', subdomain, '--token')).trim();
    logins.push({ subdomain, login, key, token });
  }
  return logins;
}

/** What the oracle needs to know of an account: its field for phones, its stages. */
export async function readAccount(exchange: Exchange, { token }: Login, number: number): Promise<Account> {
  const headers = { Authorization: `Bearer ${token}` };
  const path = '/api/v2/account?with=custom_fields,pipelines';
  const reply = await exchange({ process: 0, method: 'GET', path, headers });
  if (typeof reply === 'string') throw new Error(`GET ${path}: ${reply}`);
  const { id, current_user, _embedded } = JSON.parse(reply.text) as Json;
  const phone = Object.values<Json>(_embedded.custom_fields.contacts).find(({ code }) => code === 'PHONE');
  const [pipeline] = Object.values<Json>(_embedded.pipelines);
  const statuses = Object.values<Json>(pipeline.statuses).filter(({ is_editable }) => is_editable);
  return newAccount({
    number,
    id,
    userId: current_user,
    phoneField: phone.id,
    pipelineId: pipeline.id,
    statuses: statuses.map((status) => status.id),
  });
}

/** One of an account's clients: they sign in in turn by key in the query, bearer token and cookie. */
export async function signIn(
  exchange: Exchange,
  account: Account,
  { login, key, token }: Login,
  how: number,
  seed: number,
): Promise<Client> {
  const own = { companies: [], contacts: [], leads: [] };
  const client = { account, random: randomOf(seed), own, bin: [], tasks: [] };
  const credentials = new URLSearchParams({ USER_LOGIN: login, USER_HASH: key });
  if (how % 3 === 0) return { ...client, headers: {}, query: String(credentials) };
  if (how % 3 === 1) return { ...client, headers: { Authorization: `Bearer ${token}` }, query: '' };
  const path = `/private/api/auth.php?type=json&${credentials}`;
  const reply = await exchange({ process: 0, method: 'POST', path, headers: {}, body: '' });
  if (typeof reply === 'string' || reply.status !== 200) throw new Error(`signing in: ${JSON.stringify(reply)}`);
  return { ...client, headers: { Cookie: reply.cookie }, query: '' };
}

/** From now on somebody listens to what happens in the client's account; the deliveries are signed. */
export async function listen(
  storm: Storm,
  client: Client,
  command: Servers['command'],
  subdomain: string,
): Promise<Told> {
  const { world }: { readonly world: World } = storm;
  const told = await startTold(world.violations);
  await write(storm, client, 'subscribe', 1, '/api/v2/webhooks/subscribe', { subscribe: [{ url: told.url, events }] });
  const { items } = await read(storm, client, 'subscribe', '/api/v2/webhooks');
  const printed = await command('webhooks', 'sign', '--account', subdomain, '--id', String(items[0].id));
  told.secret = /^secret +(\S+)$/m.exec(printed)![1]!;
  client.account.told = told;
  return told;
}
