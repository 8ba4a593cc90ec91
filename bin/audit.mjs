// node bin/audit.mjs: whether a vulnerability, high or critical, is known of what a server is installed with. Exit code 1: one is. Not
// every registry can be asked, and no machine without a network can ask: then this says so, and is no failure. No test, so that those
// can run anywhere.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const args = ['audit', '--omit=dev', '--audit-level=high', '--json', '--fetch-retries=0', '--fetch-timeout=20000'];
const { stdout, error } = spawnSync('npm', args, {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  encoding: 'utf8',
  timeout: 60_000,
  shell: process.platform === 'win32',
});
const report = read(stdout);

if (report?.metadata?.vulnerabilities === undefined) {
  const why = report?.message ?? error?.message ?? 'npm gave no report';
  console.log(`AUDIT NOT DONE: nobody was asked about vulnerabilities (${why.replace(/ - .*/, '').slice(0, 100)})`);
} else {
  const { high, critical, total } = report.metadata.vulnerabilities;
  for (const { name, severity, range } of Object.values(report.vulnerabilities))
    console.log(`${severity}: ${name} ${range}`);
  console.log(`audit: ${total} known vulnerabilities, of which ${critical} are critical and ${high} high`);
  if (high + critical > 0) process.exitCode = 1;
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
