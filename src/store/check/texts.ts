import { foldLogin } from '../../crm/account.ts';
import { foldTagName } from '../../crm/tag.ts';
import { keyOf, pagesOf } from '../raw-rows.ts';
import type { Db } from '../sql.ts';
import { findTables } from '../tables.ts';
import { noJson, type Problem } from './problem.ts';
import { parsed } from './records.ts';

type Wrong = (row: Readonly<Record<string, unknown>>) => string | false;

const isJson =
  (column: string): Wrong =>
  (row) =>
    row[column] !== null && parsed(String(row[column])) === undefined && `${column} ${noJson}`;

/** What the texts of a table's rows have to be; records and the log are read along elsewhere. */
const texts: readonly (readonly [table: string, wrong: Wrong])[] = [
  ['account', isJson('allowed_ips')],
  ['account_user', isJson('rights')],
  [
    'account_user',
    ({ login }) => login !== foldLogin(String(login)) && 'the login is not in the spelling that is looked for',
  ],
  ['field', isJson('kinds')],
  ['webhook', isJson('events')],
  ['import_progress', isJson('state')],
  ['note', isJson('params')],
  ['tag', ({ name, folded }) => folded !== foldTagName(String(name)) && 'is not found by its name'],
];

export async function* checkTexts(db: Db, account: number): AsyncGenerator<Problem, void> {
  for (const [table, wrong] of texts) {
    const names = Object.keys(findTables().get(table)!.columns);
    for await (const rows of pagesOf(db, { table, account })) {
      for (const row of rows) {
        const says = wrong(Object.fromEntries(names.map((name, index) => [name, row[index]])));
        if (says) yield { table, key: [account, ...keyOf({ table, account }, row)], says };
      }
    }
  }
}
