/** What is told of a request that failed. */
export interface Failure {
  /** `POST /api/v2/companies`: never with its parameters, which may hold a key. */
  request: string;
  /** HTTP; 0: there was no answer. */
  status: number;
  code?: number | undefined;
  retryAfter?: number | undefined;
  isUncertain?: boolean;
  cause?: unknown;
}

/** Whatever goes wrong with a request, but for an abort, which rejects with the signal's own reason. */
export class KontoraError extends Error {
  override readonly name = 'KontoraError';
  readonly request: string;
  readonly status: number;
  /** amoCRM's number, where the answer has one. docs/api/errors.md */
  readonly code: number | undefined;
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter: number | undefined;
  /** A write of which nobody knows whether it was done: look before you repeat it. */
  readonly isUncertain: boolean;
  /** Of a batch that was sent in parts: what the parts before this one came to, so that its length is where this one begins. */
  done: readonly (Saved | Refused)[] = [];

  constructor(message: string, { request, status, code, retryAfter, isUncertain = false, cause }: Failure) {
    super(message, cause === undefined ? undefined : { cause });
    this.request = request;
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
    this.isUncertain = isUncertain;
  }
}

export interface Saved {
  id: number;
  /** Of updates. */
  updated_at?: number;
}

/** One item of several that was not done; the others were. */
export interface Refused {
  id: number;
  /** The server's words. */
  error: string;
  reason: 'stale' | 'not_found' | 'no_right' | 'other';
}

export function refused(id: number | string, error: string): Refused {
  return { id: Number(id), error, reason: reasons.find(([words]) => words.test(error))?.[1] ?? 'other' };
}

const reasons: readonly (readonly [RegExp, Refused['reason']])[] = [
  [/^Last modified date is older/, 'stale'],
  [/not found$/, 'not_found'],
  [/^Access denied$/, 'no_right'],
];

/** The text and number in whichever of the API's shapes an answer has. */
export function readProblem(body: unknown): { message?: string; code?: number } {
  const { detail, hint, response } = (body ?? {}) as {
    detail?: string;
    hint?: string;
    response?: { error?: string; error_code?: string };
  };
  const text = response?.error ?? hint ?? detail;
  if (typeof text !== 'string') return {};
  const [, number = response?.error_code, rest = text] = /^Код ошибки (\d+)\. (.*)$/s.exec(text) ?? [];
  return { message: rest, ...(number !== undefined && { code: Number(number) }) };
}
