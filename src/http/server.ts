import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Actor } from '../crm/account.ts';
import { parseBody } from './body.ts';
import { readQuery, type Tree } from './brackets.ts';
import type { FindAddress } from './client-address.ts';
import { endConnections, openServer } from './connections.ts';
import { bufferOf, type Elsewhere } from './elsewhere.ts';
import { isForeign } from './foreign.ts';
import { Held } from './held.ts';
import type { Limits } from './limits.ts';
import type { RateLimit } from './rate.ts';
import { RawLetters } from './raw-letters.ts';
import {
  type Answer,
  type AnswerAtOnce,
  HttpError,
  overloaded,
  type Request,
  type RequestHead,
  type Route,
  type SignedRequest,
  type StreamedRequest,
  type StreamedRoute,
} from './request.ts';
import type { SignIn } from './session.ts';
import { Streams } from './streams.ts';
import { Turns } from './turns.ts';
import { rawAnswer, unreadable } from './unreadable.ts';
import { givenId, requestIdOf, type Seen, type Watch, watchRequest } from './watch.ts';

/** In bytes: up to this an answer is sent in one piece. */
const smallAnswer = 32 * 1024;

export interface ServerParts {
  readonly routes: readonly Route[];
  readonly signIn: SignIn;
  /** The answer, if it is there without waiting for anything: such requests take no further way. */
  readonly answerAtOnce: (request: RequestHead) => AnswerAtOnce | undefined;
  /** Without it everything is answered in this thread. */
  readonly elsewhere?: Elsewhere | undefined;
  readonly limits: Limits;
  /** How many requests are answered at a time; the others wait for their turn. */
  readonly atOnce: { readonly reads: number; readonly writes: number };
  readonly rate?: RateLimit | undefined;
  /** Headers that tell a client its session, on answers to requests that carried a key. */
  readonly sessionCookies: (sessionId: string, login: string, now: number) => string[];
  /** How an error of any sort looks on the wire. */
  readonly presentError: (error: unknown, request: Request | SignedRequest) => Answer;
  /** How it looks when there is not even a request. */
  readonly presentHttpError: (error: HttpError) => Answer;
  /** Unix seconds. */
  readonly clock: () => number;
  /** Is told of what is answered by 500 or more. */
  readonly log: { error(fields: object, text: string): void };
  readonly findAddress: FindAddress;
  readonly watch?: Watch | undefined;
}

/** What a server has besides. */
interface Running extends ServerParts {
  isStopping: boolean;
  readonly held: Held;
  readonly turns: { readonly reads: Turns; readonly writes: Turns };
}

/** The HTTP side of everything: limits, sign-in, one answer for each request and for each way to fail. */
export function createServer(given: ServerParts): FastifyInstance {
  const { limits, atOnce } = given;
  const turns = { reads: new Turns(atOnce.reads, limits), writes: new Turns(atOnce.writes, limits) };
  const parts: Running = { ...given, held: new Held(limits.held), turns, isStopping: false };
  const letters = new RawLetters();
  const watched = new WeakMap<IncomingMessage, Seen>();
  const refusable = new Map(parts.routes.filter(({ open }) => !open).map((route) => [route.path, route]));
  const app = Fastify({
    // No route has a schema: what compiles them is not loaded, which saves several megabytes.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    serverFactory: (handle, options) =>
      openServer(
        limits,
        options,
        (request, response) => {
          letters.takeNote(request, response);
          let seen: Seen | undefined;
          if (parts.watch) {
            seen = watchRequest(parts.watch, request, response, parts.findAddress(request));
            watched.set(request, seen);
          }
          const isAnswered =
            !parts.isStopping &&
            (sendAtOnce(parts, request, response, seen) || refuseAtOnce(parts, refusable, request, response, seen));
          if (!isAnswered) handle(request, response);
        },
        (response) => refuse(parts, response, undefined, { Connection: 'close' }),
      ),
    routerOptions: { ignoreTrailingSlash: true, querystringParser: () => ({}) },
    // It would tell whole addresses, with the keys in them: what is to be told is told here.
    logger: false,
    genReqId: (raw) => watched.get(raw as IncomingMessage)?.id ?? requestIdOf(raw as IncomingMessage),
    return503OnClosing: false,
    frameworkErrors: (error, raw, reply) => fail(parts, error, raw, reply),
    clientErrorHandler(error, socket) {
      if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && streams.has(socket)) return;
      if (letters.readAgain(app.server, socket, error)) return;
      if (socket.writable) socket.end(rawAnswer(parts.presentHttpError(unreadable(error.code))));
      else socket.destroy();
    },
  });
  app.removeAllContentTypeParsers();
  // Of an address that is not there nobody reads the body.
  app.addContentTypeParser('*', async (raw: FastifyRequest) => accepted.get(raw)?.readBody());
  app.addHook('preClose', async () => {
    parts.isStopping = true;
  });
  endConnections(app);
  const streams = new Streams(app, limits);
  const accepted = new WeakMap<FastifyRequest, Accepted>();
  for (const route of parts.routes) {
    app.all(route.path, {
      // Before the body is read: nobody makes the server hold a large one without having signed in.
      onRequest: async (raw, reply) => {
        const seen = watched.get(raw.raw);
        if (seen) seen.route = route.path;
        if (parts.isStopping) throw new HttpError(503, 'stopping', { 'Retry-After': '1' });
        const mine = await accept(parts, route, raw, reply);
        accepted.set(raw, mine);
        const { request, stream } = mine;
        if (seen && 'actor' in request) seen.actor = request.actor;
        // What is answered here has its body left alone.
        if (stream) {
          const failed = (error: unknown) => present(parts, error, raw, request);
          const headers = stamp(request.now, nameOf(parts, request, 200));
          await streams.answer(raw, reply, stream.actor, headers, stream.handle, failed);
        }
      },
      handler: async (raw, reply) => {
        const { request, answer } = accepted.get(raw)!;
        const given = await answer();
        if (given.body.length > smallAnswer) {
          parts.held.add(raw.raw, reply.raw, given.body.length);
          if (given.isOwn) freeWhenSent(reply.raw, [given.body]);
        }
        return send(parts, reply, given, request);
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

function sendAtOnce(
  parts: Running,
  request: IncomingMessage,
  response: ServerResponse,
  seen: Seen | undefined,
): boolean {
  const now = parts.clock();
  const answer = findAnswerAtOnce(parts, request, now);
  if (answer === undefined) return false;
  const length = answer.parts.reduce((sum, part) => sum + part.length, 0);
  // Where memory is full, a large one is refused on the long way; a small one takes none.
  if (length > smallAnswer && parts.held.isFull) return false;
  if (parts.rate?.takeIfFree?.(answer.actor.account.id) === false) return false;
  if (seen) {
    seen.route = pathOf(request);
    seen.actor = answer.actor;
    seen.isAtOnce = true;
  }
  const headers: OutgoingHttpHeaders = { ...answer.headers, ...stamp(now, seen?.id ?? givenId(request.headers)) };
  if (length > 0) headers['Content-Length'] = length;
  response.writeHead(answer.status, headers);
  // As a string node sends it along with the head, by one call; copying a large one would take longer than sending it in parts.
  if (length <= smallAnswer) response.end(Buffer.concat(answer.parts, length).toString('latin1'), 'latin1');
  else {
    parts.held.add(request, response, length);
    freeWhenSent(response, answer.parts);
    for (const part of answer.parts) response.write(part);
    response.end();
  }
  return true;
}

/** Left to the garbage collector, each thirty pages of a list would have it go through everything: two thirds of what a page takes. */
function freeWhenSent(response: ServerResponse, parts: readonly Uint8Array[]): void {
  response.once('finish', () => {
    for (const { buffer, byteLength } of parts) {
      const isWhole = byteLength > smallAnswer && byteLength === buffer.byteLength;
      if (isWhole && buffer instanceof ArrayBuffer) buffer.transfer(0);
    }
  });
}

/** What is refused takes away from those who are served: the less, the sooner it is. */
function refuseAtOnce(
  parts: Running,
  refusable: ReadonlyMap<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
  seen: Seen | undefined,
): boolean {
  const method = request.method === 'HEAD' ? 'GET' : request.method!;
  const route = refusable.get(pathOf(request));
  if (route === undefined || !(method in route.methods) || !isOverloaded(parts, route, method)) return false;
  if (seen) seen.route = route.path;
  refuse(parts, response, seen);
  return true;
}

/** Whether no more requests of this sort are taken. */
function isOverloaded(parts: Running, route: Route, method: string): boolean {
  return parts.held.isFull || (!route.here && turnsOf(parts, route, method).isFull);
}

function turnsOf({ turns }: Running, { open }: Route, method: string): Turns {
  return method === 'GET' && !open ? turns.reads : turns.writes;
}

function refuse(parts: Running, response: ServerResponse, seen?: Seen, more: OutgoingHttpHeaders = {}): void {
  const { status, headers, body } = parts.presentHttpError(overloaded());
  const stamped = stamp(parts.clock(), seen?.id ?? givenId(response.req.headers));
  response.writeHead(status, { ...headers, ...stamped, ...more, 'Content-Length': body.length }).end(body);
}

function pathOf({ url }: IncomingMessage): string {
  return url!.replace(/\/?(\?.*)?$/, '');
}

function findAnswerAtOnce(parts: ServerParts, request: IncomingMessage, now: number) {
  try {
    const { method, url, headers } = request;
    const ip = parts.findAddress(request);
    return parts.answerAtOnce({ method: method!, url: url!, headers, ip, now, query: queryOf(request, parts.limits) });
  } catch {
    // Whatever is wrong is found again, and told, on the long way.
    return undefined;
  }
}

/** What was read of them, or why it could not be. */
const queries = new WeakMap<IncomingMessage, Tree | HttpError>();

/** Both ways ask for it, and a long one takes its time, also to be refused. @throws HttpError 400 */
function queryOf(request: IncomingMessage, limits: Limits): Tree {
  const query = queries.get(request) ?? readOrRefuse(request.url!, limits);
  queries.set(request, query);
  if (query instanceof HttpError) throw query;
  return query;
}

function readOrRefuse(url: string, limits: Limits): Tree | HttpError {
  try {
    return readQuery(url, limits);
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
}

/** A request whose sender and handler are known, and whose body is still to come. */
interface Accepted {
  readonly request: Request | SignedRequest;
  readonly answer: () => Promise<Answer>;
  readonly readBody: () => Promise<Buffer>;
  /** In place of both, where the body is read as it comes. */
  readonly stream?: {
    readonly actor: Actor;
    readonly handle: (body: StreamedRequest['stream']) => Promise<AsyncIterable<Uint8Array>>;
  };
}

async function accept(parts: Running, route: Route, raw: FastifyRequest, reply: FastifyReply): Promise<Accepted> {
  const { limits, held } = parts;
  forgetContentType(raw);
  const request = requestOf(parts, raw, queryOf(raw.raw, limits));
  const method = raw.method === 'HEAD' ? 'GET' : raw.method;
  if (!(method === 'GET' || method === 'POST') || !(method in route.methods)) {
    throw new HttpError(405, 'wrong_method', { Allow: Object.keys(route.methods).join(', ') });
  }
  const readBody = () => held.read(raw.raw, reply.raw, route.open || route.here ? limits.openBody : limits.body);
  if (route.open && route.here) {
    const handle = route.methods[method]!;
    return { request, readBody, answer: () => handle(request) };
  }
  // Before anything else is done for it.
  if (isOverloaded(parts, route, method)) throw overloaded();
  const turns = turnsOf(parts, route, method);
  const inTurn = (work: Accepted['answer']) => () => turns.take(work, () => raw.raw.socket.destroyed);
  if (route.open) {
    const handle = route.methods[method]!;
    return { request, readBody, answer: inTurn(sender(parts, route, method, raw, request) ?? (() => handle(request))) };
  }
  const { actor, sessionId, byCookie } = await parts.signIn.authenticate(request);
  // The cookie comes with whatever any page has a browser send.
  if (byCookie && method === 'POST' && isForeign(request)) throw new HttpError(403, 'foreign_page');
  if (sessionId !== undefined && !isForeign(request)) {
    reply.header('Set-Cookie', parts.sessionCookies(sessionId, actor.user.login, request.now));
  }
  const verdict = (await parts.rate?.take(actor.account.id)) ?? 'taken';
  if (verdict === 'blocked') throw new HttpError(403, verdict);
  if (verdict === 'too_many_requests') throw new HttpError(429, verdict, { 'Retry-After': '1' });
  const signed = { ...request, actor };
  if (route.part) return { ...acceptStream(parts, route, raw, signed), readBody };
  const handle = route.methods[method]!;
  if (route.here) return { request: signed, readBody, answer: () => handle(signed) };
  const answer = inTurn(sender(parts, route, method, raw, signed) ?? (() => handle(signed)));
  return { request: signed, readBody, answer };
}

function acceptStream(
  parts: Running,
  route: StreamedRoute,
  raw: FastifyRequest,
  request: SignedRequest,
): Omit<Accepted, 'readBody'> {
  const answerPart = (part: Uint8Array) => {
    const now = { ...request, now: parts.clock() };
    const send = sender(parts, route, 'POST', raw, now, part);
    return parts.turns.writes.takeOn(send ?? (() => route.part({ ...now, part })));
  };
  return {
    request,
    answer: () => Promise.reject(new Error('it is a stream')),
    stream: {
      actor: request.actor,
      handle: (stream) => route.methods.POST({ ...request, stream, answerPart }),
    },
  };
}

/** Who is asking may have been all that was missing for an answer at once: then no thread is asked, and none started. */
function answerKnown(parts: ServerParts, request: Request): Answer | undefined {
  const known = parts.answerAtOnce(request);
  if (known === undefined) return undefined;
  // The cookies of a session are on the reply already.
  const { 'Set-Cookie': _cookies, ...headers } = known.headers;
  return { status: known.status, headers, body: Buffer.concat(known.parts), isOwn: true };
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
  const { elsewhere, log } = parts;
  if (elsewhere === undefined) return undefined;
  const { id, url, headers, ip, now } = request;
  const by = 'actor' in request ? { account: request.actor.account.id, user: request.actor.user.id } : undefined;
  return async () => {
    const known = by && answerKnown(parts, request);
    if (known) return known;
    const body = part ?? (Buffer.isBuffer(raw.body) ? raw.body : undefined);
    const answer = await elsewhere.answer({ path, method, id, url, headers, ip, now, by, body });
    if (answer.failure !== undefined) tellFailure(log, raw, answer.failure);
    return { ...answer, body: bufferOf(answer.body), isOwn: true };
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
    readBody: async () => (Buffer.isBuffer(raw.body) ? parseBody(raw.body, raw.headers, parts.limits) : undefined),
  };
}

function fail(
  parts: Running,
  error: unknown,
  raw: FastifyRequest,
  reply: FastifyReply,
  request: Request | SignedRequest = requestOf(parts, raw, Object.create(null)),
): FastifyReply {
  return send(parts, reply, present(parts, error, raw, request), request);
}

function present(parts: ServerParts, error: unknown, raw: FastifyRequest, request: Request): Answer {
  const answer = parts.presentError(ownError(error), request);
  // Of what the server refuses by itself there is nothing to find out.
  const isOurs = !(error instanceof HttpError) && !isOfGoneClient(error);
  if (answer.status >= 500 && isOurs) tellFailure(parts.log, raw, error);
  return answer;
}

/** Whoever does not wait for all of a streamed answer has had no failure, and there is nobody to tell. */
function isOfGoneClient(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function tellFailure(log: ServerParts['log'], { id, method, routeOptions }: FastifyRequest, err: unknown): void {
  log.error({ requestId: id, method, route: routeOptions.url, err }, 'a request failed');
}

/** What Fastify or node refuse (too large, a broken address, a client that went away) as ours. */
function ownError(error: unknown): unknown {
  const { statusCode } = error as Partial<FastifyError>;
  if (statusCode === undefined || statusCode >= 500) return error;
  return new HttpError(statusCode, statusCode === 413 ? 'body_too_large' : 'malformed');
}

function send(parts: Running, reply: FastifyReply, { status, headers, body }: Answer, request: Request): FastifyReply {
  // A client that kept its connection would find it gone.
  if (parts.isStopping) reply.header('Connection', 'close');
  return reply
    .code(status)
    .headers({ ...headers, ...stamp(request.now, nameOf(parts, request, status)) })
    .send(body.length === 0 ? undefined : body);
}

/** Told where there is something to be found by it: in the log, or at whoever sent it. */
function nameOf({ watch }: ServerParts, { id, headers }: Request, status: number): string | undefined {
  return watch || status >= 500 ? id : givenId(headers);
}

/** doc: companies, response headers: every answer tells the server's time */
function stamp(now: number, id: string | undefined): Record<string, string> {
  const time = { 'Runtime-Timestamp': String(now) };
  return id === undefined ? time : { ...time, 'X-Request-Id': id };
}
