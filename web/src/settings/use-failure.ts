import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { KontoraError } from '../api.ts';
import { useLanguage } from '../i18n/language.tsx';
import { accountQuery, isSignedOut } from '../session.ts';
import { notify } from '../ui/toaster.tsx';

/** Tells why something was not done; whose session is over is led to the sign-in. */
export function useFailure(): (error: unknown) => void {
  const { t } = useLanguage();
  const queryClient = useQueryClient();
  return useCallback(
    (error) => {
      if (isSignedOut(error)) queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
      const isOffline = error instanceof KontoraError && error.status === 0;
      notify({ text: isOffline ? t.error.offline : (error as Error).message || t.error.unknown, isError: true });
    },
    [t, queryClient],
  );
}
