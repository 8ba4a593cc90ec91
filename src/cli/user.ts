import { type Flags, oneOf, placeFlags, readFlags, readWhole, text, UsageError, yes } from '../config.ts';
import { type Account, foldLogin, type Settings, type User } from '../crm/account.ts';
import { type Level, type Rights, rightKeys } from '../crm/rights.ts';
import { hashKey, hashToken, newKey, newToken } from '../http/keys.ts';
import { getAccount, onData, type Work } from './place.ts';
import { now } from './start.ts';

const common = { ...placeFlags, account: text } as const;
const options = {
  add: { ...common, login: text, name: text, admin: yes, group: text, rights: text },
  set: { ...common, login: text, name: text, admin: text, active: text, group: text, rights: text },
  key: { ...common, login: text, token: yes },
  list: common,
} as const;

/** kontora user add|set|key|list */
export async function user([which = '', ...args]: readonly string[]): Promise<void> {
  const command = oneOf('the user command', ['add', 'set', 'key', 'list'], which);
  const flags = readFlags(args, options[command]);
  if (command !== 'list' && loginOf(flags) === '') throw new UsageError(`user ${command} needs --login`);
  await onData(flags, { add: addUser, set: setUser, key: giveKey, list: listUsers }[command](flags));
}

function addUser(flags: Flags): Work {
  const login = loginOf(flags);
  const rights = readRights(flags['rights']);
  const groupId = readGroup(flags) ?? 0;
  return async (store) => {
    const key = newKey();
    await store.write(async (tx) => {
      const [account, settings] = await getAccount(tx, flags);
      if (findUser(settings, login)) throw new UsageError(`account ${account.subdomain} has a user ${login} already`);
      checkGroup(account, settings, groupId);
      const [id] = await tx.nextIds(account.id, 'user', 1);
      const added: User = {
        id: id!,
        login,
        name: flags['name'] ?? login,
        lastName: null,
        groupId,
        language: account.language,
        phone: '',
        isAdmin: flags['admin'] !== undefined,
        isActive: true,
        rights,
      };
      await tx.addUser(account.id, added, hashKey(key));
    });
    console.log(`login  ${login}\nkey    ${key}`);
  };
}

/** Changes what is named; of the rights, too, those that are not named stay. */
function setUser(flags: Flags): Work {
  const login = loginOf(flags);
  const { name } = flags;
  const [isAdmin, isActive] = [readYesNo(flags, 'admin'), readYesNo(flags, 'active')];
  const rights = readRights(flags['rights']);
  const groupId = readGroup(flags);
  return async (store) => {
    const user = await store.write(async (tx) => {
      const [account, settings] = await getAccount(tx, flags);
      const before = getUser(account, settings, login);
      const user: User = {
        ...before,
        name: name ?? before.name,
        groupId: groupId ?? before.groupId,
        isAdmin: isAdmin ?? before.isAdmin,
        isActive: isActive ?? before.isActive,
        rights: { ...before.rights, ...rights },
      };
      checkGroup(account, settings, user.groupId);
      const users = new Map(settings.users).set(user.id, user);
      if (![...users.values()].some((other) => other.isAdmin && other.isActive)) {
        throw new UsageError(`account ${account.subdomain} has no other active administrator than ${login}`);
      }
      await tx.setUser(account.id, user);
      return user;
    });
    console.log(describe(user));
  };
}

function giveKey(flags: Flags): Work {
  return async (store) => {
    const given = await store.write(async (tx) => {
      const [account, settings] = await getAccount(tx, flags);
      const { id } = getUser(account, settings, loginOf(flags));
      if (flags['token'] !== undefined) {
        const token = newToken(account.id);
        await tx.addToken(account.id, { hash: hashToken(token), userId: id, createdAt: now() });
        return token;
      }
      const key = newKey();
      await tx.setKey(account.id, id, hashKey(key));
      return key;
    });
    console.log(given);
  };
}

function listUsers(flags: Flags): Work {
  return async (store) => {
    const [, { users }] = await store.read((tx) => getAccount(tx, flags));
    for (const user of users.values()) console.log(describe(user));
  };
}

/** One line. Of the rights, what is not allowed for all records: the rest is. */
function describe({ id, login, name, groupId, isAdmin, isActive, rights }: User): string {
  const limits = Object.entries(rights).filter(([, level]) => level !== 'A');
  const may = isAdmin ? 'administrator' : limits.map((limit) => limit.join('=')).join(',');
  return [id, login, name, `group ${groupId}`, may, isActive ? '' : 'off'].filter(Boolean).join('  ');
}

function loginOf(flags: Flags): string {
  return foldLogin(flags['login'] ?? '');
}

function findUser({ users }: Settings, login: string): User | undefined {
  return [...users.values()].find((user) => user.login === login);
}

function getUser(account: Account, settings: Settings, login: string): User {
  const user = findUser(settings, login);
  if (user === undefined) throw new UsageError(`account ${account.subdomain} has no user ${login}`);
  return user;
}

function checkGroup(account: Account, { groups }: Settings, id: number): void {
  if (!groups.has(id)) throw new UsageError(`account ${account.subdomain} has no group ${id}`);
}

function readGroup({ group }: Flags): number | undefined {
  return group === undefined ? undefined : readWhole('--group', group, 0, 2 ** 31);
}

function readYesNo(flags: Flags, name: 'admin' | 'active'): boolean | undefined {
  const value = flags[name];
  return value === undefined ? undefined : oneOf(`--${name}`, ['yes', 'no'], value) === 'yes';
}

/** `company_view=M,lead_edit=G` */
function readRights(list = ''): Rights {
  const pairs = list.split(',').filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair): [string, Level] => {
      const [key = '', level = ''] = pair.split('=');
      if (!rightKeys.includes(key)) throw new UsageError(`--rights: there is no right "${key}"`);
      return [key, oneOf(`--rights ${key}`, key.endsWith('_add') ? ['A', 'D'] : ['A', 'G', 'M', 'D'], level)];
    }),
  );
}
