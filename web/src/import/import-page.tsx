import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTexts } from '../i18n/language.tsx';
import { accountQuery } from '../session.ts';
import { SettingsPage } from '../settings/frame.tsx';
import { ChooseFile } from './choose-file.tsx';
import { ImportProgress } from './import-progress.tsx';
import { PrepareImport } from './prepare-import.tsx';
import { forgetImport, type Plan, type Progress, runImport, useImport } from './run.ts';
import { firstRows, type TableFile } from './table-file.ts';
import { texts } from './texts.ts';

/** A file, what its columns become, a look at its first rows, and then the import itself. */
export function ImportPage() {
  const t = useTexts(texts);
  const queryClient = useQueryClient();
  const { data: account } = useSuspenseQuery(accountQuery);
  const [table, setTable] = useState<TableFile>();
  // Files have no names that say what is in them: each choice is a key of its own.
  const [version, setVersion] = useState(0);
  const rows = useQuery({
    queryKey: ['import', version],
    queryFn: () => firstRows(table!, 8),
    enabled: table !== undefined,
    gcTime: 0,
    // The rows stay while the same file is read in another way.
    placeholderData: (before) => (table ? before : undefined),
  });
  const progress = useImport();
  const choose = (next: TableFile | undefined) => {
    setTable(next);
    setVersion((was) => was + 1);
  };
  const run = async (plan: Plan, before?: Progress) => {
    await runImport(plan, before);
    // Tables, counts and searches: there may be companies of contacts, too.
    queryClient.invalidateQueries();
  };
  const content = () => {
    if (progress) {
      const again = () => {
        forgetImport();
        choose(undefined);
      };
      return <ImportProgress progress={progress} onGoOn={() => run(progress.plan, progress)} onAgain={again} />;
    }
    if (!table) return <ChooseFile onTable={choose} />;
    if (!rows.data) return <p className="text-muted">{t.checking}</p>;
    return <PrepareImport table={table} rows={rows.data} account={account} onTable={choose} onStart={run} />;
  };
  return (
    <SettingsPage title={t.title} lead={t.lead}>
      {content()}
    </SettingsPage>
  );
}
