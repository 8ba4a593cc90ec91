import { parseArgs } from 'node:util';
import { companiesOf } from './data-set.ts';

export const help = `bin/bench [flags]   measures Kontora, the floor beside it, and prints tables

  --sizes 10k,100k          sets of so many companies, smallest first; each is made once
  --scenarios a,b           only these (--list names them)
  --engine sqlite|postgres  what the product keeps its data in
  --repetitions N           measured ones of each scenario (5)
  --seconds N               whole ones, of a repetition that is not a number of batches (2)
  --sustained N             seconds of sustained updates (600)
  --data DIR                where the sets are kept (bench/data)
  --out FILE                writes the tables there, too
  --list                    names the scenarios`;

export interface Options {
  readonly sizes: readonly string[];
  /** undefined: all. */
  readonly scenarios: readonly string[] | undefined;
  readonly engine: 'sqlite' | 'postgres';
  readonly repetitions: number;
  readonly seconds: number;
  readonly sustained: number;
  readonly data: string;
  readonly out: string | undefined;
  readonly isHelp: boolean;
  readonly isList: boolean;
}

const text = { type: 'string' } as const;
const yes = { type: 'boolean' } as const;

/** @throws Error whose message says what is wrong */
export function readOptions(args: readonly string[], folder: string, known: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{
        sizes: text,
        scenarios: text,
        engine: text,
        repetitions: text,
        seconds: text,
        sustained: text,
        data: text,
        out: text,
      },
      ...{ list: yes, help: yes },
    },
  });
  const sizes = (values.sizes ?? '10k,100k').split(',');
  for (const size of sizes) if (companiesOf(size) < 10_000) throw new Error('a set has 10,000 companies at least');
  const scenarios = values.scenarios?.split(',');
  for (const name of scenarios ?? [])
    if (!known.includes(name)) throw new Error(`there is no scenario "${name}" (--list)`);
  const engine = values.engine ?? 'sqlite';
  if (engine !== 'sqlite' && engine !== 'postgres') throw new Error(`--engine is sqlite or postgres, not "${engine}"`);
  return {
    sizes: sizes.toSorted((one, other) => companiesOf(one) - companiesOf(other)),
    scenarios,
    engine,
    repetitions: whole('--repetitions', values.repetitions ?? '5'),
    seconds: whole('--seconds', values.seconds ?? '2'),
    sustained: whole('--sustained', values.sustained ?? '600'),
    data: values.data ?? folder,
    out: values.out,
    isHelp: values.help ?? false,
    isList: values.list ?? false,
  };
}

function whole(name: string, value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new Error(`${name} is a whole number from 1, not "${value}"`);
  return Number(value);
}
