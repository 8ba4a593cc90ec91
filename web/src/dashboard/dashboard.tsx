import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import { totalsQuery } from '../board/leads.ts';
import { useTexts } from '../i18n/language.tsx';
import type { Account } from '../session.ts';
import { GrowthPanel, growthQuery, totalOf } from './growth-panel.tsx';
import { StagesPanel } from './stages-panel.tsx';
import { TasksPanel } from './tasks-panel.tsx';
import { texts } from './texts.ts';

/** What an account looks like to its reader: tasks, companies over time, leads by stage. */
export function Dashboard({ account }: { readonly account: Account }) {
  const d = useTexts(texts);
  const main = account.pipelines.find(({ is_main }) => is_main) ?? account.pipelines[0];
  const companies = useQuery(growthQuery('companies', 'month')).data;
  const leads = useQuery({
    ...totalsQuery({ pipeline: main?.id ?? 0, filters: {} }),
    enabled: main !== undefined,
  }).data;
  const hasLeads = leads?.stages.some(({ count }) => count > 0) ?? false;
  const isEmpty = companies !== undefined && totalOf(companies) === 0 && (!main || (leads !== undefined && !hasLeads));
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-8">
      <h1 className="text-xl font-semibold tracking-tight">{d.title}</h1>
      <TasksPanel account={account} />
      {isEmpty ? (
        <Empty />
      ) : (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-2">
          <GrowthPanel timezone={account.json.timezone} />
          {main && <StagesPanel account={account} main={main} />}
        </div>
      )}
    </div>
  );
}

function Empty() {
  const d = useTexts(texts);
  return (
    <section className="rounded-xl border border-line p-5">
      <h2 className="text-base font-semibold">{d.empty}</h2>
      <p className="mt-1 max-w-prose text-muted">{d.emptyText}</p>
      <ul className="mt-4 grid gap-3 sm:grid-cols-3">
        <li>
          <Link to="/companies" className={way}>
            <Way title={d.emptyAdd} text={d.emptyAddText} />
          </Link>
        </li>
        <li>
          <Link to="/settings/import" className={way}>
            <Way title={d.emptyImport} text={d.emptyImportText} />
          </Link>
        </li>
        <li>
          <a href="#try" className={way}>
            <Way title={d.emptyApi} text={d.emptyApiText} />
          </a>
        </li>
      </ul>
    </section>
  );
}

const way = 'group flex h-full items-center gap-3 rounded-lg border border-line p-3 hover:bg-hover';

function Way({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <>
      <span className="grid min-w-0 flex-1 gap-0.5">
        <span className="font-medium">{title}</span>
        <span className="text-muted">{text}</span>
      </span>
      <ArrowRight className="size-4 shrink-0 text-muted group-hover:text-ink" />
    </>
  );
}
