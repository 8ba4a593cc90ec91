import { UsageError } from '../config.ts';
import { CrmError, type Reason } from '../crm/errors.ts';

/** What the rules refuse, as the command line says it. */
const texts: Partial<Record<Reason, string>> = {
  login_wrong: 'a login has from 1 to 254 characters',
  login_taken: 'the account has such a user already',
  name_required: 'a name is needed',
  user_not_found: 'the account has no such user',
  group_not_found: 'the account has no such group',
  group_taken: 'the account has such a group already',
  last_administrator: 'the account has no other active administrator',
  too_many_settings: 'the account has as many as it can have',
};

/** @throws UsageError in place of what the rules refuse */
export async function inWords<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const text = error instanceof CrmError ? texts[error.reason] : undefined;
    if (text === undefined) throw error;
    const { message } = error as CrmError;
    throw new UsageError(message === '' ? text : `${text}: ${message}`);
  }
}
