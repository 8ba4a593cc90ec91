import { type Place, placeFlags, readFlags, readPlace, yes } from '../config.ts';
import { makeRobot } from '../crm/account.ts';
import { checkAll } from '../store/check/check.ts';
import { damagedFile, type Problem, type Progress, type Repair } from '../store/check/problem.ts';
import type { RenderVersion } from '../store/check/records.ts';
import { repairAll } from '../store/check/repair.ts';
import { documentVersion, rendering } from '../v2/entities.ts';
import { onRaw } from './transfer.ts';

/** kontora check [--rebuild]; exit code 1: something is not as it must be */
export async function check(args: readonly string[]): Promise<void> {
  const flags = readFlags(args, { ...placeFlags, rebuild: yes });
  const place = readPlace(flags, process.env);
  let found = await findAll(place);
  if (found.count > 0 && found.repairs.length > 0 && flags['rebuild'] !== undefined) {
    await onRaw(place, 'target', (database) => repairAll(database, found.repairs, sayStages()));
    console.log(`made again: ${found.repairs.map(nameOf).join(', ')}; checking once more`);
    found = await findAll(place);
  }
  if (found.count === 0) console.log('everything is as it must be');
  else {
    const rest =
      found.repairs.length > 0 ? `; what can be made again by --rebuild: ${found.repairs.map(nameOf).join(', ')}` : '';
    console.log(`${found.count} problems${rest}`);
    process.exitCode = 1;
  }
}

interface Found {
  readonly count: number;
  readonly repairs: readonly Repair[];
}

/** Prints each. */
async function findAll(place: Place): Promise<Found> {
  let count = 0;
  let isDamaged = false;
  const repairs = new Map<string, Repair>();
  try {
    await onRaw(place, 'source', (database) =>
      database.read(async (db) => {
        for await (const problem of checkAll(database, db, renderVersion, sayStages())) {
          console.log(lineOf(problem));
          count += 1;
          isDamaged ||= problem.table === damagedFile;
          if (problem.repair) repairs.set(nameOf(problem.repair), problem.repair);
        }
      }),
    );
  } catch (error) {
    // Out of a damaged file not even the end of a transaction comes; that has been told.
    if (!isDamaged) throw error;
  }
  return { count, repairs: [...repairs.values()] };
}

/** A document is sent as long as settings and wire profile are those that it was made with; an account may have either. */
export const renderVersion: RenderVersion = (account, settings, version) => {
  for (const profile of ['documented', 'recorded'] as const) {
    const actor = makeRobot({ ...account, wire: profile }, settings);
    const current = documentVersion(actor, profile);
    if (current === version) return rendering({ profile }, actor).render;
    // Of settings that are still to come none is right.
    if (profile === 'recorded' && version > current) return () => '';
  }
  return undefined;
};

function lineOf({ table, key, says }: Problem): string {
  return `${table}${key.length > 0 ? ` ${key.join('/')}` : ''}: ${says}`;
}

function nameOf({ what, account }: Repair): string {
  return account === 0 ? what : `${what} of account ${account}`;
}

/** On stderr, at most a line a second. */
function sayStages(): Progress {
  let saidAt = performance.now();
  return (what, done) => {
    if (performance.now() - saidAt < 1000) return;
    saidAt = performance.now();
    console.error(done === 0 ? what : `${what}: ${done}`);
  };
}
