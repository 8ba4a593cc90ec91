// What Linux tells of processes. Elsewhere there is nothing of the kind, and the figures are left out.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Of /proc/PID/stat. */
const ticksASecond = 100;

/** Milliseconds of processor time that these processes have taken, with all their threads and children that ended; NaN: unknown. */
export function cpuMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuOf(pid), 0);
}

function cpuOf(pid: number): number {
  const ticks = statOf(pid)?.slice(11, 15) ?? ['unknown'];
  return (ticks.reduce((sum, one) => sum + Number(one), 0) / ticksASecond) * 1000;
}

/** Behind the name, which may hold blanks. */
function statOf(pid: number): string[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Megabytes of memory that are this process's own, of shared ones its share; NaN: unknown. */
export function pssMb(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1];
  return Number(kilobytes) / 1024;
}

/** A process and its children, as they are now. */
export function familyOf(pid: number): number[] {
  const numbers = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return [pid, ...numbers.filter((one) => statOf(one)?.[1] === String(pid))];
}

/** Whether one processor can be the server's and another the load tool's. */
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V']).error === undefined;

/** Keeps all threads of a process on one processor; undefined: lets them go where they want. */
export function pin(pid: number, core: number | undefined): void {
  if (!canPin) return;
  const cores = core === undefined ? `0-${availableParallelism() - 1}` : String(core);
  const { status, stderr } = spawnSync('taskset', ['-a', '-p', '-c', cores, String(pid)]);
  if (status !== 0) throw new Error(`taskset: ${stderr}`);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
