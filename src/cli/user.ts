import { oneOf, readData, readFlags, readWhole, text, UsageError, yes } from '../config.ts';
import { type Account, foldLogin, type Settings } from '../crm/account.ts';
import { type Level, type Rights, rightKeys } from '../crm/rights.ts';
import type { ReadTx } from '../crm/store.ts';
import { hashKey, hashToken, newKey, newToken } from '../http/keys.ts';
import { openSqlite } from '../store/sqlite.ts';
import { now } from './start.ts';

const common = { data: text, account: text } as const;
const options = {
  add: { ...common, login: text, name: text, admin: yes, group: text, rights: text },
  key: { ...common, login: text, token: yes },
  list: common,
} as const;

/** kontora user add|key|list */
export async function user([which = '', ...args]: readonly string[]): Promise<void> {
  const command = oneOf('the user command', ['add', 'key', 'list'], which);
  const flags = readFlags(args, options[command]);
  const login = foldLogin(flags['login'] ?? '');
  if (command !== 'list' && login === '') throw new UsageError(`user ${command} needs --login`);
  const rights = readRights(flags['rights']);
  const group = readWhole('--group', flags['group'] ?? '0', 0, 2 ** 31);
  const store = await openSqlite(readData(flags, process.env));
  try {
    const [account, settings] = await store.read((tx) => getAccount(tx, flags['account']));
    const users = [...settings.users.values()];
    const known = users.find((candidate) => candidate.login === login);
    if (command === 'list') {
      for (const { id, login, name, groupId, isAdmin, isActive } of users) {
        console.log(
          [id, login, name, `group ${groupId}`, isAdmin ? 'administrator' : '', isActive ? '' : 'off']
            .filter(Boolean)
            .join('  '),
        );
      }
    } else if (command === 'key') {
      if (known === undefined) throw new UsageError(`account ${account.subdomain} has no user ${login}`);
      const token = flags['token'] === undefined ? undefined : newToken(account.id);
      const key = newKey();
      await store.write((tx) =>
        token === undefined
          ? tx.setKey(account.id, known.id, hashKey(key))
          : tx.addToken(account.id, { hash: hashToken(token), userId: known.id, createdAt: now() }),
      );
      console.log(token ?? key);
    } else {
      if (known !== undefined) throw new UsageError(`account ${account.subdomain} has a user ${login} already`);
      if (!settings.groups.has(group)) throw new UsageError(`account ${account.subdomain} has no group ${group}`);
      const key = newKey();
      await store.write(async (tx) => {
        const [id] = await tx.nextIds(account.id, 'user', 1);
        const { language } = account;
        const name = flags['name'] ?? login;
        const isAdmin = flags['admin'] !== undefined;
        const added = {
          id: id!,
          login,
          name,
          lastName: null,
          groupId: group,
          language,
          phone: '',
          isAdmin,
          isActive: true,
          rights,
        };
        await tx.addUser(account.id, added, hashKey(key));
      });
      console.log(`login  ${login}\nkey    ${key}`);
    }
  } finally {
    await store.close();
  }
}

async function getAccount(tx: ReadTx, subdomain: string | undefined): Promise<[Account, Settings]> {
  const accounts = await tx.accounts();
  const account =
    subdomain === undefined && accounts.length === 1 ? accounts[0] : accounts.find((a) => a.subdomain === subdomain);
  if (account === undefined) {
    throw new UsageError(`--account is one of ${accounts.map((a) => a.subdomain).join(', ') || '(there is none yet)'}`);
  }
  return [account, await tx.settings(account.id)];
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
