import { isUtf8 } from 'node:buffer';
import { parseBrackets, treeOf } from './brackets.ts';
import { HttpError } from './request.ts';

/**
 * The value that a body holds: JSON or bracketed form data, told apart by what it is and not by Content-Type, since clients send
 * either under any. Undefined if it is empty. @throws HttpError 400
 */
export async function parseBody(bytes: Buffer, contentType: string): Promise<unknown> {
  const isMultipart = /^multipart\/form-data/i.test(contentType) && bytes.subarray(0, 2).toString('latin1') === '--';
  if (isMultipart) return parseMultipart(bytes, contentType);
  if (!isUtf8(bytes)) throw new HttpError(400, 'body_not_utf8');
  const text = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trim();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    if (/^[{["]/.test(text) || !text.includes('=')) throw new HttpError(400, 'body_not_understood');
  }
  return parseBrackets(text);
}

/** curl and PHP send a form so when they are given an array of fields. */
async function parseMultipart(bytes: Buffer, contentType: string): Promise<unknown> {
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw new HttpError(400, 'body_not_understood');
  }
  const pairs = [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  return treeOf(pairs);
}
