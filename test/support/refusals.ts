import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type Reply, type TestServer, testToken } from './server.ts';

export const kindPaths = ['companies', 'contacts', 'leads', 'customers'] as const;
export type KindPath = (typeof kindPaths)[number];

export type Answered = Pick<Reply, 'status' | 'text' | 'headers'>;

/** Everything that the administrator can read, or whoever sends these headers. */
export async function listing(server: TestServer, headers?: Record<string, string>): Promise<string> {
  const get = (path: string) => (headers ? server.get(path, headers, null) : server.get(path));
  const pages = [(await get('/api/v2/account?with=users,groups,custom_fields,pipelines,task_types')).text];
  const noteTypes = ['contact', 'lead', 'company', 'customer', 'task'].map((type) => `notes?type=${type}&`);
  for (const list of [...kindPaths.map((path) => `${path}?`), 'tasks?', ...noteTypes]) {
    for (let offset = 0; ; offset += 500) {
      const reply = await get(`/api/v2/${list}limit_rows=500&limit_offset=${offset}`);
      if (reply.status === 204) break;
      assert.equal(reply.status, 200, reply.text);
      pages.push(reply.text);
    }
  }
  return pages.join('\n');
}

/** A request that failed as a whole, in the shape of reference §1.6 B; with amoCRM's number of the error where one is given. */
export function assertProblem(reply: Answered, status = 400, code?: number): void {
  assert.equal(reply.status, status, reply.text);
  assert.equal(reply.headers.get('content-type'), 'application/problem+json');
  const { detail, ...rest } = JSON.parse(reply.text) as { detail: string };
  assert.deepEqual(rest, { title: 'Error', type: `https://httpstatus.es/${status}`, status });
  assert.match(detail, code === undefined ? /./ : new RegExp(`^Код ошибки ${code}\\. .`));
}

/** A request of nobody known, in the shape of reference §1.6 C. */
export function assertSignInRefused(reply: Answered, code: string): void {
  assert.equal(reply.status, 401, reply.text);
  assert.equal(reply.headers.get('content-type'), 'application/json');
  const { error, ...rest } = (JSON.parse(reply.text) as { response: Record<string, unknown> }).response;
  assert.match(String(error), /./);
  assert.deepEqual(Object.keys(rest), ['auth', 'error_code', 'ip', 'domain', 'server_time']);
  assert.deepEqual([rest['auth'], rest['error_code']], [false, code]);
}

/** Each request is refused so, nothing of it is written, and the server goes on answering. */
export async function assertRefused(
  server: TestServer,
  requests: Iterable<() => Promise<Answered>>,
  status = 400,
  code?: number,
): Promise<void> {
  const before = await listing(server);
  let sent = 0;
  for (const request of requests) {
    assertProblem(await request(), status, code);
    sent += 1;
  }
  assert.ok(sent > 0);
  assert.equal(await listing(server), before);
}

/** Runs `work` and shows that it has left no trace on the prototypes that everything has. The server runs in this process. */
export async function assertPrototypesClean(work: () => Promise<void>): Promise<void> {
  const keys = () => [Object.prototype, Array.prototype, Function.prototype].map((owner) => Reflect.ownKeys(owner));
  const before = keys();
  await work();
  assert.deepEqual(keys(), before);
}

/** The beginning of the administrator's request as it goes over a socket. */
export function rawHead(line: string, ...headers: readonly string[]): string {
  return [`${line} HTTP/1.1`, 'Host: 127.0.0.1', `Authorization: Bearer ${testToken}`, ...headers, '\r\n'].join('\r\n');
}

/** Sends bytes that have to be answered, and gives the answer. */
export async function ask(server: TestServer, ...pieces: readonly (string | Buffer)[]): Promise<Answered> {
  const answered = await sendRaw(server, ...pieces);
  assert.ok(answered, 'closed without an answer');
  return answered;
}

/** What a server says to bytes on a bare socket until it closes, or for ten seconds; undefined if it says nothing. */
export function sendRaw(server: TestServer, ...pieces: readonly (string | Buffer)[]): Promise<Answered | undefined> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const received: Buffer[] = [];
    socket.on('data', (data) => received.push(data));
    socket.on('error', () => undefined);
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on('close', () => resolve(readAnswer(Buffer.concat(received).toString('utf8'))));
    for (const piece of pieces) socket.write(piece);
  });
}

export function readAnswer(text: string): Answered | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...headerLines] = text.slice(0, end).split('\r\n');
  const headers = new Headers(
    headerLines.map((line): [string, string] => [line.split(':')[0]!, line.split(/: ?(.*)/)[1]!]),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, text: text.slice(end + 4) };
}
