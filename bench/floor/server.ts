// The floor: the smallest server that gives the product's bytes for GET one, a page, an add and an update of companies. No sign-in, no
// rights, no validation, no search, no history: rows are kept as the bytes of the answer. It is what any such server costs at least.
//
//   node bench/floor/server.ts FLOOR.DB
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FloorRows, latin1 } from './rows.ts';
import { FloorWrites } from './writes.ts';

const path = '/api/v2/companies';
const rows = new FloorRows(process.argv[2]!);
const writes = new FloorWrites(rows);

const server = createServer((request, response) => {
  if (request.method === 'POST') return readAll(request, (body) => sendOne(response, writes.save(body)));
  const url = request.url!;
  if (url.startsWith('id=', path.length + 1)) {
    const document = rows.get(Number(url.slice(path.length + 4)));
    // As one string: node sends head and body by one write then.
    if (document) return sendOne(response, `${start(url)}${latin1(document)}${end}`);
  } else {
    const [, limit, , offset] = /limit_rows=(\d+)(&limit_offset=(\d+))?/.exec(url)!;
    const items = rows.page(Number(offset ?? 0), Number(limit));
    if (items) return sendList(response, start(url), items);
  }
  response.writeHead(204).end();
});
server.listen(0, '127.0.0.1', () => {
  console.log(`The floor runs at http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  rows.close();
});

const end = ']}}';

function start(url: string): string {
  return `{"_links":{"self":{"href":"${url}","method":"get"}},"_embedded":{"items":[`;
}

/** `body`: a character for each byte. */
function sendOne(response: ServerResponse, body: string): void {
  head(response, body.length);
  response.end(body, 'latin1');
}

/** Without a copy of the rows. */
function sendList(response: ServerResponse, start: string, items: Uint8Array): void {
  head(response, start.length + items.length + end.length);
  response.write(start, 'latin1');
  response.write(items);
  response.end(end, 'latin1');
  // Left to the garbage collector, it would be called each few pages.
  response.once('finish', () => (items.buffer as ArrayBuffer).transfer(0));
}

function head(response: ServerResponse, length: number): void {
  response.writeHead(200, ['Content-Type', 'application/hal+json', 'Content-Length', String(length)]);
}

function readAll(request: IncomingMessage, done: (body: string) => void): void {
  const parts: Buffer[] = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => done(latin1(Buffer.concat(parts))));
}
