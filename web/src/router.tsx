import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import type { KindName } from './api.ts';
import { readBoardView } from './board/board-view.ts';
import { NotFound, PageFailed } from './pages/not-found.tsx';
import { mayImport } from './records/rights.ts';
import { readView } from './records/view.ts';
import { accountQuery, isSignedOut } from './session.ts';
import { readKind } from './settings/read-kind.ts';
import { Shell } from './shell/shell.tsx';
import { readTasksView } from './tasks/tasks-view.ts';
import { loaded } from './ui/loaded.ts';

interface Context {
  readonly queryClient: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ notFoundComponent: NotFound, errorComponent: PageFailed });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(
    loaded(() => import('./pages/sign-in.tsx')),
    'SignInPage',
  ),
  validateSearch: (search: Record<string, unknown>): { back?: string; over?: string } => ({
    ...(typeof search['back'] === 'string' && { back: search['back'] }),
    ...(search['over'] === '1' && { over: '1' }),
  }),
});

const password = createRoute({
  getParentRoute: () => root,
  path: '/password',
  component: lazyRouteComponent(
    loaded(() => import('./password/password-page.tsx')),
    'PasswordPage',
  ),
});

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

const start = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(
    loaded(() => import('./pages/start.tsx')),
    'StartPage',
  ),
});

/** Pages for who is signed in. */
const signedIn = createRoute({
  getParentRoute: () => shell,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(accountQuery);
    } catch (error) {
      if (isSignedOut(error)) throw redirect({ to: '/sign-in', search: { back: location.href } });
      throw error;
    }
  },
});

function table<const K extends KindName>(kind: K) {
  return createRoute({
    getParentRoute: () => signedIn,
    path: `/${kind}`,
    component: lazyRouteComponent(
      loaded(() => import('./pages/records.tsx')),
      kind,
    ),
    validateSearch: readView,
  });
}

function card<const K extends KindName>(kind: K) {
  return createRoute({
    getParentRoute: () => signedIn,
    path: `/${kind}/$id`,
    component: lazyRouteComponent(
      loaded(() => import('./pages/record-card.tsx')),
      kind,
    ),
  });
}

const cards = [card('companies'), card('contacts'), card('leads'), card('customers')] as const;
const tables = [table('companies'), table('contacts'), table('leads'), table('customers')] as const;

const board = createRoute({
  getParentRoute: () => signedIn,
  path: '/board',
  component: lazyRouteComponent(
    loaded(() => import('./board/board-page.tsx')),
    'BoardPage',
  ),
  validateSearch: readBoardView,
});

const tasks = createRoute({
  getParentRoute: () => signedIn,
  path: '/tasks',
  component: lazyRouteComponent(
    loaded(() => import('./tasks/tasks-page.tsx')),
    'TasksPage',
  ),
  validateSearch: readTasksView,
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: lazyRouteComponent(
    loaded(() => import('./settings/frame.tsx')),
    'SettingsFrame',
  ),
});

const settingsStart = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: async ({ context }) => {
    const account = await context.queryClient.ensureQueryData(accountQuery);
    throw redirect({ to: mayImport(account) ? '/settings/import' : '/settings/bin', replace: true });
  },
});

const importPage = createRoute({
  getParentRoute: () => settings,
  path: '/import',
  beforeLoad: async ({ context }) => {
    const account = await context.queryClient.ensureQueryData(accountQuery);
    if (!mayImport(account)) throw redirect({ to: '/settings', replace: true });
  },
  component: lazyRouteComponent(
    loaded(() => import('./import/import-page.tsx')),
    'ImportPage',
  ),
});

const binPage = createRoute({
  getParentRoute: () => settings,
  path: '/bin',
  component: lazyRouteComponent(
    loaded(() => import('./bin/bin-page.tsx')),
    'BinPage',
  ),
  validateSearch: readKind,
});

/** Settings that administrators alone may change: who is none is led to what he may do. */
const administration = createRoute({
  getParentRoute: () => settings,
  id: 'administration',
  beforeLoad: async ({ context }) => {
    const { me } = await context.queryClient.ensureQueryData(accountQuery);
    if (!me.is_admin) throw redirect({ to: '/settings', replace: true });
  },
});

const fieldsPage = createRoute({
  getParentRoute: () => administration,
  path: '/fields',
  component: lazyRouteComponent(
    loaded(() => import('./fields/fields-page.tsx')),
    'FieldsPage',
  ),
  validateSearch: readKind,
});

const pipelinesPage = createRoute({
  getParentRoute: () => administration,
  path: '/pipelines',
  component: lazyRouteComponent(
    loaded(() => import('./pipelines/pipelines-page.tsx')),
    'PipelinesPage',
  ),
});

const usersPage = createRoute({
  getParentRoute: () => administration,
  path: '/users',
  component: lazyRouteComponent(
    loaded(() => import('./users/users-page.tsx')),
    'UsersPage',
  ),
  validateSearch: ({ user }: Record<string, unknown>): { user?: string } => (typeof user === 'string' ? { user } : {}),
});

const tagsPage = createRoute({
  getParentRoute: () => administration,
  path: '/tags',
  component: lazyRouteComponent(
    loaded(() => import('./tags/tags-page.tsx')),
    'TagsPage',
  ),
  validateSearch: readKind,
});

const integrationsPage = createRoute({
  getParentRoute: () => administration,
  path: '/integrations',
  component: lazyRouteComponent(
    loaded(() => import('./integrations/integrations-page.tsx')),
    'IntegrationsPage',
  ),
});

const webhooksPage = createRoute({
  getParentRoute: () => administration,
  path: '/webhooks',
  component: lazyRouteComponent(
    loaded(() => import('./webhooks/webhooks-page.tsx')),
    'WebhooksPage',
  ),
});

const settingsTree = settings.addChildren([
  settingsStart,
  importPage,
  binPage,
  administration.addChildren([fieldsPage, pipelinesPage, usersPage, tagsPage, integrationsPage, webhooksPage]),
]);

const tree = root.addChildren([
  signIn,
  password,
  shell.addChildren([start, signedIn.addChildren([...tables, ...cards, board, tasks, settingsTree])]),
]);

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queryClient },
    defaultPreload: 'intent',
    // Addresses as people write them: a=b, without JSON.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
      const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
      return text && `?${text}`;
    },
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
