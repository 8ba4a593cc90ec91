import { isIP } from 'node:net';
import { createAccount } from '../../seed/empty.ts';
import { type Flags, oneOf, placeFlags, readFlags, text, UsageError } from '../config.ts';
import type { Store } from '../crm/store.ts';
import { hashKey, newKey } from '../http/keys.ts';
import { onData, onNewData, type Work } from './place.ts';

const options = {
  add: { ...placeFlags, subdomain: text, login: text, name: text, wire: text },
  allow: { ...placeFlags, subdomain: text, ips: text },
  list: placeFlags,
} as const;

/** kontora account add|allow|list */
export async function account([which = '', ...args]: readonly string[]): Promise<void> {
  const command = oneOf('the account command', ['add', 'allow', 'list'], which);
  const flags = readFlags(args, options[command]);
  const work = { add: addAccount, allow: allowIps, list: listAccounts }[command](flags);
  await (command === 'add' ? onNewData : onData)(flags, work);
}

function addAccount(flags: Flags): Work {
  const { subdomain = '', login = '', wire } = flags;
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(subdomain)) {
    throw new UsageError('--subdomain takes letters a-z, digits and dashes');
  }
  if (login.trim() === '') throw new UsageError('account add needs --login');
  const profile = wire === undefined ? null : oneOf('--wire', ['documented', 'recorded'], wire);
  return async (store) => {
    const key = newKey();
    const id = await addWithNextId(store, subdomain, (id) => {
      const parts = { id, subdomain, name: flags['name'] ?? subdomain, wire: profile };
      return createAccount(store, parts, { login, keyHash: hashKey(key) });
    });
    console.log(`account  ${id} ${subdomain}\nlogin    ${login}\nkey      ${key}`);
  };
}

/** Tries the next id when another process has just taken the one. */
async function addWithNextId(store: Store, subdomain: string, add: (id: number) => Promise<void>): Promise<number> {
  for (;;) {
    const accounts = await store.read((tx) => tx.accounts());
    if (accounts.some((other) => other.subdomain === subdomain)) {
      throw new UsageError(`there is an account ${subdomain} already`);
    }
    const id = Math.max(10_000_000, ...accounts.map((other) => other.id)) + 1;
    try {
      await add(id);
      return id;
    } catch (error) {
      if ((await store.read((tx) => tx.findAccount(id))) === undefined) throw error;
    }
  }
}

/** Without --ips, or with an empty one, users may come from everywhere again. */
function allowIps(flags: Flags): Work {
  const { subdomain = '', ips = '' } = flags;
  const list = ips.split(',').filter((ip) => ip !== '');
  for (const ip of list) if (isIP(ip) === 0) throw new UsageError(`--ips: "${ip}" is no address`);
  return async (store) => {
    const found = await store.read((tx) => tx.findAccountBySubdomain(subdomain));
    if (found === undefined) throw new UsageError(`there is no account "${subdomain}"`);
    await store.write((tx) => tx.setAllowedIps(found.id, list.length > 0 ? list : null));
    console.log(`account  ${subdomain}: ${list.join(', ') || 'from everywhere'}`);
  };
}

function listAccounts(): Work {
  return async (store) => {
    const accounts = await store.read((tx) => tx.accounts());
    for (const { id, subdomain, name, wire, allowedIps } of accounts) {
      const own = [wire && `wire ${wire}`, allowedIps && `from ${allowedIps.join(', ')}`];
      console.log([id, subdomain, name, ...own].filter(Boolean).join('  '));
    }
  };
}
