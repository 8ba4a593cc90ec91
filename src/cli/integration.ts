import { type Flags, oneOf, placeFlags, readFlags, text, UsageError } from '../config.ts';
import { CrmError } from '../crm/errors.ts';
import { checkIntegration } from '../crm/integrations.ts';
import { hashKey, newClientId, newKey } from '../http/keys.ts';
import { onNewData, type Work } from './place.ts';
import { now } from './start.ts';

const options = {
  add: { ...placeFlags, name: text, 'redirect-uri': text },
  list: placeFlags,
  remove: { ...placeFlags, id: text },
} as const;

/** kontora integration add|list|remove */
export async function integration([which = '', ...args]: readonly string[]): Promise<void> {
  const command = oneOf('the integration command', ['add', 'list', 'remove'], which);
  const flags = readFlags(args, options[command]);
  const work = { add: addIntegration, list: listIntegrations, remove: removeIntegration }[command](flags);
  await onNewData(flags, work);
}

function addIntegration(flags: Flags): Work {
  const name = (flags['name'] ?? '').trim();
  const redirectUri = flags['redirect-uri'] ?? '';
  try {
    checkIntegration({ name, redirectUri });
  } catch (error) {
    if (error instanceof CrmError && error.reason === 'name_required') {
      throw new UsageError('integration add needs --name, of at most 255 characters');
    }
    throw new UsageError('--redirect-uri is an http:// or https:// address without #');
  }
  return async (store) => {
    const [id, secret] = [newClientId(), newKey()];
    const added = { id, name, redirectUri, secretHash: hashKey(secret), createdAt: now(), ownerId: null };
    await store.write((tx) => tx.addIntegration(added));
    console.log(`client id      ${id}\nclient secret  ${secret}`);
  };
}

function listIntegrations(): Work {
  return async (store) => {
    const integrations = await store.read((tx) => tx.integrations());
    for (const { id, name, redirectUri } of integrations) console.log(`${id}  ${redirectUri}  ${name}`);
  };
}

/** Its codes and tokens end with it, in every account. */
function removeIntegration({ id = '' }: Flags): Work {
  return async (store) => {
    await store.write(async (tx) => {
      if (!(await tx.findIntegration(id))) throw new UsageError(`there is no integration "${id}"`);
      for (const account of await tx.accounts()) await tx.removeGrantsOf(account.id, id);
      await tx.removeIntegration(id);
    });
    console.log(`removed  ${id}`);
  };
}
