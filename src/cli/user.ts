import { type Flags, oneOf, placeFlags, readFlags, readWhole, text, UsageError, yes } from '../config.ts';
import { type Account, foldLogin, type Settings, type User } from '../crm/account.ts';
import type { Level, Rights } from '../crm/rights.ts';
import { addUser, changeUser, levelsOf, type UserDraft } from '../crm/users.ts';
import { hashKey, hashToken, newKey, newToken } from '../http/keys.ts';
import { newPasswordLink } from '../v2/passwords.ts';
import { inWords } from './in-words.ts';
import { getAccount, onData, type Work } from './place.ts';
import { now } from './start.ts';

const common = { ...placeFlags, account: text } as const;
const options = {
  add: { ...common, login: text, name: text, admin: yes, group: text, rights: text },
  set: { ...common, login: text, name: text, admin: text, active: text, group: text, rights: text },
  key: { ...common, login: text, token: yes },
  link: { ...common, login: text },
  list: common,
} as const;

/** kontora user add|set|key|link|list */
export async function user([which = '', ...args]: readonly string[]): Promise<void> {
  const command = oneOf('the user command', ['add', 'set', 'key', 'link', 'list'], which);
  const flags = readFlags(args, options[command]);
  if (command !== 'list' && loginOf(flags) === '') throw new UsageError(`user ${command} needs --login`);
  await onData(flags, { add, set, key: giveKey, link: giveLink, list: listUsers }[command](flags));
}

function add(flags: Flags): Work {
  const draft = { ...readDraft(flags), login: loginOf(flags), isAdmin: flags['admin'] !== undefined };
  return async (store) => {
    const key = newKey();
    const { login } = await inWords(
      store.write(async (tx) => {
        const [account, settings] = await getAccount(tx, flags);
        return addUser(tx, account, settings, draft, hashKey(key));
      }),
    );
    console.log(`login  ${login}\nkey    ${key}`);
  };
}

/** Changes what is named; of the rights, too, those that are not named stay. */
function set(flags: Flags): Work {
  const draft = {
    ...readDraft(flags),
    isAdmin: readYesNo(flags, 'admin'),
    isActive: readYesNo(flags, 'active'),
  };
  return async (store) => {
    const user = await inWords(
      store.write(async (tx) => {
        const [account, settings] = await getAccount(tx, flags);
        return changeUser(tx, account, settings, getByLogin(account, settings, loginOf(flags)).id, draft);
      }),
    );
    console.log(describe(user));
  };
}

function giveKey(flags: Flags): Work {
  return async (store) => {
    const given = await store.write(async (tx) => {
      const [account, settings] = await getAccount(tx, flags);
      const { id } = getByLogin(account, settings, loginOf(flags));
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

/** An address of the pages by which he sets a password. */
function giveLink(flags: Flags): Work {
  return async (store) => {
    const path = await store.write(async (tx) => {
      const [account, settings] = await getAccount(tx, flags);
      const { id } = getByLogin(account, settings, loginOf(flags));
      const { link, path } = newPasswordLink(account.id, id, now());
      await tx.addPasswordLink(account.id, link, now());
      return path;
    });
    console.log(`${path}\n(behind the server's address: sets a password, once, in 48 hours)`);
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

function getByLogin(account: Account, { users }: Settings, login: string): User {
  const user = [...users.values()].find((user) => user.login === login);
  if (user === undefined) throw new UsageError(`account ${account.subdomain} has no user ${login}`);
  return user;
}

function readDraft(flags: Flags): UserDraft {
  return { name: flags['name'], groupId: readGroup(flags), rights: readRights(flags['rights']) };
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
      const levels = levelsOf(key);
      if (levels === undefined) throw new UsageError(`--rights: there is no right "${key}"`);
      return [key, oneOf(`--rights ${key}`, levels, level)];
    }),
  );
}
