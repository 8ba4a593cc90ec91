import { seedLarge } from '../../seed/large.ts';
import {
  nameOf,
  oneOf,
  placeFlags,
  readAdministrator,
  readFlags,
  readPlace,
  readWhole,
  text,
  UsageError,
} from '../config.ts';
import { onNewData } from './place.ts';
import { now, startSeed, unusedSettings } from './start.ts';

/** kontora seed document|demo|large */
export async function seed([which = '', ...args]: readonly string[]): Promise<void> {
  const name = oneOf('the seed', ['document', 'demo', 'large'], which);
  const flags = readFlags(args, name === 'large' ? { ...placeFlags, companies: text } : placeFlags);
  const companies = name === 'large' ? readCompanies(flags['companies']) : 0;
  const data = nameOf(readPlace(flags, process.env));
  const administrator = readAdministrator(process.env);
  await onNewData(flags, async (store) => {
    const isNew = (await store.read((tx) => tx.accounts())).length === 0;
    if (!isNew && name !== 'large') throw new UsageError(`${data} holds data already: give a new --data`);
    if (isNew) {
      const key = await startSeed(store, { ...administrator, seed: name === 'large' ? 'document' : name });
      console.log(`login  ${administrator.login}\nkey    ${key}`);
    } else {
      const unused = unusedSettings(administrator, data);
      if (unused) console.log(unused);
    }
    if (name === 'large') await seedLarge(store, { companies, now: now(), progress: (line) => console.error(line) });
    console.log(`${data} is ready`);
  });
}

function readCompanies(value: string | undefined): number {
  if (value === undefined) throw new UsageError('seed large needs --companies N');
  return readWhole('--companies', value, 1, 100_000_000);
}
