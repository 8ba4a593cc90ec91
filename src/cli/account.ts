import { createAccount } from '../../seed/empty.ts';
import { oneOf, readData, readFlags, text, UsageError } from '../config.ts';
import { hashKey, newKey } from '../http/keys.ts';
import { openSqlite } from '../store/sqlite.ts';

/** kontora account add|list */
export async function account([which = '', ...args]: readonly string[]): Promise<void> {
  const name = oneOf('the account command', ['add', 'list'], which);
  const options =
    name === 'add' ? { data: text, subdomain: text, login: text, name: text, wire: text } : { data: text };
  const flags = readFlags(args, options);
  const { subdomain = '', login = '', wire } = flags;
  if (name === 'add' && !/^[a-z0-9][a-z0-9-]{0,62}$/.test(subdomain)) {
    throw new UsageError('--subdomain takes letters a-z, digits and dashes');
  }
  if (name === 'add' && login.trim() === '') throw new UsageError('account add needs --login');
  const profile = wire === undefined ? null : oneOf('--wire', ['documented', 'recorded'], wire);
  const store = await openSqlite(readData(flags, process.env));
  try {
    const accounts = await store.read((tx) => tx.accounts());
    if (name === 'list') {
      for (const { id, subdomain, name } of accounts) console.log(`${id}  ${subdomain}  ${name}`);
      return;
    }
    if (accounts.some((other) => other.subdomain === subdomain))
      throw new UsageError(`there is an account ${subdomain} already`);
    const key = newKey();
    const id = Math.max(10_000_000, ...accounts.map((other) => other.id)) + 1;
    const administrator = { login, keyHash: hashKey(key) };
    await createAccount(store, { id, subdomain, name: flags['name'] ?? subdomain, wire: profile }, administrator);
    console.log(`account  ${id} ${subdomain}\nlogin    ${login}\nkey      ${key}`);
  } finally {
    await store.close();
  }
}
