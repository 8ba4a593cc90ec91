import { mayImport } from '../records/rights.ts';
import type { Account } from '../session.ts';
import type { texts } from './texts.ts';

type PageName = Exclude<keyof typeof texts.en, 'title' | 'name' | 'color' | 'colorOf' | 'cancel'>;

type Who = 'everybody' | 'importers' | 'administrators';

/** The pages of the settings; most are for administrators. */
const pages = [
  ['import', 'importers'],
  ['bin', 'everybody'],
  ['fields', 'administrators'],
  ['pipelines', 'administrators'],
  ['tags', 'administrators'],
  ['users', 'administrators'],
  ['integrations', 'administrators'],
  ['webhooks', 'administrators'],
] as const satisfies readonly (readonly [PageName, Who])[];

export function settingsEntries(account: Account) {
  const isOpen: Readonly<Record<Who, boolean>> = {
    everybody: true,
    importers: mayImport(account),
    administrators: account.me.is_admin,
  };
  return pages.filter(([, who]) => isOpen[who]).map(([name]) => ({ name, to: `/settings/${name}` as const }));
}
