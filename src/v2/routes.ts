import { allKinds, kinds } from '../crm/kinds.ts';
import type { Answer, Methods, Request, Route, StreamedRequest } from '../http/request.ts';
import type { SignIn } from '../http/session.ts';
import { getAccount } from './account.ts';
import { authenticate, postSignIn, postSignOut } from './auth.ts';
import { getBin, postPurge, postRestore } from './bin.ts';
import { getChanges } from './changes.ts';
import { getConsent, postConsent } from './consent.ts';
import { deletableKinds, deleteByKind, runMultiactions } from './delete.ts';
import { getDeliveries, postRedelivery } from './deliveries.ts';
import { getEntities, postEntities, type Wire } from './entities.ts';
import { postFields } from './fields.ts';
import { getFields, postFieldChange, postFieldDeletion } from './fields-admin.ts';
import { getHistory } from './history.ts';
import { postImport, postImportPart } from './import.ts';
import { getIntegrations, postDismissal, postIntegration, postSecret } from './integrations.ts';
import { getCount, getGrowth, getIds, getStages } from './lists.ts';
import { getNotes, postNotes } from './notes.ts';
import { getAccountSubdomain, postAccessToken, postExchangeApiKey } from './oauth.ts';
import { postNewPasswordLink, postPassword, postPasswordLink } from './passwords.ts';
import { getPipelines } from './pipelines.ts';
import { postPipelineDeletion, postPipelines } from './pipelines-admin.ts';
import { getTags, postTag, postTagRemoval } from './tags.ts';
import { getDueTasks, getTasks, postTasks } from './tasks.ts';
import { getGroups, getUsers, postGroup, postGroupDeletion, postKey, postUser } from './users.ts';
import { getWebhooks, postSubscribe, postUnsubscribe } from './webhooks.ts';

/** The table of contents: every address of the API and what answers there. */
export function routes(wire: Wire, signIn: SignIn): Route[] {
  const login: Methods<Request> = {
    GET: (request) => authenticate(signIn, wire.profile, request),
    POST: (request) => authenticate(signIn, wire.profile, request),
  };
  const consent: Methods<Request> = {
    GET: (request) => getConsent(wire, signIn, request),
    POST: (request) => postConsent(wire, signIn, request),
  };
  return [
    { path: '/private/api/auth.php', open: true, here: true, methods: login },
    {
      path: '/api/kontora/sign-in',
      open: true,
      here: true,
      methods: { POST: (request) => postSignIn(signIn, wire.profile, request) },
    },
    {
      path: '/api/kontora/password-link',
      open: true,
      here: true,
      methods: { POST: (request) => postPasswordLink(wire, signIn, request) },
    },
    { path: '/api/kontora/password', here: true, methods: { POST: (request) => postPassword(wire, signIn, request) } },
    { path: '/api/kontora/sign-out', methods: { POST: (request) => postSignOut(wire, request) } },
    { path: '/oauth', open: true, methods: consent },
    { path: '/oauth2/access_token', open: true, methods: { POST: (request) => postAccessToken(wire, request) } },
    {
      path: '/oauth2/exchange_api_key',
      open: true,
      methods: { POST: (request) => postExchangeApiKey(wire, signIn, request) },
    },
    { path: '/oauth2/account/subdomain', methods: { GET: (request) => getAccountSubdomain(wire, request) } },
    ...allKinds.map(
      ({ name, path }): Route => ({
        path: `/api/v2/${path}`,
        methods: {
          GET: (request): Promise<Answer> => getEntities(wire, name, request),
          POST: (request): Promise<Answer> => postEntities(wire, name, request),
        },
      }),
    ),
    {
      path: '/api/v2/tasks',
      methods: { GET: (request) => getTasks(wire, request), POST: (request) => postTasks(wire, request) },
    },
    {
      path: '/api/v2/notes',
      methods: { GET: (request) => getNotes(wire, request), POST: (request) => postNotes(wire, request) },
    },
    ...deletableKinds.map(
      (kind): Route => ({
        path: `/ajax/${kinds[kind].path}/multiple/delete`,
        methods: { POST: (request) => deleteByKind(wire, kind, request) },
      }),
    ),
    { path: '/api/v2/webhooks', methods: { GET: (request) => getWebhooks(wire, request) } },
    { path: '/api/v2/webhooks/subscribe', methods: { POST: (request) => postSubscribe(wire, request) } },
    { path: '/api/v2/webhooks/unsubscribe', methods: { POST: (request) => postUnsubscribe(wire, request) } },
    { path: '/api/kontora/bin', methods: { GET: (request) => getBin(wire, request) } },
    { path: '/api/kontora/bin/restore', methods: { POST: (request) => postRestore(wire, request) } },
    { path: '/api/kontora/bin/purge', methods: { POST: (request) => postPurge(wire, request) } },
    { path: '/api/kontora/count', methods: { GET: (request) => getCount(wire, request) } },
    { path: '/api/kontora/ids', methods: { GET: (request) => getIds(wire, request) } },
    { path: '/api/kontora/tags', methods: { GET: (request) => getTags(wire, request) } },
    { path: '/api/kontora/tags/update', methods: { POST: (request) => postTag(wire, request) } },
    { path: '/api/kontora/tags/merge', methods: { POST: (request) => postTagRemoval(wire, request, 'merge') } },
    { path: '/api/kontora/tags/delete', methods: { POST: (request) => postTagRemoval(wire, request, 'delete') } },
    { path: '/api/kontora/integrations', methods: { GET: (request) => getIntegrations(wire, request) } },
    { path: '/api/kontora/integrations/add', methods: { POST: (request) => postIntegration(wire, request) } },
    { path: '/api/kontora/integrations/secret', methods: { POST: (request) => postSecret(wire, request) } },
    { path: '/api/kontora/integrations/delete', methods: { POST: (request) => postDismissal(wire, request) } },
    { path: '/api/kontora/deliveries', methods: { GET: (request) => getDeliveries(wire, request) } },
    { path: '/api/kontora/deliveries/redeliver', methods: { POST: (request) => postRedelivery(wire, request) } },
    { path: '/api/kontora/users', methods: { GET: (request) => getUsers(wire, request) } },
    { path: '/api/kontora/users/add', methods: { POST: (request) => postUser(wire, request, 'add') } },
    { path: '/api/kontora/users/update', methods: { POST: (request) => postUser(wire, request, 'update') } },
    { path: '/api/kontora/users/key', methods: { POST: (request) => postKey(wire, request) } },
    { path: '/api/kontora/users/password-link', methods: { POST: (request) => postNewPasswordLink(wire, request) } },
    { path: '/api/kontora/groups', methods: { GET: (request) => getGroups(wire, request) } },
    { path: '/api/kontora/groups/add', methods: { POST: (request) => postGroup(wire, request, 'add') } },
    { path: '/api/kontora/groups/update', methods: { POST: (request) => postGroup(wire, request, 'update') } },
    { path: '/api/kontora/groups/delete', methods: { POST: (request) => postGroupDeletion(wire, request) } },
    { path: '/api/kontora/stages', methods: { GET: (request) => getStages(wire, request) } },
    { path: '/api/kontora/growth', methods: { GET: (request) => getGrowth(wire, request) } },
    { path: '/api/kontora/tasks', methods: { GET: (request) => getDueTasks(wire, request) } },
    { path: '/api/kontora/fields', methods: { GET: (request) => getFields(wire, request) } },
    { path: '/api/kontora/fields/update', methods: { POST: (request) => postFieldChange(wire, request) } },
    { path: '/api/kontora/fields/delete', methods: { POST: (request) => postFieldDeletion(wire, request) } },
    { path: '/api/kontora/changes', methods: { GET: (request) => getChanges(wire, request) } },
    { path: '/api/kontora/history', methods: { GET: (request) => getHistory(wire, request) } },
    ...allKinds.map(
      ({ name, path }): Route => ({
        path: `/api/kontora/import/${path}`,
        methods: { POST: (request: StreamedRequest) => postImport(wire, request) },
        part: (request) => postImportPart(wire, name, request),
      }),
    ),
    { path: '/api/v2/account', methods: { GET: (request) => getAccount(wire, request) } },
    { path: '/api/v2/fields', methods: { POST: (request) => postFields(wire, request) } },
    { path: '/api/v2/pipelines', methods: { GET: (request) => getPipelines(wire, request) } },
    { path: '/private/api/v2/json/pipelines/set', methods: { POST: (request) => postPipelines(wire, request) } },
    {
      path: '/private/api/v2/json/pipelines/delete',
      methods: { POST: (request) => postPipelineDeletion(wire, request) },
    },
    { path: '/private/deals/delete.php', methods: { POST: (request) => deleteByKind(wire, 'lead', request) } },
    { path: '/ajax/v1/multiactions/set', methods: { POST: (request) => runMultiactions(wire, request) } },
  ];
}
