import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { activityContract } from './contract-activity.ts';
import { boardContract } from './contract-boards.ts';
import { changeLogContract } from './contract-change-log.ts';
import { definitionContract } from './contract-definitions.ts';
import { documentContract } from './contract-documents.ts';
import { idContract } from './contract-ids.ts';
import { importContract } from './contract-imports.ts';
import { linkContract } from './contract-links.ts';
import { listContract } from './contract-lists.ts';
import { oauthContract } from './contract-oauth.ts';
import { purgeContract } from './contract-purge.ts';
import { recordContract } from './contract-records.ts';
import { searchContract } from './contract-search.ts';
import { searchTermContract } from './contract-search-terms.ts';
import { sessionContract } from './contract-sessions.ts';
import { settingsContract } from './contract-settings.ts';
import { tagContract } from './contract-tags.ts';
import { transactionContract } from './contract-transactions.ts';
import { webhookContract } from './contract-webhooks.ts';
import { type OpenStore, storeTest } from './store-test.ts';

/** What every store has to do, whatever its engine: src/crm/store.ts in tests. */
export function storeContract(name: string, open: OpenStore): void {
  const onStore = storeTest(open);
  describe(name, () => {
    describe('transactions', () => transactionContract(onStore));
    describe('ids', () => idContract(onStore));
    describe('records', () => recordContract(onStore));
    describe('lists', () => listContract(onStore));
    describe('search terms', () => searchTermContract(onStore));
    describe('search', () => searchContract(onStore));
    describe('tags', () => tagContract(onStore));
    describe('links', () => linkContract(onStore));
    describe('documents', () => documentContract(onStore));
    describe('tasks and notes', () => activityContract(onStore));
    describe('boards, agendas and charts', () => boardContract(onStore));
    describe('the change log', () => changeLogContract(onStore));
    describe('the bin', () => purgeContract(onStore));
    describe('settings', () => settingsContract(onStore));
    describe('fields and pipelines', () => definitionContract(onStore));
    describe('webhooks', () => webhookContract(onStore));
    describe('sessions and keys', () => sessionContract(onStore));
    describe('unfinished imports', () => importContract(onStore));
    describe('integrations and their grants', () => oauthContract(onStore));
    test('closing waits for the writes that were asked for', async () => {
      const { store, remove } = await open();
      const order: string[] = [];
      const write = async (name: string) => {
        await setTimeout(5);
        order.push(name);
      };
      const writing = [store.write(() => write('first')), store.write(() => write('second'))];
      await store.close();
      order.push('closed');
      await remove();
      await Promise.all(writing);
      assert.deepEqual([order.slice(0, 2).sort(), order.at(-1)], [['first', 'second'], 'closed']);
    });
  });
}
