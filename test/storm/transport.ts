import { Agent, type IncomingHttpHeaders, request as startRequest } from 'node:http';

export interface Sent {
  /** Which of the server processes is asked. */
  readonly process: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Is told the answer as far as it has come. */
  readonly told?: (text: string) => void;
}

/** `refused`: nothing was sent; `dropped`: nobody knows what became of it. */
export type Reply = Answered | 'refused' | 'dropped';

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly cookie: string;
  /** Where somebody looks at them. */
  readonly headers?: IncomingHttpHeaders;
}

export type Exchange = (sent: Sent) => Promise<Reply>;

const timeoutMs = 120_000;

/** HTTP over connections that are kept: the driver must cost little beside the servers. */
export function connect(addresses: readonly string[]): { readonly exchange: Exchange; readonly close: () => void } {
  // First in, first out: no connection is idle so long that the server closes it just when it is used.
  const agent = new Agent({ keepAlive: true, scheduling: 'fifo' });
  const exchange: Exchange = ({ process, method, path, headers, body, told }) =>
    new Promise((resolve) => {
      const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
      const outgoing = startRequest(
        `${addresses[process]}${path}`,
        { agent, method, headers: { ...headers, ...length }, timeout: timeoutMs },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => {
            chunks.push(chunk);
            told?.(Buffer.concat(chunks).toString('utf8'));
          });
          incoming.on('error', () => resolve('dropped'));
          incoming.on('close', () => resolve('dropped'));
          incoming.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const cookie = incoming.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
            const { headers } = incoming;
            resolve(incoming.complete ? { status: incoming.statusCode ?? 0, text, cookie, headers } : 'dropped');
          });
        },
      );
      outgoing.on('error', (error: NodeJS.ErrnoException) =>
        resolve(error.code === 'ECONNREFUSED' ? 'refused' : 'dropped'),
      );
      outgoing.on('timeout', () => outgoing.destroy());
      outgoing.end(body);
    });
  return { exchange, close: () => agent.destroy() };
}
