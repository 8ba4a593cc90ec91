import { useTexts } from '../i18n/language.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { texts } from './texts.ts';

export interface NewKey {
  readonly login: string;
  readonly apiKey: string;
}

/** A key is told once, and kept by nobody. */
export function KeyNotice({ login, apiKey }: NewKey) {
  const t = useTexts(texts);
  return (
    <section role="status" className="grid gap-2 rounded-xl bg-accent-soft p-4">
      <p>{t.keyOnce(login)}</p>
      <p className="flex items-center gap-2">
        <code className="min-w-0 font-mono break-all">{apiKey}</code>
        <CopyButton text={apiKey} />
      </p>
    </section>
  );
}
