import { type Flags, oneOf, placeFlags, readFlags, text, UsageError } from '../config.ts';
import { getAccount, onData, type Work } from './place.ts';

const common = { ...placeFlags, account: text } as const;
const options = { add: { ...common, name: text }, list: common } as const;

/** kontora group add|list */
export async function group([which = '', ...args]: readonly string[]): Promise<void> {
  const command = oneOf('the group command', ['add', 'list'], which);
  const flags = readFlags(args, options[command]);
  await onData(flags, { add: addGroup, list: listGroups }[command](flags));
}

function addGroup(flags: Flags): Work {
  const name = (flags['name'] ?? '').trim();
  if (name === '') throw new UsageError('group add needs --name');
  return async (store) => {
    const added = await store.write(async (tx) => {
      const [account, { groups }] = await getAccount(tx, flags);
      if ([...groups.values()].some((other) => other.name === name)) {
        throw new UsageError(`account ${account.subdomain} has a group "${name}" already`);
      }
      const id = Math.max(0, ...groups.keys()) + 1;
      await tx.addGroups(account.id, [{ id, name }]);
      return id;
    });
    console.log(`group  ${added} ${name}`);
  };
}

function listGroups(flags: Flags): Work {
  return async (store) => {
    const [, { groups }] = await store.read((tx) => getAccount(tx, flags));
    for (const { id, name } of groups.values()) console.log(`${id}  ${name}`);
  };
}
