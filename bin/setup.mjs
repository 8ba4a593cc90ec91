// Installs the dependencies when they are missing or older than package-lock.json. Plain JavaScript for any Node ≥ 20:
// the runtime that the project itself needs comes with this very install (package.json, optionalDependencies).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = `${root}node_modules/.kontora-setup`;
const lock = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex');
const wanted = process.argv.includes('--omit=dev') ? 'run' : 'develop';
const [haveLock, have] = existsSync(stamp) ? readFileSync(stamp, 'utf8').split(' ') : [];

if (haveLock !== lock || (wanted === 'develop' && have !== 'develop')) {
  console.error('Installing dependencies (once)…');
  // No package needs a script to install, and one would tell its makers about the installation.
  const args = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...(wanted === 'run' ? ['--omit=dev'] : []),
  ];
  const { status } = spawnSync('npm', args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed; its messages are above.');
    process.exit(1);
  }
  writeFileSync(stamp, `${lock} ${wanted}`);
}
