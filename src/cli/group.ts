import { type Flags, oneOf, placeFlags, readFlags, text } from '../config.ts';
import { addGroup } from '../crm/users.ts';
import { inWords } from './in-words.ts';
import { getAccount, onData, type Work } from './place.ts';

const common = { ...placeFlags, account: text } as const;
const options = { add: { ...common, name: text }, list: common } as const;

/** kontora group add|list */
export async function group([which = '', ...args]: readonly string[]): Promise<void> {
  const command = oneOf('the group command', ['add', 'list'], which);
  const flags = readFlags(args, options[command]);
  await onData(flags, { add, list: listGroups }[command](flags));
}

function add(flags: Flags): Work {
  return async (store) => {
    const { id, name } = await inWords(
      store.write(async (tx) => {
        const [account, settings] = await getAccount(tx, flags);
        return addGroup(tx, account, settings, flags['name'] ?? '');
      }),
    );
    console.log(`group  ${id} ${name}`);
  };
}

function listGroups(flags: Flags): Work {
  return async (store) => {
    const [, { groups }] = await store.read((tx) => getAccount(tx, flags));
    for (const { id, name } of groups.values()) console.log(`${id}  ${name}`);
  };
}
