import type { IncomingHttpHeaders } from 'node:http';
import type { Store } from '../crm/store.ts';
import { parseBody } from './body.ts';
import { readQuery } from './brackets.ts';
import { describeFailure, type Failure } from './failure.ts';
import type { Limits } from './limits.ts';
import { type Answer, HttpError, type Request, type Route, type SignedRequest } from './request.ts';
import { getActor } from './session.ts';

/** A request as plain values, which can be sent to another thread. */
export interface SentRequest {
  /** Of the route that answers. */
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly id: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly ip: string;
  readonly now: number;
  /** Who has signed in; undefined on open routes. */
  readonly by: { readonly account: number; readonly user: number } | undefined;
  readonly body: Uint8Array | undefined;
}

export interface SentAnswer extends Omit<Answer, 'body'> {
  readonly body: Uint8Array;
  /** What went wrong, for the log; only of answers from 500 on. */
  readonly failure?: Failure | undefined;
}

/** Other threads, in which requests are answered that would hold up the one where they come in. */
export interface Elsewhere {
  answer(request: SentRequest): Promise<SentAnswer>;
}

export interface AnsweringParts {
  readonly store: Store;
  readonly routes: readonly Route[];
  readonly limits: Limits;
  readonly presentError: (error: unknown, request: Request | SignedRequest) => Answer;
}

/** Answers a request that another thread has sent. */
export async function answerSent(
  { store, routes, limits, presentError }: AnsweringParts,
  sent: SentRequest,
): Promise<SentAnswer> {
  let request: Request | SignedRequest = {
    ...sent,
    query: Object.create(null),
    readBody: async () => sent.body && parseBody(bufferOf(sent.body), sent.headers, limits),
  };
  try {
    request = { ...request, query: readQuery(sent.url, limits) };
    const route = routes.find(({ path }) => path === sent.path);
    if (route === undefined) throw new HttpError(404, 'unknown_address');
    if (route.open) return await route.methods[sent.method]!(request);
    const { account, user } = sent.by!;
    const actor = await store.read((tx) => getActor(tx, sent, account, user), account);
    const signed = { ...request, actor };
    request = signed;
    if (route.part) return await route.part({ ...signed, part: sent.body ?? new Uint8Array() });
    return await route.methods[sent.method]!(signed);
  } catch (error) {
    const answer = presentError(error, request);
    return answer.status < 500 ? answer : { ...answer, failure: describeFailure(error) };
  }
}

/** The same bytes, as node's own kind. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes that are a whole buffer are handed over; others, which share one with strangers, are copied. */
export function transferable(bytes: Uint8Array | undefined): ArrayBuffer[] {
  const isWhole = bytes !== undefined && bytes.length > 0 && bytes.byteLength === bytes.buffer.byteLength;
  return isWhole && bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [];
}
