import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useLanguage } from '../i18n/language.tsx';
import { Button } from './button.tsx';

export function CopyButton({ text }: { readonly text: string }) {
  const { t } = useLanguage();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  // There is no clipboard on plain HTTP under another name than localhost.
  if (!navigator.clipboard) return null;
  return (
    <Button look="quiet" icon onClick={copy} aria-label={isCopied ? t.start.copied : t.start.copy}>
      {isCopied ? <Check /> : <Copy />}
    </Button>
  );
}
