import type { Installed } from './installed.ts';
import { type Kind, median, type Results } from './results.ts';
import type { Scenario } from './scenario.ts';
import { none } from './start.ts';
import { allowedGrowth, significant, targetsOf } from './targets.ts';

export interface ReportParts {
  /** The engine, the machine, the command, how it was pinned: lines of the head. */
  readonly head: readonly string[];
  readonly sizes: readonly string[];
  readonly scenarios: readonly Scenario[];
  readonly hasTargets: boolean;
  readonly results: Results;
  readonly installed: Installed;
}

/** All that was measured, as Markdown. */
export function report(parts: ReportParts): string {
  const sections = [
    parts.head.join('\n\n'),
    beside(parts),
    growth(parts),
    searching(parts),
    walking(parts),
    loaded(parts),
    resources(parts),
    targets(parts),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function beside({ results, sizes, scenarios }: ReportParts): string {
  const rows = scenarios.flatMap((scenario) =>
    sizes.flatMap((size) => {
      const product = results.medians(scenario.name, size, 'product');
      if (product === undefined) return [];
      const floor = results.medians(scenario.name, size, 'floor');
      const pinned = scenario.isPinned ? 'pinned' : '';
      const speeds = [floor?.speed, product.speed].map(number);
      const times = [product.p50, product.p99, floor?.cpu, product.cpu, product.longestBlock].map(number);
      const spread = spreadOf(results.runs(scenario.name, size, 'product').map(({ speed }) => speed / product.speed));
      return [[scenario.title, size, pinned, ...speeds, spread, ratio(results.ratios(scenario.name, size)), ...times]];
    }),
  );
  const titles = [
    'scenario',
    'set',
    '',
    'floor, a second',
    'product, a second',
    'its spread',
    'product / floor',
    'p50, ms',
    'p99, ms',
    'CPU of the floor, ms',
    'of the product, ms',
    'longest block, ms',
  ];
  return section('Beside the floor', titles, rows);
}

function growth({ results, sizes, scenarios, hasTargets }: ReportParts): string {
  if (sizes.length < 2) return '';
  const [smallest, largest] = [sizes[0]!, sizes.at(-1)!];
  const rows = scenarios.flatMap((scenario) => {
    const { name, title } = scenario;
    const times = sizes.map((size) => results.medians(name, size, 'product')?.p50);
    if (times.includes(undefined)) return [];
    const ofFloor =
      results.runs(name, largest, 'floor').length === 0 ? [] : floorGrowth(results, name, smallest, largest);
    const grown = results.growth(name, smallest, largest);
    const allowed = allowedGrowth(scenario);
    const wanted =
      allowed === undefined ? ['its answers grow', ''] : [`≤ ${allowed}×`, verdictOf(median(grown) <= allowed)];
    return [[title, ...times.map(number), ratio(grown), ratio(ofFloor), ...(hasTargets ? wanted : [])]];
  });
  const titles = [
    'p50, ms',
    ...sizes,
    `${largest} / ${smallest}`,
    'of the floor',
    ...(hasTargets ? ['wanted', ''] : []),
  ];
  return section('Growth', titles, rows);
}

function floorGrowth(results: Results, name: string, from: string, to: string): number[] {
  const small = results.runs(name, from, 'floor');
  return results.runs(name, to, 'floor').map(({ speed }, place) => small[place]!.speed / speed);
}

function searching({ results, sizes, scenarios }: ReportParts): string {
  const rows = scenarios.flatMap(({ name, title }) =>
    sizes.flatMap((size) => {
      const scanned = results.get(`scan ${name}`, size);
      const found = results.medians(name, size, 'product');
      if (scanned === undefined || found === undefined) return [];
      return [[title, size, number(found.p50), number(scanned), number(scanned / found.p50)]];
    }),
  );
  return section(
    'Searches beside a scan of all texts (in one process, without HTTP)',
    ['', 'set', 'p50, ms', 'scan, ms', '× faster'],
    rows,
  );
}

function walking({ results, sizes }: ReportParts): string {
  const rows = sizes.flatMap((size) =>
    (['floor', 'product'] as const).flatMap((kind: Kind) => {
      const [first, slowest, all] = ['first', 'slowest', 'all'].map((what) =>
        results.get(`walk ${what} ${kind}`, size),
      );
      return first === undefined ? [] : [[size, kind, ...[first, slowest!, slowest! / first, all!].map(number)]];
    }),
  );
  return section(
    'All pages of 500, one after the other',
    ['set', '', 'first, ms', 'slowest, ms', 'ratio', 'all, ms'],
    rows,
  );
}

function loaded({ results, sizes }: ReportParts): string {
  const rows = sizes.flatMap((size) =>
    [
      ['paced', '8 connections that rest 8 ms'],
      ['full', '32 connections that never rest'],
    ].flatMap(([name, title]) => {
      const [quiet, busy, block] = ['quiet', 'busy', 'block'].map((what) => results.get(`${name} ${what}`, size));
      return quiet === undefined ? [] : [[size, title!, ...[quiet, busy!, busy! / quiet, block!].map(number)]];
    }),
  );
  const batches = sizes.flatMap((size) => {
    const [p50, p99, max, count] = ['p50', 'p99', 'max', 'batches'].map((what) =>
      results.get(`sustained ${what}`, size),
    );
    return p50 === undefined ? [] : [[size, ...[p50, p99!, p99! / p50, max!, count!].map(number)]];
  });
  return [
    section(
      'GET one while batches of 500 are written and searches run (nothing pinned)',
      ['set', '', 'p99 alone, ms', 'p99 among them, ms', 'ratio', 'longest block of the event loop, ms'],
      rows,
    ),
    section(
      'Batches of 250 updates without a pause',
      ['set', 'p50, ms', 'p99, ms', 'ratio', 'longest, ms', 'batches'],
      batches,
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function resources({ results, sizes, installed }: ReportParts): string {
  const rows = [none, ...sizes].flatMap((size) => {
    const started = results.get('first answer', size);
    const loads = results.runs('mixed-32', size, 'product').map(({ pss }) => pss);
    const loaded = loads.length === 0 ? undefined : Math.max(...loads);
    const figures = [
      started,
      results.get('idle', size),
      loaded,
      results.get('disk', size),
      results.get('floor disk', size),
    ];
    return started === undefined ? [] : [[size, ...figures.map(number)]];
  });
  const { bytes, packages, compiled, withScripts } = installed;
  return [
    section(
      'Start, memory, disk',
      ['set', 'start to first answer, ms', 'memory idle, MB', 'after mixed load, MB', 'on disk, MB', "the floor's, MB"],
      rows,
    ),
    `Memory is PSS, and the server's alone. Installed without runtime and test tools: ${number(bytes / 1e6)} MB, ${packages} packages; compiled: ${compiled.join(', ') || 'nothing'}; with a script at installation, which setup does not run: ${withScripts.join(', ') || 'none'}.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function targets({ results, sizes, installed, hasTargets, scenarios }: ReportParts): string {
  const rows = targetsOf(results, sizes, installed, scenarios).flatMap(({ what, wanted, figure, isMet }) => {
    if (figure === undefined) return [];
    return [[what, ...(hasTargets ? [wanted, figure, verdictOf(isMet === true)] : [figure])]];
  });
  return hasTargets
    ? section(`Targets, at ${sizes.at(-1)}`, ['', 'wanted', 'figure', ''], rows)
    : section(`In short, at ${sizes.at(-1)}`, ['', 'figure'], rows);
}

function section(title: string, titles: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [`## ${title}`, '', line(titles), `|${titles.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

function verdictOf(isMet: boolean): string {
  return isMet ? 'met' : '**missed**';
}

/** The median, and between brackets the least and the most. */
function ratio(values: readonly number[]): string {
  if (values.length === 0) return '';
  return `${number(median(values))} (${number(Math.min(...values))}–${number(Math.max(...values))})`;
}

/** How far repetitions went from their median. */
function spreadOf(values: readonly number[]): string {
  const percent = (value: number) => `${value > 1 ? '+' : '−'}${Math.round(Math.abs(value - 1) * 100)}`;
  return `${percent(Math.min(...values))} ${percent(Math.max(...values))} %`;
}

function number(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : significant(value);
}
