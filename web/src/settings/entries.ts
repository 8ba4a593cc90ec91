import type { Account } from '../session.ts';
import type { texts } from './texts.ts';

type PageName = Exclude<keyof typeof texts.en, 'title' | 'name' | 'color' | 'colorOf' | 'cancel'>;

/** The pages of the settings; most are for administrators. */
const pages = [
  ['import', 'everybody'],
  ['bin', 'everybody'],
  ['fields', 'administrators'],
  ['pipelines', 'administrators'],
  ['tags', 'administrators'],
  ['users', 'administrators'],
  ['integrations', 'administrators'],
  ['webhooks', 'administrators'],
] as const satisfies readonly (readonly [PageName, 'everybody' | 'administrators'])[];

export function settingsEntries({ me }: Account) {
  return pages
    .filter(([, who]) => who === 'everybody' || me.is_admin)
    .map(([name]) => ({ name, to: `/settings/${name}` as const }));
}
