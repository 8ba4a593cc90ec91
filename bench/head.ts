import { cpus, release, totalmem, type } from 'node:os';
import type { Options } from './options.ts';
import { canPin } from './proc.ts';

/** What a reader has to know of a run before its figures. */
export function headOf(engine: string, { repetitions, seconds, sustained }: Options, took: number): string[] {
  const [first] = cpus();
  const machine = `${cpus().length} × ${first?.model ?? 'processor unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.versions.node}`;
  const args = process.argv.slice(2).join(' ');
  const pinned = canPin
    ? 'Where it says pinned, the server was kept on one processor, with all its threads and its database, and wrk on another; else everything ran where the system put it.'
    : 'Nothing was kept on any processor.';
  return [
    `# Benchmark: ${engine}, ${new Date().toISOString().slice(0, 10)}`,
    `    bin/bench ${args}`,
    `${machine}. Medians of ${repetitions} repetitions of ${seconds} s (writes: of 8 batches), the floor and the product and all sets in turns within each; the whole run took ${took} s, sustained updates ${sustained} s of them. ${pinned}`,
    'Ratios are medians of the ratios of single repetitions, with their least and most. "A second" is requests, of batches records; on one connection it is 1 / p50. CPU is what a request takes of the server, with all its threads and its database. The longest block is that of the main thread in any repetition.',
  ];
}
