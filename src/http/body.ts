import { isUtf8 } from 'node:buffer';
import { parseBrackets, treeOf } from './brackets.ts';
import { isLarger } from './json-size.ts';
import { parseMultipart } from './multipart.ts';
import { HttpError } from './request.ts';

/** Levels of a JSON body, and its keys and values: five hundred items of more than eighty fields fit. */
const maxLevels = 2000;
const maxParts = 300_000;

/**
 * The value that a body holds: JSON or bracketed form data, told apart by what it is and not by Content-Type, since clients send
 * either under any. Undefined if it is empty. @throws HttpError 400
 */
export async function parseBody(bytes: Buffer, contentType: string): Promise<unknown> {
  const isMultipart = /^multipart\/form-data/i.test(contentType) && bytes.subarray(0, 2).toString('latin1') === '--';
  if (isMultipart) return treeOf(parseMultipart(bytes, contentType));
  if (!isUtf8(bytes)) throw new HttpError(400, 'body_not_utf8');
  const text = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trim();
  if (text === '') return undefined;
  if (/^[{[]/.test(text) && isLarger(bytes, maxLevels, maxParts)) throw new HttpError(400, 'too_many_parameters');
  try {
    return JSON.parse(text);
  } catch {
    if (/^[{["]/.test(text) || !text.includes('=')) throw new HttpError(400, 'body_not_understood');
  }
  return parseBrackets(text);
}
