import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { lazy, Suspense, useEffect } from 'react';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { accountQuery } from '../session.ts';
import { buttonClass } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { loaded } from '../ui/loaded.ts';
import { snippets } from './snippets.ts';
import { texts } from './start-texts.ts';

const Dashboard = lazy(
  loaded(() => import('../dashboard/dashboard.tsx').then((part) => ({ default: part.Dashboard }))),
);

/** For who is signed in, how things stand; for anybody, where the server is, how to sign in, and what to call first. */
export function StartPage() {
  const { t } = useLanguage();
  const x = useTexts(texts);
  const { data: account, isPending } = useQuery({ ...accountQuery, retry: false });
  const login = account?.me.login ?? 'example@example.com';
  useEffect(() => {
    document.title = 'Kontora';
  }, []);
  // Neither is shown before it is known whose page it is: one would push the other away.
  if (isPending) return <main className="h-full" />;
  return (
    <main className="h-full overflow-y-auto">
      <div
        className={classNames(
          'mx-auto grid grid-cols-[minmax(0,1fr)] gap-12 px-5 py-10 sm:px-10',
          account ? 'max-w-6xl sm:py-12' : 'max-w-3xl sm:py-16',
        )}
      >
        {account && (
          <Suspense fallback={<div className="h-160" />}>
            <Dashboard account={account} />
          </Suspense>
        )}
        <section className="max-w-3xl">
          {account ? (
            <h2 className="text-base font-semibold">{x.title}</h2>
          ) : (
            <h1 className="text-xl font-semibold tracking-tight">{x.title}</h1>
          )}
          <p className={classNames('mt-2 max-w-prose text-muted', !account && 'text-base')}>{x.lead}</p>
          <div className="mt-6 flex flex-wrap items-center gap-3">
            <div className="flex h-10 max-w-full items-center gap-1 rounded-lg border border-line pr-1 pl-3">
              <span className="text-muted max-sm:hidden">{x.address}</span>
              <code className="truncate px-1 font-mono">{location.origin}</code>
              <CopyButton text={location.origin} />
            </div>
            {account ? (
              <Link to="/companies" className={buttonClass({ look: 'primary' }, 'h-10 px-4')}>
                {x.open}
                <ArrowRight />
              </Link>
            ) : (
              <Link to="/sign-in" className={buttonClass({ look: 'primary' }, 'h-10 px-4')}>
                {t.start.signIn}
                <ArrowRight />
              </Link>
            )}
          </div>
          {!account && <p className="mt-4 max-w-prose text-muted">{x.keyHint}</p>}
        </section>
        <section id="try" className="max-w-3xl">
          <h2 className="text-base font-semibold">{x.try}</h2>
          <p className="mt-1 text-muted">{x.tryLead}</p>
          <Tabs.Root defaultValue="curl" className="mt-4 overflow-hidden rounded-lg border border-line">
            <Tabs.List className="flex border-b border-line bg-sunken px-2">
              {snippets.map(({ name }) => (
                <Tabs.Trigger
                  key={name}
                  value={name}
                  className="-mb-px h-10 border-b-2 border-transparent px-3 font-medium text-muted hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
                >
                  {name}
                </Tabs.Trigger>
              ))}
            </Tabs.List>
            {snippets.map(({ name, write }) => {
              const text = write(location.origin, login);
              return (
                <Tabs.Content key={name} value={name} className="relative">
                  {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard */}
                  <pre tabIndex={0} className="overflow-x-auto p-4 pr-14 font-mono text-xs leading-5">
                    {text}
                  </pre>
                  <div className="absolute top-2 right-2">
                    <CopyButton text={text} />
                  </div>
                </Tabs.Content>
              );
            })}
          </Tabs.Root>
        </section>
        <section className="max-w-3xl">
          <h2 className="text-base font-semibold">{x.read}</h2>
          <ul className="mt-3 divide-y divide-line border-y border-line">
            <Reading href="/docs" title={x.reference} text={x.referenceText} />
            <Reading href="/openapi.json" title={x.openapi} text={x.openapiText} />
          </ul>
        </section>
      </div>
    </main>
  );
}

function Reading({ href, title, text }: { readonly href: string; readonly title: string; readonly text: string }) {
  return (
    <li>
      <a href={href} className="group flex items-center gap-4 py-3">
        <span className="w-36 shrink-0 font-medium">{title}</span>
        <span className="flex-1 text-muted">{text}</span>
        <ArrowRight className="size-4 text-muted group-hover:text-ink" />
      </a>
    </li>
  );
}
