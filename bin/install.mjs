// Plain JavaScript for any Node ≥ 20: the runtime that the project itself needs comes with an installation (package.json, optionalDependencies).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Installs a folder's dependencies when they are missing or older than its package-lock.json. False: npm could not. */
export function install(folder, { develop, say, retries = 2 }) {
  const stamp = `${folder}node_modules/.kontora-setup`;
  const lock = createHash('sha256')
    .update(readFileSync(`${folder}package-lock.json`))
    .digest('hex');
  const wanted = develop ? 'develop' : 'run';
  const [haveLock, have] = existsSync(stamp) ? readFileSync(stamp, 'utf8').split(' ') : [];
  if (haveLock === lock && (!develop || have === 'develop')) return true;
  console.error(say);
  // No package needs a script to install, and one would tell its makers about the installation.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `--fetch-retries=${retries}`];
  const { status } = spawnSync('npm', develop ? args : [...args, '--omit=dev'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) return false;
  writeFileSync(stamp, `${lock} ${wanted}`);
  return true;
}
