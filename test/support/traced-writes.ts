import { writeSync } from 'node:fs';
import { StoreFailed } from '../../src/crm/store.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { adding, anAccount, aRecord, listIds, save, span } from '../store/builders.ts';

// node test/support/traced-writes.ts FOLDER: batch after batch, of which each that is acknowledged is told at once. Ends with 1 when something
// is read that was not acknowledged, or the other way round.
const store = await openSqlite(process.argv[2]!);
await store.write((tx) => tx.addAccount(anAccount(1)));
writeSync(1, 'begin\n');
const acknowledged: number[] = [];
for (const batch of span(0, 29)) {
  const ids = span(batch * 20 + 1, batch * 20 + 20);
  try {
    await save(store, 1, ...ids.map((id) => adding(aRecord('company', id), `партия ${batch} ${'ы'.repeat(500)}`)));
    writeSync(1, `acknowledged ${batch}\n`);
    acknowledged.push(...ids);
  } catch (error) {
    if (!(error instanceof StoreFailed)) throw error;
    writeSync(1, `${error.trouble} ${batch}\n`);
  }
  const read = await listIds(store, 1, 'company');
  if (String(read) !== String(acknowledged)) throw new Error(`read ${read}, acknowledged ${acknowledged}`);
}
writeSync(1, 'end\n');
