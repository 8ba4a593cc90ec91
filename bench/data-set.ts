import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { changeSome, type FloorFacts, fillFloor } from './floor-data.ts';
import { kontora, startProduct } from './server.ts';

/** Of the administrator of every set. */
export const login = 'example@example.com';
export const apiKey = 'bench';

/** So many companies, kept in a folder: the product's data, the floor's, and what the scenarios need to know of them. */
export interface DataSet extends FloorFacts {
  /** A name of what its contents depend on. */
  readonly origin: string;
  /** As it was asked for: `10k`. */
  readonly size: string;
  /** `kontora seed large --companies` */
  readonly companies: number;
  readonly token: string;
  /** Of this making of it: what else is derived from it names it. */
  readonly id: string;
  readonly folders: { readonly product: string; readonly floor: string };
}

/** `10k`, `1M` or `2500`. @throws Error */
export function companiesOf(size: string): number {
  const [, digits, letter] = /^(\d+)([kM]?)$/.exec(size) ?? [];
  if (digits === undefined) throw new Error(`a size is such as 2500, 10k or 1M, not "${size}"`);
  return Number(digits) * ({ k: 1e3, M: 1e6 }[letter ?? ''] ?? 1);
}

/** The set of this size: it is made if it is not there, or if it was made by another generator or for other tables. */
export async function dataSet(folder: string, size: string, progress: (line: string) => void): Promise<DataSet> {
  const place = join(folder, size);
  const facts = join(place, 'set.json');
  const folders = { product: join(place, 'product'), floor: join(place, 'floor') };
  const origin = originOf();
  if (existsSync(facts)) {
    const set = JSON.parse(readFileSync(facts, 'utf8'));
    if (set.origin === origin) return { ...set, folders };
    progress(`${place} was made for other tables or by another generator: it is made anew`);
    rmSync(place, { recursive: true });
  }
  const part = `${place}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(join(part, 'floor'), { recursive: true });
  const companies = companiesOf(size);
  progress(`making ${companies} companies in ${place}`);
  const product = join(part, 'product');
  const env = { KONTORA_API_KEY: apiKey, KONTORA_LOGIN: login };
  await kontora(['seed', 'large', '--companies', String(companies), '--data', product], env);
  const token = (await kontora(['user', 'key', '--login', login, '--token', '--data', product])).trim();
  progress('reading them through the API into the data of the floor');
  const server = await startProduct(['--data', product]);
  const learned = await changeSome(server.url, token)
    .then(() => fillFloor(server.url, token, join(part, 'floor')))
    .finally(() => server.stop());
  const set = { origin, size, companies, token, id: randomBytes(4).toString('hex'), ...learned };
  writeFileSync(join(part, 'set.json'), JSON.stringify(set));
  renameSync(part, place);
  return { ...set, folders };
}

function originOf(): string {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const hash = createHash('sha256');
  for (const file of ['seed/generator.ts', 'seed/large.ts', 'bench/floor-data.ts'])
    hash.update(readFileSync(join(root, file)));
  for (const name of readdirSync(join(root, 'src/store/migrations')).sort()) hash.update(name);
  return hash.digest('hex').slice(0, 16);
}
