import { addIntegration, dismissIntegration, renewSecret } from '../crm/integrations.ts';
import { requireAdministrator } from '../crm/rights.ts';
import { hashKey, newClientId, newKey } from '../http/keys.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import type { Wire } from './entities.ts';
import { profileOf, WireError } from './errors.ts';
import { jsonAnswer } from './hal.ts';
import { isBlank, Problems, readText } from './input.ts';
import { readItem, secretAnswer } from './users.ts';
import type { DismissedIntegrationJson, IntegrationSecretJson, IntegrationsJson } from './wire.ts';

const maxText = 2000;

/** GET /api/kontora/integrations: the account's own, and those of the server that somebody has let in. */
export async function getIntegrations(wire: Wire, { actor }: SignedRequest): Promise<Answer> {
  requireAdministrator(actor);
  const { id } = actor.account;
  const { all, letIn } = await wire.store.read(async (tx) => ({
    all: await tx.integrations(),
    letIn: new Set(await tx.integrationsLetIn(id)),
  }));
  const body: IntegrationsJson = {
    integrations: all
      .filter((one) => one.ownerId === id || letIn.has(one.id))
      .map((one) => ({
        id: one.id,
        name: one.name,
        redirect_uri: one.redirectUri,
        created_at: one.createdAt,
        is_own: one.ownerId === id,
        has_access: letIn.has(one.id),
      })),
  };
  return jsonAnswer(200, body, profileOf(actor.account, wire.profile));
}

/** POST /api/kontora/integrations/add with `{name, redirect_uri}`: one that users of this account alone can give access. */
export async function postIntegration(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor, now } = request;
  requireAdministrator(actor);
  const item = await readItem(request);
  const problems = new Problems(wire.limits);
  const [name, redirectUri] = ['name', 'redirect_uri'].map(
    (key) => readText(item[key], key, problems, maxText)?.trim() ?? '',
  ) as [string, string];
  problems.throwAny();
  const [id, secret] = [newClientId(), newKey()];
  const parts = { name, redirectUri, createdAt: now, ownerId: actor.account.id };
  await addIntegration(wire.store, actor, { id, secretHash: hashKey(secret), ...parts });
  return secretAnswer(wire, request, { id, secret } satisfies IntegrationSecretJson);
}

/** POST /api/kontora/integrations/secret with `{id}`: a new one, told once; tokens go on. */
export async function postSecret(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  requireAdministrator(actor);
  const id = await readClientId(request);
  const secret = newKey();
  await renewSecret(wire.store, actor, id, hashKey(secret));
  return secretAnswer(wire, request, { id, secret } satisfies IntegrationSecretJson);
}

/** POST /api/kontora/integrations/delete with `{id}`: its tokens end; one of the account's own is gone. */
export async function postDismissal(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { actor } = request;
  requireAdministrator(actor);
  const id = await readClientId(request);
  const isGone = await dismissIntegration(wire.store, actor, id);
  const body: DismissedIntegrationJson = { id, is_deleted: isGone };
  return jsonAnswer(200, body, profileOf(actor.account, wire.profile));
}

async function readClientId(request: SignedRequest): Promise<string> {
  const { id } = await readItem(request);
  if (typeof id !== 'string' || isBlank(id)) throw new WireError(400, 400, 'Не указан id');
  return id.slice(0, maxText);
}
