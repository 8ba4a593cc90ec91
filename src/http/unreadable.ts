import { type Answer, HttpError } from './request.ts';

/** What node's parser says of bytes that it could not read. Letters as they are in an address are what people send by mistake. */
export function unreadable(code: string): HttpError {
  switch (code) {
    case 'HPE_INVALID_URL':
      return new HttpError(400, 'url_not_encoded');
    case 'HPE_HEADER_OVERFLOW':
      return new HttpError(431, 'headers_too_large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpError(408, 'too_slow');
    default:
      return new HttpError(400, 'not_http');
  }
}

/** An answer as bytes of a connection that is closed after it. */
export function rawAnswer({ status, headers, body }: Answer): Buffer {
  const lines = Object.entries({ ...headers, 'Content-Length': body.length, Connection: 'close' });
  const head = [`HTTP/1.1 ${status} Error`, ...lines.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head), body]);
}
