import type { IncomingMessage, RequestListener, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Limits } from './limits.ts';

/** Not imported: that would also load the client behind `fetch`, 16 MB that no server needs. */
const { createServer } = process.getBuiltinModule('node:http');

/** How often connections are looked through for those that are too slow. */
const checkMs = 1000;
const sweepMs = 50;
/** Milliseconds that requests have, once the server closes, to come in whole and to be answered. */
const patienceMs = 20_000;
/** Milliseconds in which a client who is still sending may read the last answer and end. */
const partingMs = 1000;

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
  // To a request behind others on its connection node would say it between the head of the answer and its body. Unsaid, the answer closes.
  server.on('checkContinue', (request, response) => {
    if (response.socket) response.writeContinue();
    server.emit('request', request, response);
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

/**
 * Ends the connections of a server that closes as soon as nothing is under way on them. By itself node waits for those that become idle
 * later, and for those on which nothing has been asked yet.
 */
export function endConnections(app: FastifyInstance): void {
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  app.addHook('preClose', async () => {
    const sweep = setInterval(() => {
      app.server.closeIdleConnections();
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    }, sweepMs).unref();
    const end = setTimeout(() => app.server.closeAllConnections(), patienceMs).unref();
    app.server.once('close', () => {
      clearInterval(sweep);
      clearTimeout(end);
    });
  });
}

/** Ends a connection whose client still sends: closed at once it would be reset, and the answer lost. What still comes is not looked at. */
export function part(request: IncomingMessage): void {
  request.resume();
  request.socket.end();
  setTimeout(() => request.socket.destroy(), partingMs).unref();
}
