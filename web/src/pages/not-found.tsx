import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { KontoraError } from '../api.ts';
import { useLanguage } from '../i18n/language.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { PartMissing, reloadIfReachable } from '../ui/loaded.ts';
import { notify } from '../ui/toaster.tsx';

export function NotFound() {
  const { t } = useLanguage();
  return <Notice text={t.error.page} />;
}

/** What a page needs did not come; asked for again, it may. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const { t } = useLanguage();
  const router = useRouter();
  const isMissing = error instanceof PartMissing;
  const isOffline = isMissing || (error instanceof KontoraError && error.status === 0);
  const again = async () => {
    if (isMissing) {
      if (!(await reloadIfReachable())) notify({ text: t.error.offline, isError: true });
      return;
    }
    reset();
    await router.invalidate();
  };
  return (
    <Notice text={isOffline ? t.error.offline : (error as Error).message || t.error.unknown}>
      <Button look="primary" onClick={() => void again()}>
        {t.table.again}
      </Button>
    </Notice>
  );
}

export function Notice({ text, children }: { readonly text: string; readonly children?: ReactNode }) {
  const { t } = useLanguage();
  return (
    <main className="grid h-full place-content-center justify-items-center gap-4 p-6 text-center">
      <h1 className="text-lg font-semibold">{text}</h1>
      {children}
      <Link to="/" className={buttonClass()}>
        {t.error.home}
      </Link>
    </main>
  );
}
