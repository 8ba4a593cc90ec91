import type { RequestListener, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Limits } from './limits.ts';
import { type Answer, HttpError } from './request.ts';

/** Not imported: that would also load the client behind `fetch`, 16 MB that no server needs. */
const { createServer } = process.getBuiltinModule('node:http');

/** How often connections are looked through for those that are too slow. */
const checkMs = 1000;

/**
 * A server whose connections are bounded in number and in time. Those beyond the limit have whatever they ask answered by `refuse`; from
 * twice as many on they are closed as they come.
 */
export function openServer(
  limits: Limits,
  { keepAliveTimeout }: Pick<ServerOptions, 'keepAliveTimeout'>,
  handle: RequestListener,
  refuse: (response: ServerResponse) => void,
): Server {
  const surplus = new WeakSet<Socket>();
  let open = 0;
  const requestTimeout = limits.requestSeconds * 1000;
  const options = {
    maxHeaderSize: limits.head,
    keepAliveTimeout,
    requestTimeout,
    headersTimeout: Math.min(limits.headSeconds * 1000, requestTimeout),
    connectionsCheckingInterval: checkMs,
  };
  const server = createServer(options, (request, response) => {
    if (surplus.has(request.socket)) refuse(response);
    else handle(request, response);
  });
  server.timeout = limits.silenceSeconds * 1000;
  server.maxConnections = 2 * limits.connections;
  server.on('connection', (socket: Socket) => {
    if (open >= limits.connections) surplus.add(socket);
    else {
      open += 1;
      socket.once('close', () => {
        open -= 1;
      });
    }
  });
  return server;
}

/** What node's parser says of bytes that it could not read. Letters as they are in an address are what people send by mistake. */
export function unreadable(code: string): HttpError {
  switch (code) {
    case 'HPE_INVALID_URL':
      return new HttpError(400, 'url_not_encoded');
    case 'HPE_HEADER_OVERFLOW':
      return new HttpError(431, 'headers_too_large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpError(408, 'too_slow');
    default:
      return new HttpError(400, 'not_http');
  }
}

/** An answer as bytes of a connection that is closed after it. */
export function rawAnswer({ status, headers, body }: Answer): Buffer {
  const lines = Object.entries({ ...headers, 'Content-Length': body.length, Connection: 'close' });
  const head = [`HTTP/1.1 ${status} Error`, ...lines.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head), body]);
}
