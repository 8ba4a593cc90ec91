import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The program's own files that run. */
const own = ['bin', 'src', 'seed', 'docs/api/openapi.json', 'package.json', 'package-lock.json'];

interface LockedPackage {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}

export interface Installed {
  readonly bytes: number;
  readonly packages: number;
  readonly compiled: readonly string[];
  /** Packages that would run something when they are installed. */
  readonly withScripts: readonly string[];
}

/** What an installation takes without the runtime (the optional packages) and what only tests need. */
export function installed(): Installed {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const needed = Object.entries(lock.packages).filter(
    ([path, { dev, optional }]) => path !== '' && !dev && !optional && existsSync(join(root, path)),
  );
  const files = [...own, ...needed.map(([path]) => path)].flatMap((path) => filesIn(join(root, path)));
  const binaries = files.filter((file) => /\.(node|so|dylib|dll|exe)$|\/binding\.gyp$/.test(file));
  const scripts = needed
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace('node_modules/', ''));
  return {
    bytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
    packages: needed.length,
    compiled: binaries,
    withScripts: scripts,
  };
}

/** Of a package, without those that it has in itself: the lock file names them too. */
function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => (name === 'node_modules' ? [] : filesIn(join(path, name))));
}
