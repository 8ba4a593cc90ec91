import type { Place } from '../../src/config.ts';
import { problemsAt } from '../support/problems.ts';
import { Connection, type Received } from './connection.ts';
import { draw, SeededDice, type Shot } from './draw.ts';
import { judge } from './judge.ts';
import type { Known } from './sample.ts';
import { startWorld, type World } from './world.ts';

export interface FuzzOptions {
  readonly place: Place;
  /** For files of this run. */
  readonly folder: string;
  readonly requests: number;
  readonly seed: number;
  readonly connections?: number;
  /** After so many the account is emptied and filled anew. */
  readonly round?: number;
  /** Ends earlier when they are over. */
  readonly seconds?: number;
  readonly progress?: (line: string) => void;
}

/** What should not have happened, and the request after which it did. */
export interface Violation {
  readonly what: string;
  readonly shot: Shot | undefined;
  /** The beginning of the answer. */
  readonly answer: string;
  count: number;
}

export interface FuzzResult {
  readonly requests: number;
  readonly seconds: number;
  readonly violations: readonly Violation[];
  /** How many answers had each status; under `none` requests without one. */
  readonly statuses: ReadonlyMap<string, number>;
  readonly transports: ReadonlyMap<string, number>;
  /**
   * Milliseconds for which the main thread's loop did not turn at most: because it was at work; because it waited for something, such as a
   * disk; and in all, with the time for which others had the processor.
   */
  readonly blocked: { working: number; waiting: number; whole: number };
  /** Megabytes that the server held after each tenth, with the account as it was in the beginning and its garbage collected. */
  readonly memory: readonly number[];
}

/** Longest piece of work of the loop, in milliseconds. */
const blockedMost = 50;

export async function runFuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { place, folder } = options;
  const world = await startWorld(place, folder);
  let result: FuzzResult;
  try {
    result = await new Run(world, options).run();
  } finally {
    await world.close();
  }
  const problems = await problemsAt('folder' in place ? place.folder : place.url);
  const violations = problems.map((what): Violation => ({ what, shot: undefined, answer: '', count: 1 }));
  return { ...result, violations: [...result.violations, ...violations] };
}

class Run {
  readonly #world: World;
  readonly #options: FuzzOptions;
  readonly #violations = new Map<string, Violation>();
  readonly #statuses = new Map<string, number>();
  readonly #transports = new Map<string, number>();
  readonly #blocked = { working: 0, waiting: 0, whole: 0 };
  /** What was on its way lately, to tell what held up the loop. */
  readonly #recent: { shot: Shot; from: number; to: number }[] = [];
  #sent = 0;

  constructor(world: World, options: FuzzOptions) {
    this.#world = world;
    this.#options = options;
  }

  async run(): Promise<FuzzResult> {
    const { requests, round = 10_000, seconds = Number.POSITIVE_INFINITY, progress } = this.#options;
    const began = performance.now();
    const passed = () => (performance.now() - began) / 1000;
    const others = await this.#world.others();
    const memory: number[] = [];
    const tenth = Math.max(round, Math.floor(requests / 10 / round) * round);
    while (this.#sent < requests && passed() < seconds && !this.#isOver()) {
      const end = Math.min(requests, this.#sent + round);
      const state = await this.#world.tidy();
      this.#world.probed();
      await this.#sendUntil(end, state);
      this.#lookAtLoop();
      if (this.#sent % tenth === 0 && !this.#isOver()) memory.push(await this.#rest());
      progress?.(`${this.#sent} requests, ${Math.round(passed())} s, ${this.#violations.size} violations`);
    }
    if (!this.#isOver() && this.#sent % tenth !== 0) memory.push(await this.#rest());
    if (!this.#isOver() && (await this.#world.others()) !== others)
      this.#note('the other account has changed', undefined);
    for (const line of this.#world.complaints) this.#note(`it said: ${line}`, undefined);
    return {
      requests: this.#sent,
      seconds: passed(),
      violations: [...this.#violations.values()],
      statuses: this.#statuses,
      transports: this.#transports,
      blocked: this.#blocked,
      memory,
    };
  }

  #isOver(): boolean {
    return this.#world.server.child.exitCode !== null || this.#world.server.child.signalCode !== null;
  }

  /** Memory in the same state each time: with the account as it begins. */
  async #rest(): Promise<number> {
    await this.#world.tidy();
    return (await this.#world.memory()) / 2 ** 20;
  }

  async #sendUntil(end: number, { known, passes }: Awaited<ReturnType<World['tidy']>>): Promise<void> {
    const { connections = 8, seed } = this.#options;
    const port = Number(new URL(this.#world.server.address).port);
    const work = async () => {
      const connection = new Connection(port);
      while (this.#sent < end && !this.#isOver()) {
        const number = this.#sent++;
        const timed: Known = { ...known, time: 2_000_000_000 + number };
        await this.#send(draw(new SeededDice(seed, number), number, timed, passes), connection);
      }
      connection.close();
    };
    await Promise.all(Array.from({ length: connections }, work));
  }

  async #send(shot: Shot, connection: Connection): Promise<void> {
    const from = Date.now();
    const received = await connection.send(shot);
    this.#recent.push({ shot, from, to: Date.now() });
    if (this.#recent.length > 2000) this.#lookAtLoop();
    this.#count(shot, received);
    for (const what of judge(shot, received, this.#world.secrets)) this.#note(what, shot, received);
  }

  #count({ transport }: Shot, { answers }: Received): void {
    add(this.#transports, transport);
    for (const { status } of answers) add(this.#statuses, String(status));
    if (answers.length === 0) add(this.#statuses, 'none');
  }

  #lookAtLoop(): void {
    for (const line of this.#world.probed()) {
      if ('rss' in line) continue;
      const { at, blocked, worked, waited } = line;
      this.#blocked.working = Math.max(this.#blocked.working, worked);
      this.#blocked.waiting = Math.max(this.#blocked.waiting, blocked - worked - waited);
      this.#blocked.whole = Math.max(this.#blocked.whole, blocked);
      if (Math.min(worked, blocked) <= blockedMost) continue;
      const meant = this.#recent.filter(({ from, to }) => from <= at && to >= at - blocked);
      for (const { shot } of meant)
        this.#note(`the loop worked for ${worked} ms, ${meant.length} requests at once`, shot);
      if (meant.length === 0) this.#note(`the loop worked for ${worked} ms`, undefined);
    }
    this.#recent.length = 0;
  }

  #note(what: string, shot: Shot | undefined, received?: Received): void {
    const kind = `${what} ${shot?.transport} ${shot?.bytes.toString('latin1', 0, 60).split('?')[0]}`;
    const known = this.#violations.get(kind);
    if (known) known.count += 1;
    else if (this.#violations.size < 200) {
      const [answer] = received?.answers ?? [];
      const text = answer
        ? `${answer.head}\n\n${answer.body.toString('utf8', 0, 500)}`
        : `${received?.rest.length ?? 0} bytes: ${received?.rest.toString('latin1', 0, 500)}`;
      this.#violations.set(kind, { what, shot, answer: text, count: 1 });
      this.#options.progress?.(`${what}: request ${shot?.number}, ${shot?.transport}: ${text.slice(0, 200)}`);
    }
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
