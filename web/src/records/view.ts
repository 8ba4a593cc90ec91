import type { Filters } from '../api.ts';

/** What a table shows: all of it stands in the address, so that a view can be kept and sent. */
export interface View {
  readonly q?: string;
  /** Ids of responsible users, with commas. */
  readonly users?: string;
  /** `today`, a number of days, or a day such as 2026-11-27. */
  readonly since?: string;
  /** Of leads: `open`, or ids of stages with commas. */
  readonly stages?: string;
  /** Names of tags, with commas. */
  readonly tags?: string;
  /** Options of custom fields: `4457603:9101,9102;4457604:1`. */
  readonly fields?: string;
  readonly sort?: Sort;
}

export const sorts = ['id', '-id', '-updated_at', 'updated_at'] as const;
export type Sort = (typeof sorts)[number];

/** What an address holds and nobody understands is passed over. */
export function readView(search: Record<string, unknown>): View {
  const { q, users, since, stages, tags, fields, sort } = search;
  const known = sorts.find((one) => one === sort);
  return {
    ...(typeof q === 'string' && q !== '' && { q }),
    ...(isIds(users) && { users }),
    ...(typeof since === 'string' && startOf(since) !== undefined && { since }),
    ...((stages === 'open' || isIds(stages)) && { stages }),
    ...(typeof tags === 'string' && tags !== '' && { tags }),
    ...(typeof fields === 'string' && /^\d+:\d+(,\d+)*(;\d+:\d+(,\d+)*)*$/.test(fields) && { fields }),
    ...(known && known !== 'id' && { sort: known }),
  };
}

function isIds(text: unknown): text is string {
  return typeof text === 'string' && /^\d+(,\d+)*$/.test(text);
}

export function filtersOf({ q, users, since, stages, tags, fields }: View): Filters {
  const from = since === undefined ? undefined : startOf(since);
  const filter = {
    ...(from !== undefined && { date_modify: { from } }),
    ...(stages === 'open' && { active: 1 as const }),
    ...(tags && { tag: tags }),
    ...(fields && { custom_fields: Object.fromEntries(fields.split(';').map((part) => part.split(':'))) }),
  };
  return {
    ...(q && { query: q }),
    ...(users && { responsible_user_id: users.split(',').map(Number) }),
    ...(stages && stages !== 'open' && { status: stages.split(',').map(Number) }),
    ...(Object.keys(filter).length > 0 && { filter }),
  };
}

/** Unix seconds at which a day or a number of days begins, in the reader's time zone. */
function startOf(since: string): number | undefined {
  if (since === 'today' || /^\d{1,4}$/.test(since)) {
    const day = new Date();
    day.setHours(0, 0, 0, 0);
    if (since !== 'today') day.setDate(day.getDate() - Number(since));
    return Math.floor(day.getTime() / 1000);
  }
  const time = /^\d{4}-\d\d-\d\d$/.test(since) ? new Date(`${since}T00:00:00`).getTime() : Number.NaN;
  return Number.isNaN(time) || time < 0 ? undefined : Math.floor(time / 1000);
}
