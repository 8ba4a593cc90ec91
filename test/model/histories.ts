import fc from 'fast-check';
import type { Server } from './server.ts';
import { type Chances, compareAll, newWorld, type Step, type Tally, take, type World } from './steps.ts';

export interface HistoryOptions {
  readonly chances: Chances;
  /** Steps of one history, at most. */
  readonly steps: number;
  readonly histories: number;
  readonly seed: number;
  /** Of an earlier failure: where fast-check found it. */
  readonly path?: string | undefined;
  readonly tally?: Tally;
  /** Milliseconds after which nothing shorter is looked for. */
  readonly patience?: number;
  /** Is told after each history how many requests it had. */
  readonly done?: (operations: number) => void;
}

class StepCommand implements fc.AsyncCommand<World, World> {
  readonly #step: Step;
  readonly #chances: Chances;

  constructor(step: Step, chances: Chances) {
    this.#step = step;
    this.#chances = chances;
  }

  check(): boolean {
    return true;
  }

  run(world: World): Promise<void> {
    return take(world, this.#step, this.#chances);
  }

  toString(): string {
    return JSON.stringify(this.#step.dice);
  }
}

/** Random histories, of which one that fails is made as short and simple as can be. @throws Error with its requests */
export async function runHistories(server: Server, options: HistoryOptions): Promise<void> {
  const { chances, steps, histories, seed, path, patience = 60_000 } = options;
  const dice = fc.noBias(fc.array(fc.nat({ max: 999 }), { maxLength: 300, size: 'max' }));
  const step = dice.map((numbers) => new StepCommand({ dice: numbers }, chances));
  const tally = options.tally ?? new Map();
  let last: World | undefined;
  /** Since when a failure is being made shorter. */
  let failedAt: number | undefined;
  const property = fc.asyncProperty(fc.commands([step], { maxCommands: steps, size: 'max' }), async (commands) => {
    // What is no failure ends the shrinking: nothing shorter is looked for any more.
    if (failedAt !== undefined && performance.now() - failedAt > patience) return;
    const world = await newWorld(server, tally);
    last = world;
    try {
      await fc.asyncModelRun(() => ({ model: world, real: world }), commands);
      for (const account of world.accounts) {
        const difference = await compareAll(world, account);
        if (difference !== undefined) throw new Error(`in the end ${difference}`);
      }
    } catch (error) {
      failedAt ??= performance.now();
      throw error;
    }
    if (failedAt === undefined) options.done?.(world.operations);
  });
  const result = await fc.check(property, {
    numRuns: histories,
    seed,
    ...(path !== undefined && { path }),
    verbose: 0,
  });
  if (!result.failed) return;
  const { errorInstance, counterexamplePath, numShrinks, counterexample } = result;
  // What was last run need not be the shortest: it is run once more, for its requests.
  const shortest = counterexample?.[0];
  if (shortest) {
    const world = await newWorld(server, tally);
    last = world;
    await fc.asyncModelRun(() => ({ model: world, real: world }), shortest).catch(() => undefined);
  }
  throw new Error(
    [
      `seed ${seed}, path ${counterexamplePath}, after ${numShrinks} steps of shrinking:`,
      ...(last?.told ?? []),
      (errorInstance as Error)?.message,
    ].join('\n'),
  );
}
