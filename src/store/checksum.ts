import { hash } from 'node:crypto';
import type { Param } from './sql.ts';

/** The values of a row, in the order of its table's columns. */
export type Row = readonly Param[];

/** How many rows there are, and what they add up to. */
export interface Sum {
  readonly rows: number;
  /** 32 hexadecimal digits. */
  readonly checksum: string;
}

/** A row as a line of an archive, and as what its checksum is made of: the same whatever database it comes from. */
export function lineOf(table: string, row: Row): string {
  return `{"table":"${table}","row":${JSON.stringify(row)}}`;
}

const mask = (1n << 128n) - 1n;

/**
 * Adds up lines: of each the first 128 bits of its SHA-256, modulo 2^128. So the order does not matter, in which engines differ, and
 * a row that is missing, changed or there twice does.
 */
export class Checksum {
  #rows = 0;
  #sum = 0n;

  add(line: string): void {
    this.#rows += 1;
    this.#sum += BigInt(`0x${hash('sha256', line, 'hex').slice(0, 32)}`);
  }

  get sum(): Sum {
    return { rows: this.#rows, checksum: (this.#sum & mask).toString(16).padStart(32, '0') };
  }
}

export const noRows: Sum = new Checksum().sum;
