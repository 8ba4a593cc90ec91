import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Answer, HttpError, type Request, type Route } from './request.ts';

/** A file of the program, read once and kept; it stays as it is while the server runs. */
export interface ServedFile {
  readonly path: string;
  readonly file: URL;
  readonly type: string;
  /** Seconds that a browser need not ask again; `forever`: what stands there never becomes another. */
  readonly maxAge: number | 'forever';
  readonly headers?: Readonly<Record<string, string>>;
  /** Beside the file there is one of its name and `.br`, and one with `.gz`. */
  readonly isCompressed?: boolean;
}

interface Kept {
  readonly body: Buffer;
  readonly tag: string;
}

/** An address that answers with one file to anybody; 304 to who has it already. */
export function fileRoute({ path, file, type, maxAge, headers, isCompressed = false }: ServedFile): Route {
  const kept = new Map<Encoding | undefined, Kept>();
  const answer = async (request: Request): Promise<Answer> => {
    const encoding = isCompressed ? encodingFor(request.headers['accept-encoding'] ?? '') : undefined;
    const { body, tag } = kept.get(encoding) ?? (await readKept(encoding ? new URL(`${file}.${encoding}`) : file));
    kept.set(encoding, { body, tag });
    const isKnown = request.headers['if-none-match']?.includes(tag) ?? false;
    const shared = {
      ETag: tag,
      'Cache-Control': cacheControl(maxAge),
      ...(isCompressed && { Vary: 'Accept-Encoding' }),
    };
    if (isKnown) return { status: 304, headers: shared, body: Buffer.alloc(0) };
    const all = {
      ...shared,
      ...headers,
      'Content-Type': type,
      'X-Content-Type-Options': 'nosniff',
      ...(encoding && { 'Content-Encoding': encoding === 'gz' ? 'gzip' : 'br' }),
    };
    return { status: 200, headers: all, body };
  };
  return { path, open: true, here: true, methods: { GET: answer } };
}

type Encoding = 'br' | 'gz';

async function readKept(file: URL): Promise<Kept> {
  const body = await readFile(file).catch(() => {
    // What is built anew meanwhile has other names.
    throw new HttpError(404, 'unknown_address');
  });
  return { body, tag: `"${createHash('sha256').update(body).digest('base64url')}"` };
}

/** The better of those that a client takes; a weight of 0 is a refusal. */
function encodingFor(accepted: string): Encoding | undefined {
  const takes = (name: string) =>
    new RegExp(`(^|[,\\s])${name}(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))\\s*(;|,|$)`, 'i').test(accepted);
  return takes('br') ? 'br' : takes('gzip') ? 'gz' : undefined;
}

function cacheControl(maxAge: ServedFile['maxAge']): string {
  if (maxAge === 'forever') return 'public, max-age=31536000, immutable';
  return maxAge > 0 ? `max-age=${maxAge}` : 'no-cache';
}
