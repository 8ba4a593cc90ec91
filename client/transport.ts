import { KontoraError, readProblem } from './error.ts';
import { pacer, sleep, unlessAborted } from './time.ts';
import type { SignedInJson } from './wire.ts';

export interface Credentials {
  login: string;
  /** The API key. */
  key: string;
}

/** The same for people; servers of amoCRM have no such sign-in. */
export interface PasswordCredentials {
  login: string;
  /** Or the API key. */
  password: string;
}

export interface TransportOptions {
  /** `https://crm.example`; `''` is the page's own server. */
  baseUrl: string;
  /** For tests, proxies and the like. */
  fetch?: typeof fetch | undefined;
  /** How often a request is repeated, by default 3 times, and after how many milliseconds first: 500, then twice as many each time. */
  retry?: { times?: number; delay?: number } | undefined;
  /** No more requests than so many a second: 7 for amoCRM's own cloud. */
  perSecond?: number | undefined;
}

/**
 * A login and key: they are sent once, and again when the session is over. A token, or what gives one for each request. Or the cookie of
 * a session, which a browser has, or gets by `signIn`.
 */
export type Auth = Credentials | PasswordCredentials | { token: string | (() => string | Promise<string>) } | 'cookie';

export interface Options {
  signal?: AbortSignal | undefined;
}

export interface Call extends Options {
  method?: 'GET' | 'POST';
  /** As `/api/v2/companies`. */
  path: string;
  query?: object | undefined;
  /** Sent as JSON; a text is JSON already. */
  body?: unknown;
  headers?: Record<string, string> | undefined;
  /** May be sent twice; by default what is a GET. */
  isRepeatable?: boolean;
}

/** A body that is sent as it is. */
export type Streamed = Blob | ReadableStream<Uint8Array>;

export interface Transport {
  /** The answer's JSON; undefined: there is nothing (204). @throws KontoraError */
  json<T>(call: Call): Promise<T | undefined>;
  /** The answer as it comes, to a body that is read as it is sent; never repeated. @throws KontoraError */
  stream(call: Call & { body: Streamed }): Promise<Response>;
  signIn(credentials: Credentials | PasswordCredentials, options?: Options): Promise<SignedInJson>;
  signOut(options?: Options): Promise<void>;
  now(): number;
}

/** Longer than this nobody waits for a server: it is the caller's to decide. In milliseconds. */
const longestPause = 60_000;

export function createTransport({ baseUrl, auth, retry, ...options }: TransportOptions & { auth?: Auth }): Transport {
  const base = checkAddress(baseUrl);
  const send = options.fetch ?? ((...request: Parameters<typeof fetch>) => fetch(...request));
  const { times = 3, delay = 500 } = retry ?? {};
  const turn = pacer(options.perSecond);
  const credentials = typeof auth === 'object' && 'login' in auth ? auth : undefined;
  const token = typeof auth === 'object' && 'token' in auth ? auth.token : undefined;
  /** Where there is no browser to keep it. */
  let cookie: string | undefined;
  let session: Promise<SignedInJson> | undefined;
  /** By how many milliseconds the server's clock is. */
  let ahead = 0;

  function signIn(given: Credentials | PasswordCredentials, options: Options = {}): Promise<SignedInJson> {
    const call: Call =
      'password' in given
        ? { path: '/api/kontora/sign-in', body: given }
        : {
            path: '/private/api/auth.php',
            query: { type: 'json' },
            body: { USER_LOGIN: given.login, USER_HASH: given.key },
          };
    return repeated({ method: 'POST', ...call, ...options, isRepeatable: true }, async (call) => {
      const response = await answer(call, {});
      cookie =
        response.headers
          .getSetCookie?.()
          .map((line) => line.split(';')[0]!)
          .join('; ') || undefined;
      return (await readJson<{ response: SignedInJson }>(call, response))!.response;
    });
  }

  /** Several requests at once wait for one sign-in. */
  function openSession(known: Credentials | PasswordCredentials): Promise<SignedInJson> {
    if (session) return session;
    const opened = signIn(known);
    session = opened;
    opened.catch(() => closeSession(opened));
    return opened;
  }

  function closeSession(which: Promise<SignedInJson>): void {
    if (session === which) session = undefined;
  }

  async function authorization(): Promise<Record<string, string>> {
    if (token !== undefined) return { Authorization: `Bearer ${checkToken(await currentToken(token))}` };
    return cookie === undefined ? {} : { Cookie: cookie };
  }

  /** Signs in once more where the session is over: such a request was not looked at. */
  async function authorized(call: Call): Promise<Response> {
    for (let isSecond = false; ; isSecond = true) {
      const opened = credentials && openSession(credentials);
      if (opened) await unlessAborted(opened, call.signal);
      try {
        return await answer(call, await authorization());
      } catch (error) {
        const isOver = error instanceof KontoraError && error.status === 401;
        if (!isOver || !opened || isSecond || isStreamed(call.body)) throw error;
        closeSession(opened);
      }
    }
  }

  async function answer(call: Call, headers: Record<string, string>): Promise<Response> {
    const { method = 'GET', path, query, body, signal } = call;
    await turn(signal);
    signal?.throwIfAborted();
    const asIs = typeof body === 'string' || isStreamed(body);
    const init = {
      method,
      signal: signal ?? null,
      headers: {
        ...(body !== undefined && !isStreamed(body) && { 'Content-Type': 'application/json' }),
        ...headers,
        ...call.headers,
      },
      ...(body !== undefined && { body: asIs ? body : JSON.stringify(body) }),
      // A stream that is answered while it is sent has to be called so.
      ...(body instanceof ReadableStream && { duplex: 'half' as const }),
    };
    const response = await orFailure(call, () => send(`${base}${path}${encodeQuery(query)}`, init));
    const stamp = Number(response.headers.get('Runtime-Timestamp'));
    if (stamp > 0) ahead = stamp * 1000 - Date.now();
    if (!response.ok) throw await refusal(call, response);
    return response;
  }

  async function repeated<T>(call: Call, work: (call: Call) => Promise<T>): Promise<T> {
    for (let count = 0; ; count += 1) {
      try {
        return await work(call);
      } catch (error) {
        if (!(error instanceof KontoraError) || count >= times || !mayRepeat(error)) throw error;
        const pause = error.retryAfter === undefined ? delay * 2 ** count : error.retryAfter * 1000;
        if (pause > longestPause) throw error;
        // Those who were refused together do not come back together.
        await sleep(pause + Math.random() * delay, call.signal);
      }
    }
  }

  return {
    json: (call) => repeated(call, async (call) => readJson(call, await authorized(call))),
    stream(call) {
      // Its body can be sent once only: it goes with a session that is not over.
      session = undefined;
      return authorized(call);
    },
    signIn,
    async signOut(options) {
      const call: Call = { method: 'POST', path: '/api/kontora/sign-out', body: {}, ...options, isRepeatable: true };
      try {
        await repeated(call, async (call) => answer(call, await authorization()));
      } catch (error) {
        // Nobody was signed in any more; or amoCRM, which has no such call and lets sessions run out.
        if (!(error instanceof KontoraError && (error.status === 401 || error.status === 404))) throw error;
      }
      cookie = undefined;
      session = undefined;
    },
    now: () => Math.floor((Date.now() + ahead) / 1000),
  };
}

async function readJson<T>(call: Call, response: Response): Promise<T | undefined> {
  const text = await orFailure(call, () => response.text());
  const json = parsed(text);
  if (text !== '' && json === undefined) {
    throw new KontoraError('The answer is no JSON', { ...failureOf(call), status: response.status });
  }
  return json as T | undefined;
}

/** What happens between this side and the server. */
async function orFailure<T>(call: Call, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    call.signal?.throwIfAborted();
    const failure = { ...failureOf(call), status: 0, cause };
    if (wasNotSent(cause)) failure.isUncertain = false;
    throw new KontoraError(`No answer from the server (${causeCode(cause) ?? 'connection failed'})`, failure);
  }
}

async function refusal(call: Call, response: Response): Promise<KontoraError> {
  const { status } = response;
  const text = await response.text().catch(() => '');
  const { message = `The server answered ${status}`, code } = readProblem(parsed(text));
  const retryAfter = readRetryAfter(response.headers.get('Retry-After'));
  // With the header a server says that it has done nothing yet; without it Kontora says that it does not know. docs/api/errors.md
  const isUncertain = isWrite(call) && status >= 500 && !(status === 503 && retryAfter !== undefined);
  return new KontoraError(message, { ...failureOf(call), status, code, retryAfter, isUncertain });
}

function failureOf(call: Call): { request: string; isUncertain: boolean } {
  return { request: `${call.method ?? 'GET'} ${call.path}`, isUncertain: isWrite(call) };
}

function isWrite({ method = 'GET', isRepeatable = method === 'GET' }: Call): boolean {
  return !isRepeatable;
}

/** A write only where it was certainly not done. */
function mayRepeat({ status, isUncertain }: KontoraError): boolean {
  return !isUncertain && [0, 429, 502, 503, 504].includes(status);
}

/** Codes by which Node tells that there was no connection at all; browsers tell nothing. */
const notSent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

function wasNotSent(cause: unknown): boolean {
  return notSent.test(causeCode(cause) ?? '');
}

function causeCode(error: unknown): string | undefined {
  const { cause } = (error ?? {}) as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds, or a date. */
function readRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

function isStreamed(body: unknown): body is Streamed {
  return body instanceof ReadableStream || body instanceof Blob;
}

/** `{filter: {date_create: {from: 5}}, id: [1, 2]}` → `?filter[date_create][from]=5&id[]=1&id[]=2`, percent-encoded. */
export function encodeQuery(query: object = {}): string {
  const pairs: [string, string][] = [];
  const add = (key: string, value: unknown): void => {
    if (value === undefined || value === null) return;
    if (Array.isArray(value)) for (const item of value.length > 0 ? value : ['']) add(`${key}[]`, item);
    else if (typeof value === 'object') for (const [name, part] of Object.entries(value)) add(`${key}[${name}]`, part);
    else pairs.push([key, String(value)]);
  };
  for (const [key, value] of Object.entries(query)) add(key, value);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
}

function checkAddress(baseUrl: string): string {
  // fetch would refuse it too, with the password in its text.
  if (/^\w+:\/\/[^/]*@/.test(baseUrl)) throw new TypeError('baseUrl holds a login: use auth instead');
  if (!/^(https?:\/\/|\/|$)/i.test(baseUrl)) throw new TypeError('baseUrl is no address of a server');
  return baseUrl.replace(/\/+$/, '');
}

async function currentToken(token: string | (() => string | Promise<string>)): Promise<string> {
  return typeof token === 'string' ? token : token();
}

/** fetch would refuse it too, with the token in its text. */
function checkToken(token: string): string {
  if (!/^[\x21-\x7e]+$/.test(token)) throw new TypeError('The token holds what no token has');
  return token;
}
