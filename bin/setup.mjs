// Installs the dependencies when they are missing or older than package-lock.json.
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';

const develop = !process.argv.includes('--omit=dev');
const root = fileURLToPath(new URL('..', import.meta.url));
if (!install(root, { develop, say: 'Installing dependencies (once)…' })) {
  console.error('npm ci failed; its messages are above.');
  process.exit(1);
}
