import { readFileSync } from 'node:fs';
import { UsageError } from './config.ts';

const help = `Kontora: a CRM server that speaks the amoCRM REST API v2.

  kontora serve [flags]                      run the server (npm start does the same)
    --port N            KONTORA_PORT         8080
    --host ADDRESS      KONTORA_HOST         127.0.0.1
    --data FOLDER       KONTORA_DATA         ./data
    --database URL      KONTORA_DATABASE     postgres://user:password@host/name instead of a folder; several hosts: host1:5432,host2:5432
    --database-read URL KONTORA_DATABASE_READ  replicas of it, for reading
    --workers N         KONTORA_WORKERS      processes that share the port (with --database)
    --wire PROFILE      KONTORA_WIRE         documented | recorded
    --seed NAME         KONTORA_SEED         what a new data folder starts with: document | demo | empty
    --log LEVEL         KONTORA_LOG          error | info (every request, too) | silent; lines of JSON to stderr
    --metrics [HOST:]PORT KONTORA_METRICS    figures for Prometheus at http://HOST:PORT/metrics; HOST: 127.0.0.1
    --webhook-private   KONTORA_WEBHOOK_PRIVATE=true   webhooks may call private addresses, such as 127.0.0.1
    --webhook-retry S,S KONTORA_WEBHOOK_RETRY          seconds until further attempts: 300,900,900,3600
    --limit-NAME N      KONTORA_LIMIT_NAME   what requests may be, how many at a time and a second: docs/limits.md
    --trust-proxy A,N/B KONTORA_TRUST_PROXY            proxies whose X-Forwarded-For is believed: addresses and networks
                        KONTORA_LOGIN        the first administrator's login, example@example.com
                        KONTORA_API_KEY      and key; a random one is made and printed once

  kontora seed document|demo                 fill a new data folder
  kontora seed large --companies N           add N companies with contacts and leads to the account of seed document
  kontora account add --subdomain S --login L [--name N] [--wire PROFILE]
  kontora account allow --subdomain S [--ips A,B]   the addresses its users may come from; none: everywhere
  kontora account list
  kontora user add --login L [--name N] [--admin] [--group N] [--rights company_view=M,…]
  kontora user set --login L [--name N] [--admin yes|no] [--active yes|no] [--group N] [--rights company_view=M,…]
                                             changes what is named; rights that are not named stay
  kontora user key --login L [--token]       a new API key (the old one ends), or a long-lived bearer token
  kontora user link --login L                an address of the pages by which he sets a password, once, in 48 hours
  kontora user list
  kontora group add --name N
  kontora group list
  kontora webhooks list                      who is told of what
  kontora webhooks log [--webhook ID] [--status pending|done|failed]
  kontora webhooks show --id ID              a delivery with its body and attempts
  kontora webhooks redeliver --id ID | --failed
  kontora webhooks sign --id ID [--off]      signs the deliveries of a webhook; prints the key
  kontora integration add --name N --redirect-uri URI   a program that may ask accounts for OAuth access
  kontora integration list
  kontora integration remove --id ID         ends its tokens, too
  kontora copy --from DIR|URL --to DIR|URL [--account SUBDOMAIN]
                                             a whole server, or one account, to another database; given once more it goes on
  kontora copy --discard --to DIR|URL        removes what a copy that did not end has left there
  kontora export FILE [--account SUBDOMAIN]  the same as one file; -: to stdout
  kontora import FILE                        reads what export has written
  kontora import FILE --kind companies|contacts|leads|customers [flags]
                                             items of NDJSON or CSV, by the rules of the API (docs/import.md); given once more it goes on
    --as LOGIN                               whose rights count: the first administrator's
    --format ndjson|csv --encoding utf-8|windows-1251 --delimiter ";"|","   found out by themselves
    --map "Column=key"                       what a column of CSV is, as often as needed; nothing behind =: left out
    --ignore-unknown                         leaves out columns that are not known
    --new                                    ids in the file are of another account: every item is a new record
    --rejects FILE                           where refused lines go: FILE.rejects.csv and the like
    --dry-run                                tries everything, writes nothing
    --restart                                begins an unfinished import anew
  kontora backup FILE                        everything, as it is at one moment, while a server may be at work (docs/backup.md)
  kontora restore FILE                       what backup has written, to a new folder or an empty database
  kontora check [--rebuild]                  whether everything in a database is as it must be; makes again what is derived (docs/backup.md)
  kontora database distribute                spreads the accounts over the machines of a Citus cluster (docs/scale.md)
                                             all of these but copy take --data or --database; the user, group, webhooks and import commands
                                             --account SUBDOMAIN, needed where there are several accounts
  kontora --help | --version

In a clone: npm run kontora -- seed large --companies 100000`;

type Command = (args: readonly string[]) => Promise<void>;

/** Each loads what it needs, and nothing else: the server is small in memory, and there at once. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./cli/serve.ts')).serve,
  seed: async () => (await import('./cli/seed.ts')).seed,
  account: async () => (await import('./cli/account.ts')).account,
  user: async () => (await import('./cli/user.ts')).user,
  group: async () => (await import('./cli/group.ts')).group,
  integration: async () => (await import('./cli/integration.ts')).integration,
  webhooks: async () => (await import('./cli/webhooks.ts')).webhooks,
  copy: async () => (await import('./cli/copy.ts')).copy,
  export: async () => (await import('./cli/archive.ts')).exportArchive,
  import: async () => (await import('./cli/import.ts')).importFile,
  backup: async () => (await import('./cli/backup.ts')).backup,
  restore: async () => (await import('./cli/backup.ts')).restore,
  check: async () => (await import('./cli/check.ts')).check,
  database: async () => (await import('./cli/database.ts')).database,
};

const [name = '--help', ...args] = process.argv.slice(2);
try {
  if (name === '--help' || name === 'help' || args.includes('--help')) console.log(help);
  else if (name === '--version') console.log(version());
  else if (Object.hasOwn(commands, name)) await (await commands[name]!())(args);
  else throw new UsageError(`there is no command "${name}"`);
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`kontora: ${error.message} (kontora --help)`);
    process.exitCode = 2;
  } else {
    console.error(`kontora: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

function version(): string {
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}
