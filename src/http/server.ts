import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerOptions, ServerResponse } from 'node:http';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { parseBody } from './body.ts';
import { readQuery, type Tree } from './brackets.ts';
import type { FindAddress } from './client-address.ts';
import { bufferOf, type Elsewhere } from './elsewhere.ts';
import { isForeign } from './foreign.ts';
import {
  type Answer,
  type AnswerAtOnce,
  HttpError,
  type Request,
  type RequestHead,
  type Route,
  type SignedRequest,
  type StreamedRequest,
  type StreamedRoute,
} from './request.ts';
import type { SignIn } from './session.ts';
import { Streams } from './streams.ts';

/** Not imported: that would also load the client behind `fetch`, 16 MB that no server needs. */
const { createServer: createHttpServer } = process.getBuiltinModule('node:http');

/** Largest body of a signed-in user, in bytes; and of anybody else, who needs no more for signing in. */
const bodyLimit = 8 * 1024 * 1024;
const openBodyLimit = 64 * 1024;
/** Largest request line and headers, in bytes: ten thousand ids in a query fit. */
const headerLimit = 256 * 1024;
/** In bytes: up to this an answer is sent in one piece. */
const smallAnswer = 32 * 1024;

export interface ServerParts {
  readonly routes: readonly Route[];
  readonly signIn: SignIn;
  /** The answer, if it is there without waiting for anything: such requests take no further way. */
  readonly answerAtOnce: (request: RequestHead) => AnswerAtOnce | undefined;
  /** Without it everything is answered in this thread. */
  readonly elsewhere?: Elsewhere | undefined;
  /** Headers that tell a client its session, on answers to requests that carried a key. */
  readonly sessionCookies: (sessionId: string, login: string, now: number) => string[];
  /** How an error of any sort looks on the wire. */
  readonly presentError: (error: unknown, request: Request | SignedRequest) => Answer;
  /** How it looks when there is not even a request. */
  readonly presentHttpError: (error: HttpError) => Answer;
  /** Unix seconds. */
  readonly clock: () => number;
  readonly log: boolean;
  readonly findAddress: FindAddress;
}

/** The HTTP side of everything: limits, sign-in, one answer for each request and for each way to fail. */
export function createServer(parts: ServerParts): FastifyInstance {
  let isClosing = false;
  const app = Fastify({
    bodyLimit: openBodyLimit,
    // No route has a schema: what compiles them is not loaded, which saves several megabytes.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    serverFactory(handle, options) {
      const { keepAliveTimeout, requestTimeout } = options as ServerOptions;
      const listener: RequestListener = (request, response) => {
        if (isClosing || !sendAtOnce(parts, request, response)) handle(request, response);
      };
      return createHttpServer({ maxHeaderSize: headerLimit, keepAliveTimeout, requestTimeout }, listener);
    },
    routerOptions: { ignoreTrailingSlash: true, querystringParser: () => ({}) },
    logger: parts.log && { level: 'error', redact: ['req.url', 'req.headers'] },
    requestTimeout: 120_000,
    frameworkErrors: (error, raw, reply) => fail(parts, error, raw, reply),
    clientErrorHandler(error, socket) {
      if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && streams.has(socket)) return;
      if (socket.writable) socket.end(rawAnswer(parts.presentHttpError(unreadable(error.code))));
      else socket.destroy();
    },
  });
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const streams = new Streams(app);
  const accepted = new WeakMap<FastifyRequest, Accepted>();
  for (const route of parts.routes) {
    app.all(route.path, {
      bodyLimit: route.open ? openBodyLimit : bodyLimit,
      // Before the body is read: nobody makes the server hold a large one without having signed in.
      onRequest: async (raw, reply) => {
        const mine = await accept(parts, route, raw, reply);
        accepted.set(raw, mine);
        const { request, stream } = mine;
        // What is answered here has its body left alone.
        if (stream) {
          const failed = (error: unknown) => present(parts, error, raw, request);
          await streams.answer(raw, reply, stamp(request.now), stream, failed);
        }
      },
      handler: async (raw, reply) => {
        const { request, answer } = accepted.get(raw)!;
        return send(reply, await answer(), request.now);
      },
    });
  }
  app.setNotFoundHandler((raw, reply) => fail(parts, new HttpError(404, 'unknown_address'), raw, reply));
  app.setErrorHandler((error, raw, reply) => fail(parts, error, raw, reply, accepted.get(raw)?.request));
  return app;
}

function noSchemas(): never {
  throw new Error('no route has a schema');
}

function sendAtOnce(parts: ServerParts, request: IncomingMessage, response: ServerResponse): boolean {
  const now = parts.clock();
  const answer = findAnswerAtOnce(parts, request, now);
  if (answer === undefined) return false;
  const length = answer.parts.reduce((sum, part) => sum + part.length, 0);
  const headers: OutgoingHttpHeaders = { ...answer.headers, 'Runtime-Timestamp': String(now) };
  if (length > 0) headers['Content-Length'] = length;
  response.writeHead(answer.status, headers);
  // As a string node sends it along with the head, by one call; copying a large one would take longer than sending it in parts.
  if (length <= smallAnswer) response.end(Buffer.concat(answer.parts, length).toString('latin1'), 'latin1');
  else {
    for (const part of answer.parts) response.write(part);
    response.end();
  }
  return true;
}

function findAnswerAtOnce(parts: ServerParts, request: IncomingMessage, now: number) {
  try {
    const { method, url, headers } = request;
    const ip = parts.findAddress(request);
    return parts.answerAtOnce({ method: method!, url: url!, headers, ip, now, query: readQuery(url!) });
  } catch {
    // Whatever is wrong is found again, and told, on the long way.
    return undefined;
  }
}

/** A request whose sender and handler are known, and whose body is still to come. */
interface Accepted {
  readonly request: Request | SignedRequest;
  readonly answer: () => Promise<Answer>;
  /** In place of it, where the body is read as it comes. */
  readonly stream?: (body: StreamedRequest['stream']) => Promise<AsyncIterable<Uint8Array>>;
}

async function accept(parts: ServerParts, route: Route, raw: FastifyRequest, reply: FastifyReply): Promise<Accepted> {
  forgetContentType(raw);
  const request = requestOf(parts, raw, readQuery(raw.url));
  const method = raw.method === 'HEAD' ? 'GET' : raw.method;
  if (!(method === 'GET' || method === 'POST') || !(method in route.methods)) {
    throw new HttpError(405, 'wrong_method', { Allow: Object.keys(route.methods).join(', ') });
  }
  if (route.open) {
    const handle = route.methods[method]!;
    const send = route.here ? undefined : sender(parts, route, method, raw, request);
    return { request, answer: send ?? (() => handle(request)) };
  }
  const { actor, sessionId, byCookie } = await parts.signIn.authenticate(request);
  // The cookie comes with whatever any page has a browser send.
  if (byCookie && method === 'POST' && isForeign(request)) throw new HttpError(403, 'foreign_page');
  if (sessionId !== undefined && !isForeign(request)) {
    reply.header('Set-Cookie', parts.sessionCookies(sessionId, actor.user.login, request.now));
  }
  const signed = { ...request, actor };
  if (route.part) return acceptStream(parts, route, raw, signed);
  const handle = route.methods[method]!;
  return { request: signed, answer: sender(parts, route, method, raw, signed) ?? (() => handle(signed)) };
}

function acceptStream(parts: ServerParts, route: StreamedRoute, raw: FastifyRequest, request: SignedRequest): Accepted {
  const answerPart = (part: Uint8Array) => {
    const now = { ...request, now: parts.clock() };
    const send = sender(parts, route, 'POST', raw, now, part);
    return send ? send() : route.part({ ...now, part });
  };
  return {
    request,
    answer: () => Promise.reject(new Error('it is a stream')),
    stream: (stream) => route.methods.POST({ ...request, stream, answerPart }),
  };
}

/** Who is asking may have been all that was missing for an answer at once: then no thread is asked, and none started. */
function answerKnown(parts: ServerParts, request: Request): Answer | undefined {
  const known = parts.answerAtOnce(request);
  if (known === undefined) return undefined;
  // The cookies of a session are on the reply already.
  const { 'Set-Cookie': _cookies, ...headers } = known.headers;
  return { status: known.status, headers, body: Buffer.concat(known.parts) };
}

/** Has the request answered in another thread, if there are any. */
function sender(
  parts: ServerParts,
  { path }: Route,
  method: 'GET' | 'POST',
  raw: FastifyRequest,
  request: Request | SignedRequest,
  part?: Uint8Array,
): Accepted['answer'] | undefined {
  const { elsewhere } = parts;
  if (elsewhere === undefined) return undefined;
  const { id, url, headers, ip, now } = request;
  const by = 'actor' in request ? { account: request.actor.account.id, user: request.actor.user.id } : undefined;
  return async () => {
    const known = by && answerKnown(parts, request);
    if (known) return known;
    const body = part ?? (Buffer.isBuffer(raw.body) ? raw.body : undefined);
    const answer = await elsewhere.answer({ path, method, id, url, headers, ip, now, by, body });
    if (answer.failure !== undefined) raw.log.error({ requestId: id, failure: answer.failure }, 'a request failed');
    return { ...answer, body: bufferOf(answer.body) };
  };
}

/** What a body is, is told by itself; only multipart needs the header. Fastify would refuse types that it cannot read. */
function forgetContentType({ raw }: FastifyRequest): void {
  const type = raw.headers['content-type'];
  if (type !== undefined && !/^multipart\/form-data/i.test(type))
    raw.headers['content-type'] = 'application/octet-stream';
}

function requestOf(parts: ServerParts, raw: FastifyRequest, query: Tree): Request {
  return {
    id: raw.id,
    method: raw.method,
    url: raw.url,
    query,
    headers: raw.headers,
    ip: parts.findAddress(raw.raw),
    now: parts.clock(),
    readBody: async () =>
      Buffer.isBuffer(raw.body) ? parseBody(raw.body, raw.headers['content-type'] ?? '') : undefined,
  };
}

function fail(
  parts: ServerParts,
  error: unknown,
  raw: FastifyRequest,
  reply: FastifyReply,
  request: Request | SignedRequest = requestOf(parts, raw, Object.create(null)),
): FastifyReply {
  return send(reply, present(parts, error, raw, request), request.now);
}

function present(parts: ServerParts, error: unknown, raw: FastifyRequest, request: Request): Answer {
  const answer = parts.presentError(ownError(error), request);
  if (answer.status >= 500) raw.log.error({ requestId: raw.id, err: error }, 'a request failed');
  return answer;
}

/** What Fastify or node refuse (too large, a broken address, a client that went away) as ours. */
function ownError(error: unknown): unknown {
  const { statusCode } = error as Partial<FastifyError>;
  if (statusCode === undefined || statusCode >= 500) return error;
  return new HttpError(statusCode, statusCode === 413 ? 'body_too_large' : 'malformed');
}

/** doc: companies, response headers: every answer tells the server's time */
function send(reply: FastifyReply, { status, headers, body }: Answer, now: number): FastifyReply {
  return reply
    .code(status)
    .headers({ ...headers, ...stamp(now) })
    .send(body.length === 0 ? undefined : body);
}

function stamp(now: number): Record<string, string> {
  return { 'Runtime-Timestamp': String(now) };
}

/** What node's parser says of bytes that it could not read. Letters as they are in an address are what people send by mistake. */
function unreadable(code: string): HttpError {
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
function rawAnswer({ status, headers, body }: Answer): Buffer {
  const lines = Object.entries({ ...headers, 'Content-Length': body.length, Connection: 'close' });
  const head = [`HTTP/1.1 ${status} Error`, ...lines.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head), body]);
}
