import { useEffect, useRef } from 'react';
import { CopyButton } from '../ui/copy-button.tsx';

export interface Secret {
  /** Whose it is. */
  readonly of: number | string;
  /** What it is, and that it is shown once. */
  readonly text: string;
  readonly secret: string;
}

/** What is told once, and kept by nobody. */
export function SecretNotice({ text, secret }: Secret) {
  const notice = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another one is to be seen, too
  useEffect(() => {
    notice.current?.scrollIntoView({ block: 'nearest' });
  }, [secret]);
  return (
    <section ref={notice} role="status" className="grid w-full gap-2 rounded-xl bg-accent-soft p-4">
      <p>{text}</p>
      <p className="flex items-center gap-2">
        <code className="min-w-0 font-mono break-all">{secret}</code>
        <CopyButton text={secret} />
      </p>
    </section>
  );
}
