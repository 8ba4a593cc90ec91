import { isUtf8 } from 'node:buffer';
import { parseBrackets, treeOf } from './brackets.ts';
import { parseJson } from './json.ts';
import { isLarger } from './json-size.ts';
import type { Limits } from './limits.ts';
import { parseMultipart } from './multipart.ts';
import { HttpError, type RequestHead } from './request.ts';

/**
 * The value that a body holds: JSON or bracketed form data, told apart by what it is and not by Content-Type, since clients send
 * either under any. Undefined if it is empty. @throws HttpError 400
 */
export async function parseBody(bytes: Buffer, headers: RequestHead['headers'], limits: Limits): Promise<unknown> {
  const contentType = headers['content-type'] ?? '';
  if (bytes.length > 0 && isCompressed(headers)) throw new HttpError(400, 'body_compressed');
  const isMultipart = /^multipart\/form-data/i.test(contentType) && bytes.subarray(0, 2).toString('latin1') === '--';
  if (isMultipart) return treeOf(parseMultipart(bytes, contentType), limits);
  if (!isUtf8(bytes)) throw new HttpError(400, 'body_not_utf8');
  const text = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trim();
  if (text === '') return undefined;
  if (/^[{[]/.test(text) && isLarger(bytes, limits)) throw new HttpError(400, 'too_many_parameters');
  try {
    return parseJson(text);
  } catch {
    if (/^[{["]/.test(text) || !text.includes('=')) throw new HttpError(400, 'body_not_understood');
  }
  return parseBrackets(text, limits);
}

/** Nothing is decompressed: a small body could become any size. What else people write there says nothing of the body. */
export function isCompressed({ 'content-encoding': encoding = '' }: RequestHead['headers']): boolean {
  return /\b(gzip|deflate|br|zstd|compress|x-gzip|x-compress)\b/i.test(encoding);
}
