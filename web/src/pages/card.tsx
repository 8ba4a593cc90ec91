import { type ReactNode, useEffect } from 'react';
import { languages, useLanguage } from '../i18n/language.tsx';
import { Logo } from '../shell/logo.tsx';
import { Button } from '../ui/button.tsx';

interface CardPageProps {
  readonly title: string;
  readonly lead: ReactNode;
  readonly children?: ReactNode;
}

/** A page with one thing to do: signing in and the like. */
export function CardPage({ title, lead, children }: CardPageProps) {
  const { language, speak } = useLanguage();
  useEffect(() => {
    document.title = `${title} · Kontora`;
  }, [title]);
  return (
    <main className="grid min-h-full place-items-center bg-sunken p-4">
      <div className="w-full max-w-90">
        <Logo className="mb-8 justify-center text-base" />
        <div className="rounded-xl bg-raised p-6 shadow-float sm:p-8">
          <h1 className="text-lg font-semibold">{title}</h1>
          <p className="mt-1 text-muted">{lead}</p>
          {children}
        </div>
        <p className="mt-6 flex justify-center gap-1">
          {languages.map(([code, name]) => (
            <Button
              key={code}
              look="quiet"
              lang={code}
              aria-pressed={language === code}
              className="font-normal text-muted aria-pressed:text-ink"
              onClick={() => speak(code)}
            >
              {name}
            </Button>
          ))}
        </p>
      </div>
    </main>
  );
}
