import type { Pipeline, Status } from '../crm/pipeline.ts';
import type { Answer, SignedRequest } from '../http/request.ts';
import type { Wire } from './entities.ts';
import { profileOf } from './errors.ts';
import { halAnswer, hrefTo, mapById, nothingFound, selfLink } from './hal.ts';
import { idsInQuery } from './input.ts';
import type { PipelineJson, StatusJson } from './wire.ts';

/** GET /api/v2/pipelines[?id=]: unlike other lists its items are a map by id. doc: pipelines; source: reference §14, §23.25 */
export async function getPipelines(wire: Wire, request: SignedRequest): Promise<Answer> {
  const { account, settings } = request.actor;
  const ids = idsInQuery(request.query['id'], wire.limits);
  const shown = [...settings.pipelines.values()].filter(({ id }) => !ids || ids.includes(id));
  if (shown.length === 0) return nothingFound;
  const items = mapById(shown, (pipeline) => ({
    ...presentPipeline(pipeline),
    _links: selfLink(hrefTo('pipelines', [pipeline.id])),
  }));
  const body = { _links: selfLink(request.url), _embedded: { items } };
  return halAnswer(200, body, profileOf(account, wire.profile));
}

export function presentPipeline({ id, name, sort, isMain, statuses }: Pipeline): PipelineJson {
  return { id, name, sort, is_main: isMain, statuses: mapById(statuses.values(), presentStatus) };
}

function presentStatus({ id, name, color, sort, isEditable }: Status): StatusJson {
  return { id, name, color, sort, is_editable: isEditable };
}
