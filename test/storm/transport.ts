import { Agent, request as startRequest } from 'node:http';

export interface Sent {
  /** Which of the server processes is asked. */
  readonly process: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `refused`: nothing was sent; `dropped`: nobody knows what became of it. */
export type Reply = { readonly status: number; readonly text: string; readonly cookie: string } | 'refused' | 'dropped';

export type Exchange = (sent: Sent) => Promise<Reply>;

const timeoutMs = 120_000;

/** HTTP over connections that are kept: the driver must cost little beside the servers. */
export function connect(addresses: readonly string[]): { readonly exchange: Exchange; readonly close: () => void } {
  // First in, first out: no connection is idle so long that the server closes it just when it is used.
  const agent = new Agent({ keepAlive: true, scheduling: 'fifo' });
  const exchange: Exchange = ({ process, method, path, headers, body }) =>
    new Promise((resolve) => {
      const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
      const outgoing = startRequest(
        `${addresses[process]}${path}`,
        { agent, method, headers: { ...headers, ...length }, timeout: timeoutMs },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', () => resolve('dropped'));
          incoming.on('close', () => resolve('dropped'));
          incoming.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const cookie = incoming.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
            resolve(incoming.complete ? { status: incoming.statusCode ?? 0, text, cookie } : 'dropped');
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
