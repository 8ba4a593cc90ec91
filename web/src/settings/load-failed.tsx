import { useLanguage } from '../i18n/language.tsx';

/** Why what a page shows did not come; nothing where it did. */
export function LoadFailed({ error }: { readonly error: Error | null | undefined }) {
  const { t } = useLanguage();
  return (
    error && (
      <p role="alert" className="text-danger">
        {error.message || t.error.unknown}
      </p>
    )
  );
}
