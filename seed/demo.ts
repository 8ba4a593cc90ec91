import type { Store } from '../src/crm/store.ts';
import type { SeedParts } from './empty.ts';

export async function demo(_store: Store, _parts: SeedParts): Promise<void> {
  throw new Error('not yet');
}
