import { isIP } from 'node:net';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { WireProfile } from './crm/account.ts';
import { defaultRetrySeconds } from './crm/webhook.ts';
import { type Limits, limitRanges } from './http/limits.ts';
import { withoutCredentials } from './store/postgres-address.ts';
import type { WebhookSettings } from './v2/webhook-worker.ts';

export type SeedName = 'document' | 'demo' | 'empty';

/** Where the data is: in a folder, in a database of our own, or in PostgreSQL. */
export type Place = { readonly folder: string } | { readonly url: string; readonly replicaUrl?: string | undefined };

/** What is logged: failures, or every request, too. */
export const logLevels = ['silent', 'error', 'info'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface Listen {
  readonly host: string;
  readonly port: number;
}

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly place: Place;
  /** Processes that serve. */
  readonly workers: number;
  readonly wire: WireProfile;
  /** What new data starts with. */
  readonly seed: SeedName;
  /** The first administrator. */
  readonly login: string;
  /** null: a random one is made. */
  readonly apiKey: string | null;
  readonly webhooks: WebhookSettings;
  readonly limits: Limits;
  /** Proxies whose X-Forwarded-For is believed: addresses and networks. */
  readonly trustedProxies: readonly string[];
  readonly log: LogLevel;
  /** Where /metrics is; undefined: nowhere, and nothing is counted. */
  readonly metrics: Listen | undefined;
  /** Those of the given settings that say something to new data only, by their names. */
  readonly forNewData: readonly string[];
}

export const defaultData = './data';

/** A flag, setting or command that is wrong: one clear line and exit code 2. */
export class UsageError extends Error {}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What `serve` takes, checked. A flag goes before the setting of the same name in the environment. @throws UsageError */
export function readConfig(args: readonly string[], env: Environment): Config {
  const flags = readFlags(args, {
    ...{ port: text, host: text, wire: text, seed: text, workers: text },
    ...Object.fromEntries(limitNames.map((name) => [flagOf(name), text])),
    ...{ ...placeFlags, 'database-read': text, 'webhook-private': yes, 'webhook-retry': text, 'trust-proxy': text },
    ...{ log: text, metrics: text },
  });
  const place = readPlace(flags, env);
  const workers = readWhole('--workers', flags['workers'] ?? env['KONTORA_WORKERS'] ?? '1', 1, 64);
  if (workers > 1 && 'folder' in place) {
    throw new UsageError('--workers needs --database: a data folder has one process that writes');
  }
  const administrator = readAdministrator(env);
  return {
    port: readPort(flags['port'] ?? env['KONTORA_PORT'] ?? '8080'),
    host: nonEmpty('--host', flags['host'] ?? env['KONTORA_HOST'] ?? '127.0.0.1'),
    place,
    workers,
    wire: oneOf('--wire', ['documented', 'recorded'], flags['wire'] ?? env['KONTORA_WIRE'] ?? 'documented'),
    seed: oneOf('--seed', ['document', 'demo', 'empty'], flags['seed'] ?? env['KONTORA_SEED'] ?? 'document'),
    webhooks: {
      allowPrivate: (flags['webhook-private'] ?? env['KONTORA_WEBHOOK_PRIVATE'] ?? 'false') === 'true',
      retrySeconds: readRetry(flags['webhook-retry'] ?? env['KONTORA_WEBHOOK_RETRY']),
    },
    limits: readLimits(flags, env),
    trustedProxies: readProxies(flags['trust-proxy'] ?? env['KONTORA_TRUST_PROXY'] ?? ''),
    log: oneOf('--log', logLevels, flags['log'] ?? env['KONTORA_LOG'] ?? 'error'),
    metrics: readListen('--metrics', flags['metrics'] ?? env['KONTORA_METRICS']),
    ...administrator,
    forNewData: [
      ...(flags['seed'] === undefined ? [] : ['--seed']),
      ...(env['KONTORA_SEED'] === undefined ? [] : ['KONTORA_SEED']),
      ...administrator.forNewData,
    ],
  };
}

export function readAdministrator(env: Environment): Pick<Config, 'login' | 'apiKey' | 'forNewData'> {
  const login = nonEmpty('KONTORA_LOGIN', env['KONTORA_LOGIN'] ?? 'example@example.com');
  const apiKey = env['KONTORA_API_KEY'];
  return {
    login,
    apiKey: apiKey === undefined ? null : nonEmpty('KONTORA_API_KEY', apiKey),
    forNewData: ['KONTORA_LOGIN', 'KONTORA_API_KEY'].filter((name) => env[name] !== undefined),
  };
}

/** A flag goes before the environment, and PostgreSQL before a folder. @throws UsageError */
export function readPlace(flags: Flags, env: Environment): Place {
  const { data, database } = flags;
  if (data !== undefined && database !== undefined) throw new UsageError('give --data or --database, not both');
  const url = database ?? (data === undefined ? env['KONTORA_DATABASE'] : undefined);
  const replicaUrl = flags['database-read'] ?? (data === undefined ? env['KONTORA_DATABASE_READ'] : undefined);
  if (url === undefined) {
    if (replicaUrl !== undefined) throw new UsageError('--database-read needs --database');
    return { folder: nonEmpty('--data', data ?? env['KONTORA_DATA'] ?? defaultData) };
  }
  return {
    url: postgresUrl('--database', url),
    ...(replicaUrl !== undefined && { replicaUrl: postgresUrl('--database-read', replicaUrl) }),
  };
}

/** A folder, or the address of a database, in one flag. @throws UsageError */
export function placeOf(name: string, value: string): Place {
  return value.includes('://') ? { url: postgresUrl(name, value) } : { folder: nonEmpty(name, value) };
}

function postgresUrl(name: string, value: string): string {
  // The value may hold a password: it is not repeated.
  if (!/^postgres(ql)?:\/\/./.test(value))
    throw new UsageError(`${name} is an address such as postgres://user@host/name`);
  return value;
}

/** The place as it may be shown. */
export function nameOf(place: Place): string {
  return 'folder' in place ? place.folder : withoutCredentials(place.url);
}

export const text = { type: 'string' } as const;
/** What every command takes that works on data. */
export const placeFlags = { data: { type: 'string' }, database: { type: 'string' } } as const;
export const yes = { type: 'boolean' } as const;
export type Flags = Readonly<Record<string, string | undefined>>;

/** Flags by name; a given boolean one is 'true'. @throws UsageError for any other argument */
export function readFlags(args: readonly string[], options: ParseArgsOptionsConfig): Flags {
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]!);
  }
}

export function oneOf<T extends string>(name: string, values: readonly T[], value: string): T {
  const found = values.find((candidate) => candidate === value);
  if (found === undefined) throw new UsageError(`${name} is one of ${values.join(', ')}, not "${value}"`);
  return found;
}

export function readWhole(name: string, value: string, least: number, most: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) {
    throw new UsageError(`${name} is a whole number from ${least} to ${most}, not "${value}"`);
  }
  return number;
}

const limitNames = Object.keys(limitRanges) as (keyof Limits)[];

/** `openBody` → `limit-open-body` */
function flagOf(name: keyof Limits): string {
  return `limit-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `--limit-open-body` or KONTORA_LIMIT_OPEN_BODY, and so on. @throws UsageError */
function readLimits(flags: Flags, env: Environment): Limits {
  const limits = limitNames.map((name) => {
    const flag = flagOf(name);
    const [normal, least, most] = limitRanges[name];
    const given = flags[flag] ?? env[`KONTORA_${flag.toUpperCase().replaceAll('-', '_')}`];
    return [name, given === undefined ? normal : readWhole(`--${flag}`, given, least, most)];
  });
  return Object.fromEntries(limits) as Limits;
}

/** `300,900,900,3600`: seconds until each further attempt. */
function readRetry(list: string | undefined): readonly number[] {
  return (
    list?.split(',').map((seconds) => readWhole('--webhook-retry', seconds.trim(), 0, 86_400)) ?? defaultRetrySeconds
  );
}

/** `10.0.0.5,10.1.0.0/16`; not everybody, who could then say to be anybody. @throws UsageError */
function readProxies(list: string): readonly string[] {
  const proxies = list
    .split(',')
    .map((proxy) => proxy.trim())
    .filter((proxy) => proxy !== '');
  for (const proxy of proxies) {
    const [, address = '', bits = '32'] = /^([\da-f.:]+)(?:\/(\d+))?$/i.exec(proxy) ?? [];
    const family = isIP(address);
    if (family === 0) throw new UsageError(`--trust-proxy is a list of addresses and networks, not "${proxy}"`);
    readWhole(`the network of "${proxy}"`, bits, 1, family === 4 ? 32 : 128);
  }
  return proxies;
}

function readPort(value: string, name = '--port'): number {
  return readWhole(name, value, 0, 65_535);
}

/** `9464`, `127.0.0.1:9464`, `[::1]:9464` */
function readListen(name: string, value: string | undefined): Listen | undefined {
  if (value === undefined) return undefined;
  const [, host = '127.0.0.1', port] = /^(?:\[?(.+?)\]?:)?(\d+)$/.exec(value) ?? [];
  if (port === undefined)
    throw new UsageError(`${name} is a port or an address such as 127.0.0.1:9464, not "${value}"`);
  return { host, port: readPort(port, name) };
}

function nonEmpty(name: string, value: string): string {
  if (value.trim() === '') throw new UsageError(`${name} must not be empty`);
  return value;
}
