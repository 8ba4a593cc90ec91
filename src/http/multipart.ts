import { isUtf8 } from 'node:buffer';
import { HttpError } from './request.ts';

const boundaryOf = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i;
const nameOf = /^content-disposition:\s*form-data\s*(?:;.*?)??;\s*name=(?:"([^"\r\n]*)"|([^\s;"]+))/im;
const isFile = /^content-disposition:.*;\s*filename\*?=/im;

/**
 * The texts of multipart/form-data, by their names; files are left out. curl and PHP send a form so when they are given an array of
 * fields. Node's own reader comes with its client: it takes a twentieth of a second to load, and seconds for as many parts as a body
 * can hold. @throws HttpError 400
 */
export function parseMultipart(bytes: Buffer, contentType: string): [name: string, value: string][] {
  const [, quoted, bare] = boundaryOf.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) throw notUnderstood();
  // As latin1 each character is a byte.
  const [before, ...parts] = `\r\n${bytes.toString('latin1')}`.split(`\r\n--${boundary}`);
  const count = parts.findIndex((part) => part.startsWith('--'));
  if (before !== '' || count < 0) throw notUnderstood();
  return parts.slice(0, count).flatMap(readPart);
}

function readPart(part: string): [name: string, value: string][] {
  const end = part.indexOf('\r\n\r\n');
  const head = part.slice(0, end).trimStart();
  const [, quoted, bare] = nameOf.exec(head) ?? [];
  const name = quoted ?? bare;
  if (end < 0 || !part.startsWith('\r\n') || name === undefined) throw notUnderstood();
  return isFile.test(head) ? [] : [[decode(unescaped(name)), decode(part.slice(end + 4))]];
}

/** What browsers and curl cannot write between quotes. */
function unescaped(name: string): string {
  return name.replace(/%22|%0D|%0A/gi, decodeURIComponent);
}

function decode(latin1: string): string {
  if (/^[\0-\x7f]*$/.test(latin1)) return latin1;
  const bytes = Buffer.from(latin1, 'latin1');
  if (!isUtf8(bytes)) throw new HttpError(400, 'body_not_utf8');
  return bytes.toString('utf8');
}

function notUnderstood(): HttpError {
  return new HttpError(400, 'body_not_understood');
}
