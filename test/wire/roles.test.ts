import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { documentAccountId, documentUserId } from '../../seed/document.ts';
import type { Rights } from '../../src/crm/rights.ts';
import { hashToken } from '../../src/http/keys.ts';
import { addUser } from '../support/accounts.ts';
import { openOperations, operations, type Probe, type Things } from '../support/probes.ts';
import { assertProblem, assertSignInRefused } from '../support/refusals.ts';
import { startServer, type TestServer, testNow, testToken } from '../support/server.ts';
import { bearer, groups, isTaken, makeSettings, makeThings, send, stateOf } from '../support/things.ts';

// Who may do what: every request that names a thing, from everybody that there is. An operation that this table does not name fails.

type Need = 'member' | 'view' | 'add' | 'edit' | 'delete' | 'administrator';

/** By operation, and where it differs by the place in a batch. */
const needs: Readonly<Record<string, Need | Readonly<Record<string, Need>>>> = {
  ...{ getDomain: 'member', getAccount: 'member', signOut: 'member', listPipelines: 'member' },
  ...Object.fromEntries(
    ['Companies', 'Contacts', 'Leads', 'Customers'].flatMap((many): [string, (typeof needs)[string]][] => [
      [`list${many}`, 'view'],
      [`save${many}`, { add: 'add', update: 'edit', delete: 'delete' }],
      [`import${many}`, 'edit'],
      [`delete${many}`, 'delete'],
    ]),
  ),
  ...{ listTasks: 'view', saveTasks: { 'add.*.element_id': 'view', add: 'member', update: 'edit' } },
  ...{ listNotes: 'view', saveNotes: { add: 'view', update: 'edit' } },
  ...{ deleteDeals: 'delete', runMultiactions: 'delete' },
  ...{ countRecords: 'view', listIds: 'view', totalStages: 'view', showGrowth: 'view', listDueTasks: 'view' },
  ...{ listBin: 'view', restore: 'delete', purge: 'administrator', showPast: 'view', listChanges: 'administrator' },
  ...{ listWebhooks: 'administrator', subscribe: 'administrator', unsubscribe: 'administrator' },
  ...{ listUsers: 'administrator', addUser: 'administrator', updateUser: 'administrator', renewKey: 'administrator' },
  ...{ listGroups: 'administrator', addGroup: 'administrator', renameGroup: 'administrator' },
  ...{ listTags: 'member', renameTag: 'administrator', mergeTags: 'administrator', deleteTags: 'administrator' },
  ...{ listIntegrations: 'administrator', addIntegration: 'administrator', renewSecret: 'administrator' },
  ...{ dismissIntegration: 'administrator', listDeliveries: 'administrator', redeliver: 'administrator' },
  ...{ deleteGroup: 'administrator', addPasswordLink: 'administrator', changePassword: 'member' },
  ...{ listFields: 'administrator', updateField: 'administrator', deleteField: 'administrator' },
  ...{ defineFields: 'administrator', definePipelines: 'administrator', deletePipelines: 'administrator' },
};

function needOf({ operation: { id }, place }: Probe): Need {
  const need = needs[id];
  if (typeof need === 'string') return need;
  const found = Object.entries(need ?? {}).find(([start]) => place.startsWith(start));
  assert.ok(found, `${id} ${place}: who may do that?`);
  return found[1];
}

const kinds = ['company', 'contact', 'lead', 'customer'];
const without = (...acts: string[]): Rights => ({
  ...Object.fromEntries(kinds.flatMap((kind) => acts.map((act) => [`${kind}_${act}`, 'D'] as const))),
  ...{ task_edit: 'D', task_delete: 'D' },
});

interface Role {
  readonly isAdmin?: boolean;
  readonly rights: Rights;
  readonly may: readonly Need[];
}

const roles: Readonly<Record<string, Role>> = {
  administrator: { isAdmin: true, rights: {}, may: ['member', 'view', 'add', 'edit', 'delete', 'administrator'] },
  'a user with all rights': { rights: {}, may: ['member', 'view', 'add', 'edit', 'delete'] },
  'one who may only read': { rights: without('add', 'edit', 'delete', 'export'), may: ['member', 'view'] },
  'one without any right': { rights: without('add', 'view', 'edit', 'delete', 'export'), may: ['member'] },
};

const administrator = bearer(testToken);
const token = `${documentAccountId.toString(36)}.${'3'.repeat(40)}`;
const secret = 'secret';

/** A server with one of everything, and a user. */
async function start(role: Pick<Role, 'isAdmin' | 'rights'>, isActive = true) {
  const server = await startServer();
  const user = await addUser(server.store, 'somebody', role.rights, { isAdmin: role.isAdmin ?? false, isActive });
  await server.store.write((tx) =>
    tx.addToken(documentAccountId, { hash: hashToken(token), userId: user.id, createdAt: testNow }),
  );
  const settings = await makeSettings(server, documentAccountId, administrator, secret);
  const made = await makeThings(server, administrator, documentUserId, secret, settings);
  // What is looked for stands in the answer: in other letters, so that it is not taken for what was found.
  return { server, things: { ...made, words: secret.toUpperCase(), password: user.key } };
}

test('every operation is in the table', () => {
  const open: readonly string[] = openOperations;
  assert.deepEqual(
    operations
      .map(({ id }) => id)
      .filter((id) => !open.includes(id))
      .sort(),
    Object.keys(needs)
      .filter((id) => id !== 'deleteCustomers')
      .sort(),
  );
});

for (const [name, role] of Object.entries(roles)) {
  describe(name, () => {
    let server: TestServer;
    let things: Things;
    before(async () => {
      ({ server, things } = await start(role));
    });
    after(() => server.close());

    for (const { title, isGet, last, probes } of groups) {
      test(`${title}${last ? ', what takes away' : ''}`, async () => {
        const mayNone = probes(things, things).every((probe) => !role.may.includes(needOf(probe)));
        const before = mayNone && (await stateOf(server, administrator));
        const refused = new Map<string, string>();
        for (const probe of probes(things, things)) {
          if (isGet) await send(server, probe, administrator);
          const reply = await send(server, probe, bearer(token));
          const need = needOf(probe);
          const place = `${probe.place} ${probe.thing}`;
          if (role.may.includes(need)) {
            if (isTaken(reply)) refused.set(place, '');
            else if (refused.get(place) !== '') refused.set(place, `${probe.title} ${reply.status} ${reply.text}`);
          } else {
            assert.ok(!reply.text.includes(secret), `${probe.title} ${reply.text}`);
            if (need === 'administrator' && !title.includes('/private/')) assertProblem(reply, 403, 244);
            if (need === 'administrator') assert.equal(reply.status, 403);
          }
        }
        assert.deepEqual(
          [...refused.values()].filter((refusal) => refusal !== ''),
          [],
        );
        if (mayNone) assert.equal(await stateOf(server, administrator), before);
      });
    }
  });
}

describe('nobody', () => {
  let server: TestServer;
  let things: Things;
  before(async () => {
    ({ server, things } = await start({ isAdmin: true, rights: {} }, false));
  });
  after(() => server.close());

  test('is let in who is switched off, though an administrator, or not known: every request is refused alike', async () => {
    const before = await stateOf(server, administrator);
    for (const { isGet, probes } of groups) {
      for (const probe of probes(things, things)) {
        if (isGet) await send(server, probe, administrator);
        assertSignInRefused(await send(server, probe, bearer(token)), '112');
        assertSignInRefused(await send(server, probe, {}), '110');
      }
    }
    assert.equal(await stateOf(server, administrator), before);
  });
});
