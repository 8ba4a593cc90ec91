/** What a server has to answer, as bytes. */

export type Profile = 'documented' | 'recorded';

/** JSON to be; a Map is an object whose keys keep their order, whatever they look like. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | ReadonlyMap<number, Json> | object;

export type Expected =
  | { readonly status: 200; readonly type: string; readonly json: Json }
  | { readonly status: 204 }
  /** The whole request fails, for one of these reasons: nobody says which of several is told. */
  | { readonly refused: readonly Refusal[] };

export interface Refusal {
  readonly status: number;
  /** amoCRM's number. */
  readonly code: number;
  /** Where in the request, as in `add/0`. */
  readonly place?: string;
  /** The older envelope: of sign-in, and of what is under /private/api/v2/json. */
  readonly legacy?: 'sign-in' | 'private';
  /** Told before anybody asks who it is. */
  readonly isOpen?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly timestamp: string;
}

export function found(json: Json): Expected {
  return { status: 200, type: 'application/hal+json', json };
}

/** What is outside of /api/v2 has the plain content type. */
export function plain(json: Json): Expected {
  return { status: 200, type: 'application/json', json };
}

export const nothing: Expected = { status: 204 };

export function refused(...reasons: readonly Refusal[]): Expected {
  return { refused: reasons };
}

export function self(href: string, method = 'get'): Json {
  return { self: { href, method } };
}

export function hrefTo(path: string, ids: readonly number[]): string {
  return `/api/v2/${path}?id=${ids.join(',')}`;
}

export function linksTo(path: string, ids: readonly number[]): Json {
  return self(hrefTo(path, ids));
}

/** source: reference, wire profiles */
export function empty(profile: Profile): Json {
  return profile === 'documented' ? [] : {};
}

/** What differs between an answer and what is expected; undefined: nothing. */
export function findDifference(expected: Expected, answer: Answer, profile: Profile, now: number): string | undefined {
  if (answer.timestamp !== String(now)) return `Runtime-Timestamp is ${answer.timestamp} instead of ${now}`;
  if ('refused' in expected) {
    if (expected.refused.some((refusal) => isRefusal(refusal, answer, profile, now))) return undefined;
    return `${describe(answer)} instead of one of ${JSON.stringify(expected.refused)}`;
  }
  const [type, text] = expected.status === 204 ? ['', ''] : [expected.type, encode(expected.json, profile)];
  if (answer.status === expected.status && answer.type === type && answer.text === text) return undefined;
  // A page is too long to be read: from a little before the first letter that differs.
  const same = [...answer.text].findIndex((letter, index) => letter !== text[index]);
  const start = Math.max(0, (same < 0 ? answer.text.length : same) - 300);
  const [got, wanted] = [answer.text, text].map((whole) => whole.slice(start, start + 700));
  const frame = { status: expected.status, type, text: wanted! };
  return `${describe({ ...answer, text: got! })}\n  instead of\n${describe(frame)}`;
}

function describe({ status, type, text }: Pick<Answer, 'status' | 'type' | 'text'>): string {
  return `${status} ${type} ${text}`;
}

/** The texts of details are the product's own; number and place are not. source: reference §1.6 */
function isRefusal(refusal: Refusal, answer: Answer, ofAccount: Profile, now: number): boolean {
  const { status, code, place, legacy, isOpen } = refusal;
  if (answer.status !== status) return false;
  // Who is not known has no account with a profile of its own.
  const profile = isOpen || legacy === 'sign-in' ? 'documented' : ofAccount;
  const body = JSON.parse(answer.text);
  if (encode(body, profile) !== answer.text) return false;
  if (legacy !== undefined) {
    const { error, ...rest } = body.response;
    const auth = legacy === 'sign-in' ? { auth: false } : {};
    const wanted = { ...auth, error_code: String(code), ip: '127.0.0.1', domain: 'localhost', server_time: now };
    return answer.type === 'application/json' && error.length > 0 && encode(rest, profile) === encode(wanted, profile);
  }
  const { detail, ...rest } = body;
  const frame = { title: 'Error', type: `https://httpstatus.es/${status}`, status };
  return (
    answer.type === 'application/problem+json' &&
    encode(rest, profile) === encode(frame, profile) &&
    detail.startsWith(`Код ошибки ${code}. `) &&
    (place === undefined || detail.includes(`(${place}`) || detail.includes(`; ${place}`))
  );
}

/** Compact; in the recorded profile slashes and all that is not ASCII are escaped, as PHP does. source: reference §1.3 */
export function encode(json: Json, profile: Profile): string {
  const text = write(json);
  if (profile === 'documented') return text;
  let escaped = '';
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 127) escaped += `\\u${code.toString(16).padStart(4, '0')}`;
    else escaped += text[index] === '/' ? '\\/' : text[index];
  }
  return escaped;
}

function write(json: Json): string {
  if (json === null || typeof json !== 'object') return JSON.stringify(json);
  if (Array.isArray(json)) return `[${json.map(write).join(',')}]`;
  const entries: [unknown, Json][] = json instanceof Map ? [...json] : Object.entries(json);
  const written = entries.filter(([, value]) => value !== undefined);
  return `{${written.map(([key, value]) => `${JSON.stringify(String(key))}:${write(value)}`).join(',')}}`;
}
