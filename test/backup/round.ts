import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { connect } from '../support/rows.ts';
import { findMoment, type Load, type Moment } from './load.ts';

const program = fileURLToPath(new URL('../../bin/kontora.mjs', import.meta.url));

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of the program's commands, while others are at work. */
export function kontora(...args: string[]): Promise<Ran> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      output[name] += chunk;
    });
  }
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, ...output })));
}

export async function mustRun(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await kontora(...args);
  if (status !== 0) throw new Error(`kontora ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

export interface Round {
  /** On performance.now's clock. */
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  readonly moment: Moment;
}

/** A backup while the load goes on. */
export async function backUp(
  where: readonly string[],
  file: string,
  load: Load,
): Promise<Omit<Round, 'moment'> & { least: Moment; most: Moment }> {
  const least = load.answered;
  const from = performance.now();
  await mustRun('backup', file, ...where);
  const most = load.sent;
  return { from, to: performance.now(), bytes: statSync(file).size, least, most };
}

/** Restores to a new folder, which has to be as it must be, and one moment. */
export async function verify(file: string, data: string, least: Moment, most: Moment): Promise<Moment> {
  await mustRun('restore', file, '--data', data);
  await mustRun('check', '--data', data);
  const send = await connect(data);
  try {
    return await findMoment(send, least, most);
  } finally {
    await send('end');
  }
}
