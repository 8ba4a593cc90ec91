import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly cookie: string | undefined;
}

/** How one request is answered: what it says, or what it does to the connection. */
export type Step =
  | { status: number; headers?: Record<string, string>; body?: unknown }
  | ((response: http.ServerResponse) => void);

export interface FakeServer {
  readonly url: string;
  readonly sent: Sent[];
  /** Answers of the next requests, in turn; the last one is for all that follow. */
  script(...steps: readonly Step[]): void;
  close(): Promise<void>;
}

/** Answers as it is told to. */
export async function startFakeServer(): Promise<FakeServer> {
  const sent: Sent[] = [];
  let steps: Step[] = [];
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    sent.push({ method: request.method!, url: request.url!, body, cookie: request.headers.cookie });
    const step = steps.length > 1 ? steps.shift()! : steps[0]!;
    if (typeof step === 'function') return step(response);
    response.writeHead(step.status, step.headers);
    response.end(typeof step.body === 'string' || step.body === undefined ? step.body : JSON.stringify(step.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    script(...next) {
      sent.length = 0;
      steps = [...next];
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export const problem = (status: number, detail: string, headers: Record<string, string> = {}): Step => ({
  status,
  headers: { 'Content-Type': 'application/problem+json', ...headers },
  body: { title: 'Error', type: `https://httpstatus.es/${status}`, status, detail },
});

export const hangUp: Step = (response) => response.socket!.destroy();
