// Builds the pages in the browser when web/dist is missing or older than its sources. Without `--required` a failure is told and
// passed over: the server answers its API without them, and says so at /.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';

const web = fileURLToPath(new URL('../web/', import.meta.url));
const stamp = `${web}dist/.sources`;
// What pages share with the server: its rules, and how an import reads its columns.
const shared = filesIn(`${web}../src/v2/`).filter((path) => /\/(wire|import-[a-z-]+)\.ts$/.test(path));
const sources = hashOf([...shared, ...filesIn(`${web}../src/crm/`), ...filesIn(`${web}../client/`), ...filesIn(web)]);
const isRequired = process.argv.includes('--required');

if (!isBuilt() || (isRequired && !existsSync(`${web}node_modules/.kontora-setup`))) {
  const say = 'Building the pages in the browser (once, about a minute)…';
  // Without a network nobody should wait for it at every start.
  const isDone = install(web, { develop: true, say, retries: isRequired ? 2 : 0 }) && (isBuilt() || build());
  if (!isDone) {
    console.error('The pages in the browser could not be built (see above); the API does without them.');
    if (isRequired) process.exit(1);
  }
}

function isBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sources;
}

function build() {
  const vite = ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'];
  const { status } = spawnSync(process.execPath, vite, { cwd: web, stdio: ['ignore', 2, 2] });
  if (status !== 0) return false;
  writeFileSync(stamp, sources);
  return true;
}

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) {
      return ['node_modules', 'dist'].includes(entry.name) ? [] : filesIn(`${folder}${entry.name}/`);
    }
    return [`${folder}${entry.name}`];
  });
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(`${file.slice(web.length)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}
