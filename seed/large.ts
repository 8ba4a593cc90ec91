import type { Actor } from '../src/crm/account.ts';
import { saveEntities } from '../src/crm/entities.ts';
import type { Draft, KindName } from '../src/crm/entity.ts';
import type { Store } from '../src/crm/store.ts';
import { documentAccountId, documentUserId } from './document.ts';
import { type GeneratedCompany, generateCompany, responsibleUserIds } from './generator.ts';

/** Companies of one transaction; each brings two contacts and two leads. */
const batchSize = 200;

export interface LargeParts {
  readonly companies: number;
  /** Unix seconds. */
  readonly now: number;
  readonly progress: (line: string) => void;
}

/** Adds so many companies with their contacts and leads to the document's account, by the rules of the API. */
export async function seedLarge(store: Store, { companies, now, progress }: LargeParts): Promise<void> {
  const administrator = await addUsers(store);
  const existing = await store.read((tx) => tx.count(documentAccountId, 'company'));
  const startedAt = performance.now();
  for (let from = 0; from < companies; from += batchSize) {
    const size = Math.min(batchSize, companies - from);
    const batch = Array.from({ length: size }, (_, index) => generateCompany(existing + from + index));
    await saveBatch(store, administrator, batch, now);
    const done = from + size;
    if (done % 10_000 < batchSize || done === companies) {
      const rate = Math.round((done / (performance.now() - startedAt)) * 1000);
      progress(`${done} of ${companies} companies, ${rate} a second`);
    }
  }
}

async function saveBatch(store: Store, actor: Actor, batch: readonly GeneratedCompany[], now: number): Promise<void> {
  const save = async (kind: KindName, drafts: readonly Partial<Draft>[]): Promise<number[]> => {
    const add = drafts.map(
      (draft, index): Draft => ({ path: `add/${index}`, fields: [], link: {}, unlink: {}, own: {}, ...draft }),
    );
    const { add: outcomes } = await saveEntities(store, actor, kind, { add, update: [] }, now);
    return outcomes.map((outcome) => outcome.id);
  };
  const contacts = await save(
    'contact',
    batch.flatMap((company) => company.contacts),
  );
  const leads = await save(
    'lead',
    batch.flatMap((company) => company.leads),
  );
  await save(
    'company',
    batch.map(({ draft }, index) => ({
      ...draft,
      link: { contact: contacts.slice(index * 2, index * 2 + 2), lead: leads.slice(index * 2, index * 2 + 2) },
    })),
  );
}

/** The forty users among whom the records are shared out; they cannot sign in until they are given keys. */
async function addUsers(store: Store): Promise<Actor> {
  const found = await store.read(async (tx) => ({
    account: await tx.findAccount(documentAccountId),
    settings: await tx.settings(documentAccountId),
  }));
  const user = found.settings.users.get(documentUserId);
  if (!found.account || !user)
    throw new Error("the large seed fills the document's account, which is not here: give a new --data");
  const { account } = found;
  await store.write(async (tx) => {
    for (const id of responsibleUserIds.filter((id) => !found.settings.users.has(id))) {
      const login = `user${id}@example.com`;
      await tx.addUser(account.id, { ...user, id, login, name: `Менеджер ${id}`, isAdmin: false }, '');
    }
  });
  const settings = await store.read((tx) => tx.settings(documentAccountId));
  return { account, user, settings };
}
