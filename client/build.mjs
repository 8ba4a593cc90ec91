// Makes dist/: JavaScript and types that need nothing from outside the package. The server's wire types become a part of it.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = join(here, 'dist');
const made = mkdtempSync(join(tmpdir(), 'kontora-client-'));
try {
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  const { status } = spawnSync(process.execPath, [tsc, '-p', here, '--outDir', made], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  rmSync(dist, { recursive: true, force: true });
  cpSync(join(made, 'client'), dist, { recursive: true });
  cpSync(join(made, 'src/v2/wire.d.ts'), join(dist, 'wire.d.ts'));
  for (const name of readdirSync(dist).filter((name) => name.endsWith('.d.ts'))) {
    const text = readFileSync(join(dist, name), 'utf8');
    writeFileSync(join(dist, name), text.replace(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"));
  }
} finally {
  rmSync(made, { recursive: true, force: true });
}
