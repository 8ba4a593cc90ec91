import { isUtf8 } from 'node:buffer';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Answer, Received } from './connection.ts';
import type { Shot, Who } from './draw.ts';

/** Words that stand in the data of somebody and that nobody else may read. */
export type Secrets = Readonly<Record<Who, readonly string[]>>;

/** What no answer may tell: how the server is made, and where it is. */
const inside =
  /node:internal|node_modules|\bat (async )?[\w.<>]+ \(|\.[cm]?[jt]s:\d+|SQLITE_|sqlite|(Syntax|Type|Range|Reference)Error|Unexpected (token|end)|prepared statement|violates|constraint|\[object \w+\]|pg_|file:\/\/\//;

/** Everything that is wrong with what came back. */
export function* judge(shot: Shot, { answers, fault }: Received, secrets: Secrets): Generator<string> {
  if (fault !== undefined && shot.isWhole) yield fault;
  if (answers.length === 0 && shot.isWhole) yield 'no answer';
  for (const answer of answers) yield* judgeOne(answer, secrets[shot.who]);
}

function* judgeOne({ status, headers, head, body: sent }: Answer, secrets: readonly string[]): Generator<string> {
  const body = decoded(sent, headers.get('content-encoding'));
  if (status >= 500) yield `status ${status}`;
  if (headers.has('x-injected')) yield 'a header was injected';
  const type = headers.get('content-type') ?? '';
  if (body.length > 0 && type === '') yield 'a body without a type';
  if (body.length > 0 && !isUtf8(body)) yield 'a body that is not UTF-8';
  const text = body.toString('utf8');
  // The description and the pages of it may say what they like.
  if (!/javascript|html/.test(type) && body.length < 200_000 && inside.test(text))
    yield `an answer tells ${inside.exec(text)}`;
  if (inside.test(head)) yield `a head tells ${inside.exec(head)}`;
  for (const secret of secrets)
    if (body.includes(secret) || head.includes(secret)) yield 'it tells what is somebody else’s';
  const texts = type.includes('ndjson')
    ? text.split('\n').filter(Boolean)
    : /json/.test(type) && body.length > 0
      ? [text]
      : [];
  for (const one of texts) {
    try {
      JSON.parse(one);
    } catch {
      yield 'JSON that is none';
    }
  }
}

/** Pages of the browser are kept compressed. */
function decoded(body: Buffer, encoding: string | undefined): Buffer {
  if (body.length === 0 || encoding === undefined) return body;
  return encoding === 'br' ? brotliDecompressSync(body) : gunzipSync(body);
}
