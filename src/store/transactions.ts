import type { Settings } from '../crm/account.ts';
import type { ReadTx, WriteTx } from '../crm/store.ts';
import { activityReads, activityWrites } from './activity.ts';
import { changeReads, changeWrites } from './change-log.ts';
import { documentReads, documentWrites } from './documents.ts';
import { entityReads, entityWrites } from './entities.ts';
import { importReads, importWrites } from './import-progress.ts';
import { linkReads, linkWrites } from './links.ts';
import { oauthReads, oauthWrites } from './oauth.ts';
import { purgeWrites } from './purge.ts';
import { sessionReads, sessionWrites } from './sessions.ts';
import { findSettingsVersion, loadSettings, settingsReads, settingsWrites } from './settings.ts';
import type { Db } from './sql.ts';
import { tagReads, tagWrites } from './tags.ts';
import { webhookReads, webhookWrites } from './webhooks.ts';

export function readTx(db: Db, cache: SettingsCache): ReadTx {
  return {
    ...settingsReads(db),
    ...sessionReads(db),
    ...oauthReads(db),
    ...entityReads(db),
    ...tagReads(db),
    ...documentReads(db),
    ...linkReads(db),
    ...activityReads(db),
    ...changeReads(db),
    ...webhookReads(db),
    ...importReads(db),
    settings: (account) => cache.get(db, account),
    settingsVersion: (account) => findSettingsVersion(db, account),
  };
}

export function writeTx(db: Db): WriteTx {
  return {
    ...settingsReads(db),
    ...sessionReads(db),
    ...oauthReads(db),
    ...entityReads(db),
    ...tagReads(db),
    ...documentReads(db),
    ...linkReads(db),
    ...activityReads(db),
    ...changeReads(db),
    ...webhookReads(db),
    ...importReads(db),
    ...settingsWrites(db),
    ...sessionWrites(db),
    ...oauthWrites(db),
    ...entityWrites(db),
    ...tagWrites(db),
    ...documentWrites(db),
    ...linkWrites(db),
    ...activityWrites(db),
    ...changeWrites(db),
    ...webhookWrites(db),
    ...purgeWrites(db),
    ...importWrites(db),
    settings: (account) => loadSettings(db, account),
    settingsVersion: (account) => findSettingsVersion(db, account),
  };
}

/**
 * Settings by account, exact across processes: every use compares the account's settings_version in its own snapshot. Only
 * reading transactions fill it, since what a writing one sees may yet be undone.
 */
export class SettingsCache {
  readonly #known = new Map<number, Settings>();

  async get(db: Db, account: number): Promise<Settings> {
    const known = this.#known.get(account);
    if (known?.version === (await findSettingsVersion(db, account))) return known;
    const settings = await loadSettings(db, account);
    this.#known.set(account, settings);
    return settings;
  }
}
