// The benchmark: bin/bench --help
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { benchmark, parts, scenarios } from './benchmark.ts';
import { headOf } from './head.ts';
import { installed } from './installed.ts';
import { help, type Options, readOptions } from './options.ts';
import { report } from './report.ts';
import { checkWrk } from './wrk.ts';

const progress = (line: string) => console.error(`${new Date().toTimeString().slice(0, 8)} ${line}`);

try {
  const options = readOptions(process.argv.slice(2), fileURLToPath(new URL('data', import.meta.url)), [
    ...scenarios.map(({ name }) => name),
    ...parts.map(([name]) => name),
  ]);
  if (options.isHelp) console.log(help);
  else if (options.isList) console.log(list());
  else await run(options);
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function run(options: Options): Promise<void> {
  checkWrk();
  mkdirSync(options.data, { recursive: true });
  const startedAt = performance.now();
  const { results, engine } = await benchmark(options, progress);
  const text = report({
    head: headOf(engine, options, Math.round((performance.now() - startedAt) / 1000)),
    ...{ sizes: options.sizes, scenarios, results, installed: installed() },
    hasTargets: options.engine === 'sqlite',
  });
  console.log(text);
  if (options.out !== undefined) writeFileSync(options.out, text);
}

function list(): string {
  const width = 20;
  const lines = [...scenarios.map(({ name, title }) => [name, title] as const), ...parts];
  return lines.map(([name, title]) => `${name.padEnd(width)}${title}`).join('\n');
}
