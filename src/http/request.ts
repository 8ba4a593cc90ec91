import type { IncomingHttpHeaders } from 'node:http';
import type { Actor } from '../crm/account.ts';
import type { Tree } from './brackets.ts';

/** What stands above a request's body, and who sent it when. */
export interface RequestHead {
  readonly method: string;
  /** As it was received, with the query. */
  readonly url: string;
  readonly query: Tree;
  readonly headers: IncomingHttpHeaders;
  /** Address of the client. */
  readonly ip: string;
  /** Unix seconds. */
  readonly now: number;
}

/** One request, as the wire sees it. */
export interface Request extends RequestHead {
  readonly id: string;
  /** The parsed body; undefined if there is none. @throws HttpError 400 */
  readonly readBody: () => Promise<unknown>;
}

export interface SignedRequest extends Request {
  readonly actor: Actor;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
  /** Nobody else has the memory of the body: it is given back once it is sent. */
  readonly isOwn?: boolean;
}

/** A request whose body is read as it comes, and whose answer goes out as it is made. Either may take hours. */
export interface StreamedRequest extends SignedRequest {
  readonly stream: AsyncIterable<Uint8Array>;
  /** Has a part of the body answered as a request of its own, where those are answered that take long. */
  readonly answerPart: (part: Uint8Array) => Promise<Answer>;
}

/** A part of such a body. */
export interface PartRequest extends SignedRequest {
  readonly part: Uint8Array;
}

/** An answer that is there at once; its parts follow each other. */
export interface AnswerAtOnce {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** The memory of large ones is nobody else's: it is given back once they are sent. */
  readonly parts: readonly Uint8Array[];
  /** Whose answer it is. */
  readonly actor: Actor;
}

/**
 * An address and what answers there, by method. `open` routes need no sign-in; those that answer `here`, in the thread where requests
 * come in, take no turn: their bodies are as short as those of open ones, and they write by `SessionWrites` alone.
 */
export type Route =
  | StreamedRoute
  | {
      readonly path: string;
      readonly open: true;
      readonly here?: boolean;
      readonly part?: undefined;
      readonly methods: Methods<Request>;
    }
  | {
      readonly path: string;
      readonly open?: false;
      readonly here?: boolean;
      readonly part?: undefined;
      readonly methods: Methods<SignedRequest>;
    };

/**
 * One that reads its body as it comes. POST is answered by 200 with lines of JSON, unless the promise is rejected; an error on the way is
 * the last line. It cuts the body into parts, which `part` answers, maybe in another thread.
 */
export interface StreamedRoute {
  readonly path: string;
  readonly open?: false;
  readonly here?: undefined;
  readonly methods: { readonly POST: (request: StreamedRequest) => Promise<AsyncIterable<Uint8Array>> };
  readonly part: (request: PartRequest) => Promise<Answer>;
}

export type Methods<R extends Request> = Readonly<Partial<Record<'GET' | 'POST', (request: R) => Promise<Answer>>>>;

/** What is wrong with a request before anybody knows what it is about. */
export class HttpError extends Error {
  readonly status: number;
  readonly reason: HttpReason;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, reason: HttpReason, headers: Readonly<Record<string, string>> = {}) {
    super(reason);
    this.status = status;
    this.reason = reason;
    this.headers = headers;
  }
}

export type HttpReason =
  | 'unknown_address'
  | 'wrong_method'
  | 'foreign_page'
  | 'body_not_utf8'
  | 'body_not_understood'
  | 'body_compressed'
  | 'body_too_large'
  | 'parameters_not_utf8'
  | 'too_many_parameters'
  | 'malformed'
  | 'url_not_encoded'
  | 'not_http'
  | 'headers_too_large'
  | 'too_slow'
  | 'too_many_requests'
  | 'blocked'
  | 'overloaded'
  | 'stopping';

/** Nothing was done of the request; it may be sent again. */
export function overloaded(): HttpError {
  return new HttpError(503, 'overloaded', { 'Retry-After': '1' });
}
