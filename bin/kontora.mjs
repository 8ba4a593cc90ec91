#!/usr/bin/env node
// The command `kontora`. Plain JavaScript, so that an old Node can still read the sentence below.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 7)) {
  console.error(
    `Kontora needs Node 24.7 or newer, this is ${process.versions.node}: start it with "npm start", which brings its own.`,
  );
  process.exit(1);
}
// What TypeScript becomes is kept beside the packages: the next start is quicker, and needs less memory. Threads look at the environment.
const { enableCompileCache } = await import('node:module');
const { fileURLToPath } = await import('node:url');
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/kontora', import.meta.url));
enableCompileCache();
await import('../src/main.ts');
