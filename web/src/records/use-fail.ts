import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { KontoraError } from '../api.ts';
import { useLanguage } from '../i18n/language.tsx';
import { accountQuery, isSignedOut } from '../session.ts';
import { notify } from '../ui/toaster.tsx';

/** Tells that a request failed as a whole; whose session is over is led to the sign-in, which says so. */
export function useFail(): (error: unknown) => void {
  const { t } = useLanguage();
  const queryClient = useQueryClient();
  return useCallback(
    (error: unknown) => {
      if (isSignedOut(error)) {
        queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
        return;
      }
      const isOffline = error instanceof KontoraError && error.status === 0;
      notify({ text: isOffline ? t.error.offline : (error as Error).message || t.error.unknown, isError: true });
    },
    [t, queryClient],
  );
}
