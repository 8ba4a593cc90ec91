/** A request as the bench says it. */
export interface HttpRequest {
  /** With the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** With it, it is a POST. In it, and in nothing else, `clockMark` may stand. */
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** The load tool puts ten digits in its place, that grow with every request: times of changes, and names that are new. */
export const clockMark = '@@@@@@@@@@';

/** Sends it once, to look at the answer: nothing is measured so. */
export async function send(url: string, { path, headers, body }: HttpRequest, clock = 0): Promise<HttpAnswer> {
  const init = {
    ...(headers && { headers }),
    ...(body !== undefined && { method: 'POST', body: body.replaceAll(clockMark, String(clock)) }),
  };
  const reply = await fetch(url + path, init);
  return { status: reply.status, body: Buffer.from(await reply.arrayBuffer()) };
}

/** Sends it once. @throws Error for any answer but a success */
export async function sendWell(url: string, request: HttpRequest, clock = 0): Promise<Buffer> {
  const { status, body } = await send(url, request, clock);
  if (status >= 300) throw new Error(`${request.path} was answered with ${status}: ${body.subarray(0, 500)}`);
  return body;
}

/** The bytes of a request. */
export function requestBytes({ path, headers = {}, body }: HttpRequest): Buffer {
  const content = Buffer.from(body ?? '');
  const given = {
    Host: '127.0.0.1',
    ...headers,
    ...(body !== undefined && { 'Content-Length': String(content.length) }),
  };
  const lines = Object.entries(given).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${body === undefined ? 'GET' : 'POST'} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return Buffer.concat([Buffer.from(head), content]);
}
