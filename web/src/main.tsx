import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './styles.css';
import { LanguageProvider } from './i18n/language.tsx';
import { makeRouter } from './router.tsx';
import { accountQuery, isSignedOut, onSessionForgotten } from './session.ts';
import { Toaster } from './ui/toaster.tsx';

/** A session that is over leads to the sign-in, and from there back; the start page is for anybody. */
function leaveWhenSignedOut(error: unknown): void {
  const { pathname, href } = router.state.location;
  const wasSignedIn = queryClient.getQueryData(accountQuery.queryKey) !== undefined;
  if (!isSignedOut(error) || !wasSignedIn || pathname === '/sign-in') return;
  if (pathname === '/') {
    queryClient.resetQueries({ queryKey: accountQuery.queryKey });
    return;
  }
  queryClient.clear();
  router.navigate({ to: '/sign-in', search: { back: href, over: '1' } });
}

const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
  mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // The client repeats what may be repeated.
      retry: false,
    },
  },
});

const router = makeRouter(queryClient);

onSessionForgotten(() => queryClient.invalidateQueries({ queryKey: accountQuery.queryKey }));

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <LanguageProvider>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Toaster />
      </QueryClientProvider>
    </LanguageProvider>
  </StrictMode>,
);
