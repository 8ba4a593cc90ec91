import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Actor } from '../crm/account.ts';
import { newProcessName } from './keys.ts';

/** A request that is over, as logs and figures tell of it. Nothing here is a secret: no query, header or body. */
export interface Over {
  readonly id: string;
  readonly method: string;
  /** The address of its route; undefined: there is none at that address. */
  readonly route: string | undefined;
  /** The address of its route; else the one that was asked for, without anything that may be a parameter. */
  readonly path: string;
  /** 499: the client went away before there was an answer. */
  readonly status: number;
  readonly ms: number;
  readonly ip: string;
  /** Who has signed in. */
  readonly actor: Actor | undefined;
  readonly isAtOnce: boolean;
}

/** Is told of every request, if anybody wants to know. */
export interface Watch {
  began(): void;
  over(request: Over): void;
}

/** All of them as one; undefined: there is none. */
export function watchAll(given: readonly (Watch | undefined)[]): Watch | undefined {
  const [first, ...more] = given.filter((watch) => watch !== undefined);
  if (first === undefined || more.length === 0) return first;
  const all = [first, ...more];
  return {
    began() {
      for (const watch of all) watch.began();
    },
    over(request) {
      for (const watch of all) watch.over(request);
    },
  };
}

/** What becomes known of a request on its way. */
export interface Seen {
  readonly id: string;
  route?: string;
  actor?: Actor;
  isAtOnce?: boolean;
}

const clientWentAway = 499;

/** @returns where to say what becomes known of it */
export function watchRequest(watch: Watch, request: IncomingMessage, response: ServerResponse, ip: string): Seen {
  const startedAt = performance.now();
  const seen: Seen = { id: requestIdOf(request) };
  watch.began();
  response.once('close', () => {
    watch.over({
      id: seen.id,
      method: request.method!,
      route: seen.route,
      path: seen.route ?? pathOf(request.url!),
      status: response.headersSent ? response.statusCode : clientWentAway,
      ms: performance.now() - startedAt,
      ip,
      actor: seen.actor,
      isAtOnce: seen.isAtOnce === true,
    });
  });
  return seen;
}

/** Nothing but what the name of an address may be: somebody who encodes a whole address, its `?` too, has his key in the path. */
function pathOf(url: string): string {
  const parts = url.slice(0, 200).split('?', 1)[0]!.split('/').slice(1, 10);
  return parts.map((part) => `/${/^([a-z_]{0,24}|v\d)$/.test(part) ? part : '…'}`).join('');
}

const processName = newProcessName();
let requests = 0;

/** The id that a request came with, so that it can be followed from server to server; else one of its own. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = givenId(headers);
  if (given !== undefined) return given;
  requests += 1;
  return `${processName}-${requests.toString(36)}`;
}

export function givenId({ 'x-request-id': given }: IncomingHttpHeaders): string | undefined {
  return typeof given === 'string' && /^[\w.:=+/@-]{1,128}$/.test(given) ? given : undefined;
}
