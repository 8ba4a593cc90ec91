import type { HttpRequest } from './http-request.ts';
import { hasItems, path, type Scenario, times } from './scenario.ts';
import { pickIds, type World } from './world.ts';

/** More than a server's caches could make the same. */
const manyIds = 20_000;
const one = { connections: 1, isPinned: true, onFloor: true, isRight: hasItems(500) };

const getOne = {
  ...one,
  make: (world: World) => times(manyIds, () => getIds(world, pickIds(world, 1))),
  isRight: hasItems(1),
};

export const reads: readonly Scenario[] = [
  { ...getOne, name: 'get-one', title: 'GET one, random ids' },
  { ...getOne, name: 'get-one-32', title: 'GET one, random ids, 32 connections', connections: 32 },
  { ...one, name: 'page-first', title: 'page of 500 at offset 0', make: (world) => [page(world, 0)] },
  { ...one, name: 'page-middle', title: 'page of 500 at 50 %', make: (world) => [page(world, 0.5)] },
  { ...one, name: 'page-deep', title: 'page of 500 at 99.95 %', make: (world) => [page(world, 0.9995)] },
  {
    ...one,
    name: 'pages-8',
    title: 'pages of 500 at random offsets, 8 connections',
    connections: 8,
    make: (world) => times(200, () => page(world, world.random())),
  },
  {
    ...one,
    name: 'responsible',
    title: 'one responsible user, 500 at offset 0',
    onFloor: false,
    make: ({ set, headers }) => [{ path: `${path}?limit_rows=500&responsible_user_id=${set.responsible.id}`, headers }],
  },
  {
    ...one,
    name: 'responsible-deep',
    title: 'one responsible user, the last 500',
    onFloor: false,
    make: ({ set, headers }) => {
      const offset = set.responsible.companies - 500;
      const query = `limit_rows=500&limit_offset=${offset}&responsible_user_id=${set.responsible.id}`;
      return [{ path: `${path}?${query}`, headers }];
    },
  },
  {
    ...one,
    name: 'modified-1',
    // A set of 10,000 has no more.
    title: 'modified since: 1 % of all, the first 100',
    onFloor: false,
    make: (world) => [modifiedSince(world, world.set.changedAfter.onePercent, 100)],
    isRight: hasItems(100),
  },
  {
    ...one,
    name: 'modified-50',
    title: 'modified since: 50 % of all, the first 500',
    onFloor: false,
    make: (world) => [modifiedSince(world, world.set.changedAfter.half, 500)],
  },
];

export function getIds({ headers }: World, ids: readonly number[]): HttpRequest {
  return { path: `${path}?id=${ids.join(',')}`, headers };
}

/** A whole page that begins after this part of all companies. */
function page({ set, headers }: World, part: number): HttpRequest {
  const offset = Math.min(Math.floor(set.total * part), set.total - 500);
  return { path: `${path}?limit_rows=500${offset > 0 ? `&limit_offset=${offset}` : ''}`, headers };
}

function modifiedSince({ headers }: World, seconds: number, rows: number): HttpRequest {
  const since = new Date(seconds * 1000).toUTCString();
  return { path: `${path}?limit_rows=${rows}`, headers: { ...headers, 'If-Modified-Since': since } };
}
