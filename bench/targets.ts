import type { Installed } from './installed.ts';
import { median, type Results } from './results.ts';
import type { Scenario } from './scenario.ts';
import { none } from './start.ts';

/** What is wanted, and what came out. On PostgreSQL nothing is wanted, but it is shown. */
export interface Target {
  readonly what: string;
  readonly wanted: string;
  /** undefined: not measured in this run. */
  readonly figure: string | undefined;
  readonly isMet: boolean | undefined;
}

/** At the largest size of the run. */
export function targetsOf(
  results: Results,
  sizes: readonly string[],
  installed: Installed,
  scenarios: readonly Scenario[],
): Target[] {
  const size = sizes.at(-1)!;
  const smallest = sizes[0]!;
  const floor = (scenario: string) => middle(results.ratios(scenario, size));
  const p50 = (scenario: string) => results.medians(scenario, size, 'product')?.p50;
  const get = (name: string, of = size) => results.get(name, of);
  const least = (what: string, wanted: number, value: number | undefined, unit = '× floor') =>
    target(what, '≥', wanted, value, unit);
  const most = (what: string, wanted: number, value: number | undefined, unit = '×') =>
    target(what, '≤', wanted, value, unit);
  const isGrown = sizes.length > 1;
  return [
    least('GET one, 32 connections', 0.6, floor('get-one-32')),
    least('pages of 500, 8 connections', 0.7, floor('pages-8')),
    least('page of 500 at offset 0', 0.7, floor('page-first')),
    ...[
      ['add-500', 'add 500'],
      ['update-500', 'update 500: name'],
      ['update-500-all', 'update 500: all fields'],
    ].map(([scenario, what]) => least(what!, 0.5, floor(scenario!))),
    least('import', 0.7, over(get('import product'), get('import floor')), "× the floor's add"),
    most('page at 99.95 % against offset 0', 1.5, over(p50('page-deep'), p50('page-first'))),
    most(
      'walk through all pages: the slowest against the first',
      2,
      over(get('walk slowest product'), get('walk first product')),
    ),
    ...searchPairs.map(([search, same]) =>
      most(`${search} against a GET of as many rows`, 3, over(p50(search), p50(same))),
    ),
    ...searchPairs.map(([search]) =>
      least(`${search} against a scan`, 50, over(get(`scan ${search}`), p50(search)), '× faster'),
    ),
    ...(isGrown ? [growthTarget(results, smallest, size, scenarios)] : []),
    most(
      'p99 of GET one among batches and searches against alone, a thousand a second',
      5,
      over(get('paced busy'), get('paced quiet')),
    ),
    most('the same, 32 connections that never rest', 5, over(get('full busy'), get('full quiet'))),
    most('longest block of the event loop meanwhile', 20, larger(get('paced block'), get('full block')), ' ms'),
    most(`start to first answer, ${size} against none`, 1.5, over(get('first answer'), get('first answer', none))),
    most('batches of 250 updates, sustained: p99 against p50', 4, over(get('sustained p99'), get('sustained p50'))),
    most('memory idle', 80, get('idle'), ' MB'),
    most(
      `memory idle, ${size} against ${smallest}`,
      1.5,
      isGrown ? over(get('idle'), get('idle', smallest)) : undefined,
    ),
    most('installed, without runtime and test tools', 50, installed.bytes / 1e6, ' MB'),
    most('files compiled', 0, installed.compiled.length, ''),
  ];
}

/** Searches that find few, and a GET of as many rows. */
const searchPairs = [
  ['rare-word', 'rare-word-ids'],
  ['phone', 'one-id'],
  ['e-mail', 'one-id'],
  ['nothing-found', 'no-id'],
] as const;

const commonWords: readonly string[] = ['common-word', 'common-word-deep', 'two-letters'];

/** By how much a scenario may take longer at the largest size than at the smallest. */
export function allowedGrowth({ name, hasMoreInLarger }: Scenario): number | undefined {
  if (hasMoreInLarger) return undefined;
  return commonWords.includes(name) ? 3 : 1.5;
}

function growthTarget(results: Results, from: string, to: string, scenarios: readonly Scenario[]): Target {
  const measured = scenarios.flatMap((scenario) => {
    const growth = middle(results.growth(scenario.name, from, to));
    const allowed = allowedGrowth(scenario);
    return growth === undefined || allowed === undefined ? [] : [{ isMet: growth <= allowed }];
  });
  const missed = measured.filter(({ isMet }) => !isMet);
  return {
    what: `${to} against ${from}: scenarios that do not take longer than they may (table Growth)`,
    wanted: 'all',
    figure: measured.length === 0 ? undefined : `${measured.length - missed.length} of ${measured.length}`,
    isMet: missed.length === 0,
  };
}

function target(what: string, sign: '≥' | '≤', wanted: number, value: number | undefined, unit: string): Target {
  const isKnown = value !== undefined && !Number.isNaN(value);
  return {
    what,
    wanted: `${sign} ${wanted}${unit}`,
    figure: isKnown ? `${significant(value)}${unit}` : undefined,
    isMet: isKnown ? (sign === '≥' ? value >= wanted : value <= wanted) : undefined,
  };
}

/** Three digits. */
export function significant(value: number): string {
  if (value === 0) return '0';
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

function over(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one / other;
}

function larger(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}

function middle(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : median(values);
}
