import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { part } from './connections.ts';
import { HttpError, overloaded } from './request.ts';

/** Bytes of bodies and of large answers that are in memory, each until its client has the answer or has gone. */
export class Held {
  readonly #most: number;
  readonly #open = new WeakMap<Socket, Map<ServerResponse, number>>();
  #bytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#bytes >= this.#most;
  }

  add({ socket }: IncomingMessage, response: ServerResponse, bytes: number): void {
    if (socket.destroyed) return;
    const open = this.#open.get(socket) ?? this.#watch(socket);
    const before = open.get(response);
    if (before === undefined) response.once('close', () => this.#release(open, response));
    open.set(response, (before ?? 0) + bytes);
    this.#bytes += bytes;
  }

  /** Reads a body. @throws HttpError 413; 503 when there is no room for it */
  read(request: IncomingMessage, response: ServerResponse, limit: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      let chunks: Buffer[] = [];
      let length = 0;
      const end = (error?: Error): void => {
        request.off('data', take).off('end', end).off('error', end);
        // What still comes of a refused one is thrown away.
        request.resume();
        if (error) {
          chunks = [];
          // What node does once the answer is out, if the connection is to close.
          request.socket.destroySoon = () => part(request);
          reject(error instanceof HttpError ? error : new HttpError(400, 'malformed'));
        } else resolve(Buffer.concat(chunks, length));
      };
      const take = (chunk: Buffer): void => {
        length += chunk.length;
        if (length > limit) end(new HttpError(413, 'body_too_large'));
        else if (this.isFull) end(overloaded());
        else {
          this.add(request, response, chunk.length);
          chunks.push(chunk);
        }
      };
      if (Number(request.headers['content-length']) > limit) end(new HttpError(413, 'body_too_large'));
      else request.on('data', take).on('end', end).on('error', end);
    });
  }

  /** An answer that stands behind another one when its client goes is not told so. */
  #watch(socket: Socket): Map<ServerResponse, number> {
    const open = new Map<ServerResponse, number>();
    this.#open.set(socket, open);
    socket.once('close', () => {
      for (const response of open.keys()) this.#release(open, response);
    });
    return open;
  }

  #release(open: Map<ServerResponse, number>, response: ServerResponse): void {
    this.#bytes -= open.get(response) ?? 0;
    open.delete(response);
  }
}
