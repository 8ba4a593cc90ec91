import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Answer, Request, Route } from './request.ts';

/** A file of the program, read once and kept; it stays as it is while the server runs. */
export interface ServedFile {
  readonly path: string;
  readonly file: URL;
  readonly type: string;
  /** Seconds that a browser need not ask again. */
  readonly maxAge: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An address that answers with one file to anybody; 304 to who has it already. */
export function fileRoute({ path, file, type, maxAge, headers }: ServedFile): Route {
  let kept: { readonly body: Buffer; readonly tag: string } | undefined;
  const answer = async (request: Request): Promise<Answer> => {
    if (kept === undefined) {
      const body = await readFile(file);
      kept = { body, tag: `"${createHash('sha256').update(body).digest('base64url')}"` };
    }
    const { body, tag } = kept;
    const isKnown = request.headers['if-none-match']?.includes(tag) ?? false;
    const shared = { ETag: tag, 'Cache-Control': maxAge > 0 ? `max-age=${maxAge}` : 'no-cache' };
    if (isKnown) return { status: 304, headers: shared, body: Buffer.alloc(0) };
    const all = { ...shared, ...headers, 'Content-Type': type, 'X-Content-Type-Options': 'nosniff' };
    return { status: 200, headers: all, body };
  };
  return { path, open: true, here: true, methods: { GET: answer } };
}
