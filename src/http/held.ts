import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpError, overloaded } from './request.ts';

/** Bytes of bodies and of large answers that are in memory, each until its client has the answer or has gone. */
export class Held {
  readonly #most: number;
  readonly #of = new WeakMap<ServerResponse, number>();
  #bytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#bytes >= this.#most;
  }

  add(response: ServerResponse, bytes: number): void {
    const before = this.#of.get(response);
    if (before === undefined) response.once('close', () => this.#release(response));
    this.#of.set(response, (before ?? 0) + bytes);
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
          reject(error instanceof HttpError ? error : new HttpError(400, 'malformed'));
        } else resolve(Buffer.concat(chunks, length));
      };
      const take = (chunk: Buffer): void => {
        length += chunk.length;
        if (length > limit) end(new HttpError(413, 'body_too_large'));
        else if (this.isFull) end(overloaded());
        else {
          this.add(response, chunk.length);
          chunks.push(chunk);
        }
      };
      if (Number(request.headers['content-length']) > limit) end(new HttpError(413, 'body_too_large'));
      else request.on('data', take).on('end', end).on('error', end);
    });
  }

  #release(response: ServerResponse): void {
    this.#bytes -= this.#of.get(response)!;
    this.#of.delete(response);
  }
}
