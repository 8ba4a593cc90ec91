import { createAccount, freshParts } from '../../seed/empty.ts';
import type { Store } from '../../src/crm/store.ts';
import { hashToken } from '../../src/http/keys.ts';
import type { Profile } from './answers.ts';
import type { Account, Level, User } from './state.ts';

/** An account with its people, made in the store and in the oracle alike. */

export const tokenOf = (account: number, user: number): string =>
  `${account.toString(36)}.${String(user).padStart(40, '0')}`;

const all = (level: Level, ...actions: string[]) =>
  Object.fromEntries(
    ['company', 'contact', 'lead', 'customer'].flatMap((kind) => actions.map((action) => [`${kind}_${action}`, level])),
  );

/** The administrator, who is there already; a manager of each sort; one of another group; and one who may do little. */
const people: readonly (readonly [groupId: number, rights: User['rights']])[] = [
  [1, {}],
  [1, { ...all('G', 'view', 'edit', 'delete'), task_edit: 'G', task_delete: 'G' }],
  [1, { ...all('M', 'view', 'edit', 'delete'), task_edit: 'M', task_delete: 'M' }],
  [
    2,
    {
      ...{ ...all('G', 'view'), company_view: 'A', contact_view: 'A', ...all('M', 'edit'), ...all('D', 'delete') },
      ...{ company_add: 'D', task_delete: 'D' },
    },
  ],
];

const administratorId = 101;

export async function openAccount(store: Store, id: number, profile: Profile, now: number): Promise<Account> {
  const subdomain = `a${id}`;
  const login = `boss@${subdomain}.example`;
  await createAccount(store, { id, subdomain, name: `Account ${id}`, wire: profile }, { login, keyHash: 'none' });
  const boss: User = {
    ...{ id: administratorId, login, name: 'Администратор', groupId: 0, isAdmin: true, isActive: true, rights: {} },
  };
  const staff = people.map(
    ([groupId, rights], index): User => ({
      ...{
        id: administratorId + 1 + index,
        login: `user${index}@${subdomain}.example`,
        name: `User ${index}`,
        groupId,
      },
      ...{ isAdmin: false, isActive: true, rights },
    }),
  );
  const users = [boss, ...staff];
  const groups = [1, 2].map((group) => ({ id: group, name: `Отдел ${group}` }));
  await store.write(async (tx) => {
    await tx.addGroups(id, groups);
    for (const user of staff) {
      await tx.addUser(id, { ...user, lastName: null, language: 'ru', phone: '' }, 'none');
    }
    for (const user of users) {
      await tx.addToken(id, { hash: hashToken(tokenOf(id, user.id)), userId: user.id, createdAt: now });
    }
  });
  return { ...emptyAccount(id, subdomain, profile, users), groups: [{ id: 0, name: 'Отдел продаж' }, ...groups] };
}

function emptyAccount(id: number, subdomain: string, profile: Profile, users: readonly User[]): Account {
  const { fields, pipeline } = freshParts();
  const after = (ids: readonly number[]) => Math.max(...ids) + 1;
  const statuses = [...pipeline.statuses.values()];
  return {
    ...{ id, subdomain, profile, name: `Account ${id}`, groups: [] },
    users: new Map(users.map((user) => [user.id, user])),
    fields: fields.map(({ enums, ...field }) => ({ ...field, options: enums })),
    pipelines: [{ ...pipeline, statuses }],
    records: { contact: new Map(), lead: new Map(), company: new Map(), customer: new Map() },
    ...{ links: [], tasks: new Map(), notes: new Map(), tags: new Map() },
    next: {
      ...{ contact: 1, lead: 1, customer: 1, tag: 1, task: 1, note: 1, pipeline: pipeline.id + 1 },
      field: after(fields.map((field) => field.id)),
      enum: after(fields.flatMap(({ enums }) => enums.map((option) => option.id))),
      status: after(statuses.map((status) => status.id)),
    },
  };
}
