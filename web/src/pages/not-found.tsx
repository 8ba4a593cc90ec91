import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { KontoraError } from '../api.ts';
import { useLanguage } from '../i18n/language.tsx';
import { buttonClass } from '../ui/button.tsx';

export function NotFound() {
  const { t } = useLanguage();
  return <Notice text={t.error.page} />;
}

export function PageFailed({ error }: ErrorComponentProps) {
  const { t } = useLanguage();
  const isOffline = error instanceof KontoraError && error.status === 0;
  return <Notice text={isOffline ? t.error.offline : (error as Error).message || t.error.unknown} />;
}

export function Notice({ text }: { readonly text: string }) {
  const { t } = useLanguage();
  return (
    <main className="grid h-full place-content-center justify-items-center gap-4 p-6 text-center">
      <h1 className="text-lg font-semibold">{text}</h1>
      <Link to="/" className={buttonClass()}>
        {t.error.home}
      </Link>
    </main>
  );
}
