import { mkdtempSync, rmSync } from 'node:fs';
import { copyFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataSet, dataSet, login } from './data-set.ts';
import { type Engine, type Place, sqliteEngine } from './engine.ts';
import { importCompanies } from './import-command.ts';
import { measure, type Pair } from './measure.ts';
import type { Options } from './options.ts';
import { mixed, signIns } from './other-scenarios.ts';
import { postgresEngine } from './postgres-engine.ts';
import { reads } from './reads.ts';
import { Results } from './results.ts';
import { scan } from './scan.ts';
import type { Scenario } from './scenario.ts';
import { searches } from './searches.ts';
import { kontora, startFloor, startProduct } from './server.ts';
import { none, starts } from './start.ts';
import { sustained, underLoad } from './under-load.ts';
import { verify } from './verify.ts';
import { walk } from './walk.ts';
import { openWorld } from './world.ts';
import { writes } from './writes.ts';

/** In this order: what makes the data grow comes last. */
export const scenarios: readonly Scenario[] = [...reads, ...searches, ...signIns, mixed, ...writes];

/** What is measured in ways of its own. */
export const parts = [
  ['start', 'from start to first answer, memory idle, size on disk'],
  ['walk', 'all pages of 500, one after the other'],
  ['scan', 'what a search would take without an index'],
  ['under-load', 'GET one while batches are written and searches run'],
  ['sustained', 'batches of 250 updates for some minutes, at the largest size'],
  ['import', "kontora import beside the floor's add"],
] as const;

type Part = (typeof parts)[number][0];

export interface Benchmark {
  readonly results: Results;
  readonly engine: string;
}

/** Measures what the options say, on copies of the sets. */
export async function benchmark(options: Options, progress: (line: string) => void): Promise<Benchmark> {
  const sets: DataSet[] = [];
  for (const size of options.sizes) sets.push(await dataSet(options.data, size, progress));
  const work = mkdtempSync(join(options.data, 'work-'));
  const removeWork = () => rmSync(work, { recursive: true, force: true });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  process.once('exit', removeWork);
  const engine = options.engine === 'sqlite' ? sqliteEngine(work) : await postgresEngine(options.data, progress);
  try {
    const bench = new Bench(options, engine, work, progress);
    return await bench.run(sets);
  } finally {
    await engine.close();
  }
}

class Bench {
  readonly #options: Options;
  readonly #engine: Engine;
  readonly #work: string;
  readonly #progress: (line: string) => void;
  readonly #results = new Results();

  constructor(options: Options, engine: Engine, work: string, progress: (line: string) => void) {
    this.#options = options;
    this.#engine = engine;
    this.#work = work;
    this.#progress = progress;
  }

  async run(sets: readonly DataSet[]): Promise<Benchmark> {
    const places = new Map<DataSet, Place>();
    for (const set of sets) {
      this.#progress(`copying the set ${set.size}`);
      places.set(set, await this.#engine.copyOf(set));
      await mkdir(join(this.#work, set.size), { recursive: true });
      await copyFile(join(set.folders.floor, 'floor.db'), this.#floorOf(set));
    }
    if (this.#wants('start')) await this.#start(places);
    await this.#measureRunning(places);
    if (this.#wants('import')) await this.#import(places);
    return { results: this.#results, engine: this.#engine.name };
  }

  async #start(places: ReadonlyMap<DataSet, Place>): Promise<void> {
    this.#progress('start');
    const empty = await this.#engine.empty();
    const token = (await kontora(['user', 'key', '--login', login, '--token', ...empty.where])).trim();
    const bySize = new Map([[none, empty], ...[...places].map(([{ size }, place]) => [size, place] as const)]);
    const tokens = new Map([[none, token], ...[...places.keys()].map(({ size, token }) => [size, token] as const)]);
    for (const [size, place] of bySize) this.#results.set('disk', size, (await place.size()) / 1e6);
    for (const set of places.keys())
      this.#results.set('floor disk', set.size, (await stat(this.#floorOf(set))).size / 1e6);
    await starts(bySize, (size) => tokens.get(size)!, this.#options.repetitions, this.#results);
  }

  async #measureRunning(places: ReadonlyMap<DataSet, Place>): Promise<void> {
    const wanted = scenarios.filter(({ name }) => this.#wants(name));
    const running = (['walk', 'scan', 'under-load', 'sustained'] as const).filter((part) => this.#wants(part));
    if (wanted.length + running.length === 0) return;
    const pairs: Pair[] = [];
    try {
      for (const [set, place] of places) {
        const product = await startProduct(place.where);
        const floor = await startFloor(this.#floorOf(set));
        pairs.push({ world: openWorld(set), product, floor, productPids: () => [product.pid, ...place.pids()] });
      }
      this.#progress('comparing the bytes of floor and product');
      for (const pair of pairs) await verify(pair);
      await this.#measure(pairs, wanted);
    } finally {
      await Promise.all(pairs.flatMap(({ product, floor }) => [product.stop(), floor.stop()]));
    }
  }

  async #measure(pairs: readonly Pair[], wanted: readonly Scenario[]): Promise<void> {
    const results = this.#results;
    const measureAll = async (some: readonly Scenario[]) => {
      for (const scenario of some.filter((one) => wanted.includes(one))) {
        this.#progress(scenario.name);
        await measure(scenario, pairs, this.#options, results);
      }
    };
    const measurePart = async (name: Part, work: () => unknown) => {
      if (!this.#wants(name)) return;
      this.#progress(name);
      await work();
    };
    await measureAll([...reads, ...searches, ...signIns]);
    await measurePart('scan', () => scan(pairs, this.#options, results));
    await measurePart('walk', () => walk(pairs, this.#options, results));
    await measureAll([mixed]);
    await measurePart('under-load', () => underLoad(pairs, this.#options, results));
    await measureAll(writes);
    await measurePart('sustained', () => sustained(pairs, this.#options.sustained, results));
  }

  async #import(places: ReadonlyMap<DataSet, Place>): Promise<void> {
    this.#progress('import');
    for (const [set, place] of places) {
      const floor = await startFloor(this.#floorOf(set));
      try {
        await importCompanies(place, floor, set, this.#work, this.#options.repetitions, this.#results);
      } finally {
        await floor.stop();
      }
    }
  }

  #wants(name: string): boolean {
    return this.#options.scenarios?.includes(name) ?? true;
  }

  #floorOf({ size }: DataSet): string {
    return join(this.#work, size, 'floor.db');
  }
}
