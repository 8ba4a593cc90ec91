import { isUtf8 } from 'node:buffer';
import { parseBrackets, treeOf } from './brackets.ts';
import type { Limits } from './limits.ts';
import { HttpError, type RequestHead } from './request.ts';

/**
 * The value that a body holds: JSON or bracketed form data, told apart by what it is and not by Content-Type, since clients send
 * either under any. Undefined if it is empty. @throws HttpError 400
 */
export async function parseBody(bytes: Buffer, headers: RequestHead['headers'], limits: Limits): Promise<unknown> {
  const contentType = headers['content-type'] ?? '';
  if (bytes.length > 0 && isCompressed(headers)) throw new HttpError(400, 'body_compressed');
  const isMultipart = /^multipart\/form-data/i.test(contentType) && bytes.subarray(0, 2).toString('latin1') === '--';
  if (isMultipart) return parseMultipart(bytes, contentType, limits);
  if (!isUtf8(bytes)) throw new HttpError(400, 'body_not_utf8');
  const text = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trim();
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (/^[{["]/.test(text) || !text.includes('=')) throw new HttpError(400, 'body_not_understood');
    return parseBrackets(text, limits);
  }
  if (isDeeper(value, limits.jsonDepth)) throw new HttpError(400, 'too_many_parameters');
  return value;
}

/** Nothing is decompressed: a small body could become any size. What else people write there says nothing of the body. */
export function isCompressed({ 'content-encoding': encoding = '' }: RequestHead['headers']): boolean {
  return /\b(gzip|deflate|br|zstd|compress|x-gzip|x-compress)\b/i.test(encoding);
}

/** Looks no deeper than that itself. */
function isDeeper(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (levels === 0) return true;
  for (const child of Object.values(value)) if (isDeeper(child, levels - 1)) return true;
  return false;
}

/** curl and PHP send a form so when they are given an array of fields. */
async function parseMultipart(bytes: Buffer, contentType: string, limits: Limits): Promise<unknown> {
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw new HttpError(400, 'body_not_understood');
  }
  const pairs = [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  return treeOf(pairs, limits);
}
