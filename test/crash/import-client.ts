import { tokenOf } from '../model/people.ts';
import type { Random } from '../storm/random.ts';
import type { Exchange } from '../storm/transport.ts';
import type { Client, Counts } from './client.ts';

/** docs: import; items are written in transactions of so many. */
const inTransaction = 500;
const administrator = 101;

interface Import {
  /** Lines `prefix/0` … `prefix/count-1`. */
  readonly prefix: string;
  readonly count: number;
  /** How many of them are there at least; all that are, once that is known. */
  written: number;
}

/** Streams companies, more than one transaction takes, by the import over HTTP. */
export class ImportClient implements Client {
  readonly #account: number;
  readonly #random: Random;
  readonly #counts: Counts;
  readonly #imports: Import[] = [];
  readonly #ids = new Map<string, number>();
  #isUnknown = false;

  constructor(account: number, random: Random, counts: Counts) {
    this.#account = account;
    this.#random = random;
    this.#counts = counts;
  }

  async step(exchange: Exchange): Promise<boolean> {
    const one: Import = { prefix: `и${this.#imports.length}`, count: 300 + this.#random.whole(1200), written: 0 };
    this.#imports.push(one);
    const lines = Array.from({ length: one.count }, (_, index) => JSON.stringify({ name: `${one.prefix}/${index}` }));
    const reply = await exchange({
      ...{ process: 0, method: 'POST', path: '/api/kontora/import/companies?with=ids', body: lines.join('\n') },
      ...{ headers: this.#headers() },
      told: (text) => this.#hear(one, text),
    });
    if (typeof reply === 'object' && reply.status === 200 && reply.text.includes('"end":true')) {
      if (one.written !== one.count)
        throw new Error(`of ${one.count} lines ${one.written} were written: ${reply.text.slice(-300)}`);
      return true;
    }
    this.#isUnknown = true;
    return false;
  }

  /** Takes in the lines of the answer that have come so far. */
  #hear(one: Import, text: string): void {
    for (const line of text.split('\n').slice(0, -1)) {
      const { line: number, id, added } = JSON.parse(line);
      if (id !== undefined) this.#ids.set(`${one.prefix}/${number - 1}`, id);
      if (added !== undefined && added > one.written) {
        one.written = added;
        this.#counts.acknowledged += 1;
      }
    }
  }

  async verify(exchange: Exchange, counts: Counts): Promise<void> {
    const found = new Map<string, number>();
    for (let offset = 0; ; offset += 500) {
      const path = `/api/v2/companies?limit_rows=500&limit_offset=${offset}`;
      const reply = await exchange({ process: 0, method: 'GET', path, headers: this.#headers() });
      if (typeof reply === 'string' || reply.status > 204) throw new Error(`${path}: ${JSON.stringify(reply)}`);
      counts.compared += 1;
      if (reply.status === 204) break;
      for (const { id, name } of JSON.parse(reply.text)._embedded.items) found.set(name, id);
    }
    const last = this.#imports.at(-1);
    if (last && this.#isUnknown) this.#settle(last, found, counts);
    this.#isUnknown = false;
    const wanted = this.#imports.flatMap(({ prefix, written }) =>
      Array.from({ length: written }, (_, index) => `${prefix}/${index}`),
    );
    const lost = wanted.filter(
      (name) => !found.has(name) || (this.#ids.get(name) ?? found.get(name)) !== found.get(name),
    );
    if (lost.length > 0 || found.size !== wanted.length) {
      throw new Error(
        `of ${wanted.length} imported companies ${found.size} are there; lost or changed: ${lost.slice(0, 5)}`,
      );
    }
  }

  /** What is there of an import that was cut off: at least what was acknowledged, and whole transactions of it. */
  #settle(one: Import, found: ReadonlyMap<string, number>, counts: Counts): void {
    const there = [...found.keys()].filter((name) => name.startsWith(`${one.prefix}/`)).length;
    const isWhole = there === one.count || there % inTransaction === 0;
    if (there < one.written || !isWhole) {
      throw new Error(`of an import of ${one.count} lines, ${one.written} of them acknowledged, ${there} are there`);
    }
    counts[there > one.written ? 'done' : 'undone'] += 1;
    one.written = there;
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${tokenOf(this.#account, administrator)}`, host: 'localhost' };
  }
}
