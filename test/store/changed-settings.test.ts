import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentAccount, documentAccountId, documentUserId } from '../../seed/document.ts';
import type { Actor } from '../../src/crm/account.ts';
import { definePipelines, deletePipelines } from '../../src/crm/define-pipelines.ts';
import { saveEntities } from '../../src/crm/entities.ts';
import type { Draft } from '../../src/crm/entity.ts';
import type { Store } from '../../src/crm/store.ts';
import { addDraft } from '../support/office.ts';
import { administrator, openTestStore, testNow } from '../support/server.ts';

// A request is signed in before its body is read; meanwhile an administrator can remove what it is about.
test('a batch that was signed in before a field, a stage or a pipeline was removed does not use it any more', async () => {
  const { store, remove } = await openTestStore();
  await documentAccount(store, administrator);
  const site = 315289;
  const made = await definePipelines(store, await signIn(store), {
    add: [
      { path: 'add/0', name: 'Вторая', isMain: false, statuses: [{ path: 'add/0/statuses/0', ids: [], name: 'x' }] },
    ],
    update: new Map(),
  });
  const asking = await signIn(store);
  const save = (kind: 'company' | 'lead', parts: Partial<Draft>) =>
    saveEntities(store, asking, kind, { add: [addDraft(parts)], update: [] }, testNow);
  await save('company', { fields: [{ path: 'add/0', fieldId: site, values: [{ value: 'company.moc' }] }] });

  await store.write((tx) => tx.removeFields(documentAccountId, [site]));
  const [pipeline] = made.added;
  await deletePipelines(store, await signIn(store), [pipeline!.id]);

  const value = save('company', { fields: [{ path: 'add/0', fieldId: site, values: [{ value: 'company.moc' }] }] });
  await assert.rejects(value, { reason: 'field_not_found' });
  await assert.rejects(save('lead', { own: { pipelineId: pipeline!.id } }), { reason: 'pipeline_not_found' });
  const [statusId] = [...pipeline!.statuses.values()].filter(({ isEditable }) => isEditable).map(({ id }) => id);
  await assert.rejects(save('lead', { own: { statusId } }), { reason: 'status_not_found' });
  await save('lead', {});
  await store.close();
  await remove();
});

/** The administrator at work, with the settings as they are now. */
function signIn(store: Store): Promise<Actor> {
  return store.read(async (tx) => {
    const settings = await tx.settings(documentAccountId);
    const account = (await tx.findAccount(documentAccountId))!;
    return { account, user: settings.users.get(documentUserId)!, settings };
  });
}
