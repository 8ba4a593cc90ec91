import { existsSync } from 'node:fs';
import { parse, resolve } from 'node:path';
import { type Flags, oneOf, placeFlags, readFlags, text, UsageError, yes } from '../config.ts';
import { type Account, type Actor, foldLogin, type Settings } from '../crm/account.ts';
import type { KindName } from '../crm/entity.ts';
import { allKinds, kinds } from '../crm/kinds.ts';
import type { Store } from '../crm/store.ts';
import { delimiters, encodings } from '../v2/import-text.ts';
import { importArchive } from './archive.ts';
import { type DataFile, formats, inspectFile, isArchive } from './data-file.ts';
import { countOf, fromMark, type Progress } from './import-progress.ts';
import { csvSource, ndjsonSource, type RecordSource } from './import-records.ts';
import { importRecords } from './import-run.ts';
import { getAccount, onData } from './place.ts';
import { Rejects } from './rejects.ts';

const kindPaths = allKinds.map(({ path }) => path);

const options = {
  ...placeFlags,
  ...{ account: text, kind: text, as: text, format: text, encoding: text, delimiter: text, rejects: text },
  ...{ 'ignore-unknown': yes, new: yes, 'dry-run': yes, restart: yes },
} as const;

/** Some lines were refused; they are in the file of rejects. */
const someRefused = 3;

/** kontora import FILE: an archive; kontora import FILE --kind …: items */
export async function importFile([path = '', ...args]: readonly string[]): Promise<void> {
  const { as, rest } = takeMaps(args);
  if (path === '' || path.startsWith('--')) throw new UsageError('import needs a FILE first');
  if (!rest.some((arg) => arg === '--kind' || arg.startsWith('--kind='))) {
    if (path !== '-' && existsSync(path) && !(await isArchive(path))) {
      throw new UsageError(
        `${path} is no archive of Kontora: to import items, say of which kind by --kind ${kindPaths.join('|')}`,
      );
    }
    return importArchive([path, ...rest]);
  }
  if (path === '-') throw new UsageError('import reads its file twice: give the name of one');
  const flags = readFlags(rest, options);
  const kindPath = oneOf('--kind', kindPaths, flags['kind'] ?? '');
  const kind = allKinds.find((one) => one.path === kindPath)!.name;
  const told = {
    format: flags['format'] === undefined ? undefined : oneOf('--format', formats, flags['format']),
    encoding: flags['encoding'] === undefined ? undefined : oneOf('--encoding', encodings, flags['encoding']),
    delimiter: flags['delimiter'] === undefined ? undefined : oneOf('--delimiter', delimiters, flags['delimiter']),
  };
  await onData(flags, async (store) => {
    const [account, settings] = await store.read((tx) => getAccount(tx, flags));
    const actor = { account, settings, user: getUser(account, settings, flags['as']) };
    console.error(`checking ${path}`);
    const file = await inspectFile(path, told);
    const importing = { store, actor, kind, file, flags, as };
    const source = await sourceOf(importing);
    await run(importing, source);
  });
}

interface Importing {
  readonly store: Store;
  readonly actor: Actor;
  readonly kind: KindName;
  readonly file: DataFile;
  readonly flags: Flags;
  /** Titles that stand for others. */
  readonly as: ReadonlyMap<string, string>;
}

/** @throws UsageError */
async function sourceOf({ actor, kind, file, flags, as }: Importing): Promise<RecordSource> {
  if (file.format === 'csv') {
    const ignoreUnknown = flags['ignore-unknown'] !== undefined;
    const { account, settings } = actor;
    return csvSource(file, { kind, account, settings, as, ignoreUnknown });
  }
  for (const name of ['delimiter', 'ignore-unknown']) {
    if (flags[name] !== undefined) throw new UsageError(`--${name} says something of CSV; ${file.path} is NDJSON`);
  }
  if (as.size > 0) throw new UsageError(`--map names columns of CSV; ${file.path} is NDJSON`);
  return ndjsonSource(file);
}

async function run(importing: Importing, source: RecordSource): Promise<void> {
  const { store, actor, kind, file, flags } = importing;
  const isDry = flags['dry-run'] !== undefined;
  const name = `${kind} ${file.sha256}`;
  const rejectsPath = flags['rejects'] ?? defaultRejects(file);
  const how = howOf(importing, rejectsPath);
  const { start } = source;
  const beginning: Progress = {
    ...{ place: start.place, line: start.line, added: 0, updated: 0, refused: 0, rejects: 0, pending: [], how },
  };
  const mark = isDry ? undefined : await store.read((tx) => tx.findImport(actor.account.id, name));
  let known = mark && fromMark(mark);
  const isRestarted = known !== undefined && flags['restart'] !== undefined;
  if (known && isRestarted) {
    console.error(`beginning anew: ${known.added} that were added before stay`);
    await store.write((tx) => tx.removeImport(actor.account.id, name));
    known = undefined;
  }
  if (known && known.how !== how) {
    throw new UsageError(
      `an import of ${file.path} that was begun with other options is not finished: give the same ones, or begin anew by --restart`,
    );
  }
  const writesRejects = !isDry || flags['rejects'] !== undefined;
  // Of an unfinished import it is its own.
  if (writesRejects && !known && !isRestarted && existsSync(rejectsPath)) {
    throw new UsageError(
      `${rejectsPath}, where refused lines go, is there already: move it away, or give another --rejects`,
    );
  }
  const rejects = writesRejects ? await Rejects.open(rejectsPath, file, source.header, known?.rejects ?? 0) : undefined;
  describe(importing, source, known);
  const { progress, rate, isWhole } = await importRecords({
    ...{ store, actor, kind, file, source, rejects, isDry, name, isNew: flags['new'] !== undefined },
    begun: known !== undefined,
    from: known ?? beginning,
  });
  console.log(summary(progress, rate, isDry, rejects));
  if (!isWhole) {
    console.log(`stopped before line ${progress.line}: the same command goes on from there`);
    process.exitCode = 1;
  } else if (progress.refused > 0) process.exitCode = someRefused;
}

/** What makes a line mean what it means: an import goes on only with the same. */
function howOf({ file, flags, as }: Importing, rejectsPath: string): string {
  const { format, encoding, delimiter } = file;
  const isCsv = format === 'csv';
  const csv = isCsv && { delimiter, as: [...as].sort(), ignoreUnknown: flags['ignore-unknown'] !== undefined };
  return JSON.stringify({ format, encoding, ...csv, new: flags['new'] !== undefined, rejects: resolve(rejectsPath) });
}

/** `companies.csv` → `companies.rejects.csv` */
function defaultRejects({ path }: DataFile): string {
  const { dir, name, ext } = parse(path);
  return resolve(dir, `${name}.rejects${ext}`);
}

function describe(
  { kind, file, actor, flags }: Importing,
  { columns }: RecordSource,
  known: Progress | undefined,
): void {
  const { format, encoding, delimiter } = file;
  const csv = format === 'csv' ? `, "${delimiter}"` : '';
  const dry = flags['dry-run'] === undefined ? '' : ', nothing is written';
  console.error(`${kinds[kind].path}: ${format}, ${encoding}${csv}, as ${actor.user.login}${dry}`);
  if (columns && columns.passedOver.length > 0) {
    console.error(`not imported: ${columns.passedOver.join(', ')}`);
  }
  if (known) console.error(`going on at line ${known.line}, behind ${countOf(known)} that are done`);
}

function summary(progress: Progress, rate: number, isDry: boolean, rejects: Rejects | undefined): string {
  const { added, updated, refused } = progress;
  const would = isDry ? 'would be ' : '';
  const where = refused > 0 && rejects ? ` (${rejects.path})` : '';
  return `${would}added ${added}, ${would}updated ${updated}, refused ${refused}${where}; ${rate} a second`;
}

/** The user whose rights count: the named one, else the first administrator. @throws UsageError */
function getUser({ subdomain }: Account, { users }: Settings, login: string | undefined) {
  const all = [...users.values()];
  const user =
    login === undefined
      ? all.find(({ isAdmin, isActive }) => isAdmin && isActive)
      : all.find((one) => one.login === foldLogin(login));
  if (user === undefined) throw new UsageError(`account ${subdomain} has no user ${login}`);
  if (!user.isActive) throw new UsageError(`user ${user.login} is switched off`);
  return user;
}

/** `--map "Column=key"`, as often as it is given, and the other arguments. @throws UsageError */
function takeMaps(args: readonly string[]): { as: Map<string, string>; rest: string[] } {
  const as = new Map<string, string>();
  const rest: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at]!;
    if (arg !== '--map' && !arg.startsWith('--map=')) {
      rest.push(arg);
      continue;
    }
    const value = arg === '--map' ? args[++at] : arg.slice('--map='.length);
    // A title may have such a sign, what it stands for has none.
    const middle = value?.lastIndexOf('=') ?? -1;
    if (value === undefined || middle < 1) throw new UsageError('--map is "Column=key"');
    as.set(value.slice(0, middle), value.slice(middle + 1));
  }
  return { as, rest };
}
