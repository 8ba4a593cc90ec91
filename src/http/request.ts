import type { IncomingHttpHeaders } from 'node:http';
import type { Actor } from '../crm/account.ts';
import type { Tree } from './brackets.ts';

/** One request, as the wire sees it. */
export interface Request {
  readonly id: string;
  readonly method: string;
  /** As it was received, with the query. */
  readonly url: string;
  readonly query: Tree;
  readonly headers: IncomingHttpHeaders;
  /** Address of the client. */
  readonly ip: string;
  /** Unix seconds. */
  readonly now: number;
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
}

/** A request whose body is read as it comes, and whose answer goes out as it is made. Either may take hours. */
export interface StreamedRequest extends SignedRequest {
  readonly body: AsyncIterable<Uint8Array>;
  /** Unix seconds, at any moment of it. */
  readonly clock: () => number;
}

/** An address and what answers there, by method. `open` routes need no sign-in. */
export type Route =
  | StreamedRoute
  | { readonly path: string; readonly open: true; readonly streams?: false; readonly methods: Methods<Request> }
  | {
      readonly path: string;
      readonly open?: false;
      readonly streams?: false;
      readonly methods: Methods<SignedRequest>;
    };

/** The answer is 200 with lines of JSON, unless the promise is rejected; an error on the way is its last line. */
export interface StreamedRoute {
  readonly path: string;
  readonly open?: false;
  readonly streams: true;
  readonly methods: { readonly POST: (request: StreamedRequest) => Promise<AsyncIterable<Uint8Array>> };
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
  | 'body_not_utf8'
  | 'body_not_understood'
  | 'body_too_large'
  | 'parameters_not_utf8'
  | 'too_many_parameters'
  | 'malformed'
  | 'url_not_encoded'
  | 'not_http'
  | 'headers_too_large'
  | 'too_slow';
