import { apiKey, login } from './data-set.ts';
import type { HttpRequest } from './http-request.ts';
import { getIds } from './reads.ts';
import { hasItems, path, type Scenario, times } from './scenario.ts';
import { pickIds, type World } from './world.ts';
import { add, update } from './writes.ts';

const key = new URLSearchParams({ USER_LOGIN: login, USER_HASH: apiKey }).toString();
const one = { connections: 1, isPinned: true, onFloor: false };

export const signIns: readonly Scenario[] = [
  {
    ...one,
    name: 'sign-in',
    title: 'sign-in by /private/api/auth.php',
    make: () => [{ path: '/private/api/auth.php?type=json', body: key }],
    isRight: ({ status, body }) => status === 200 && JSON.parse(body.toString()).response.auth === true,
  },
  {
    ...one,
    name: 'get-one-key',
    title: 'GET one, with login and key in its query',
    make: (world) => times(1000, () => ({ path: `${path}?id=${pickIds(world, 1)}&${key}` })),
    isRight: hasItems(1),
  },
];

/** 32 clients at once; of a hundred requests ten write. */
export const mixed: Scenario = {
  name: 'mixed-32',
  title: 'mixed load, 32 connections: 80 % GET one, 10 % pages of 50, 5 % add 1, 5 % update 1',
  onFloor: true,
  connections: 32,
  isPinned: false,
  make: (world) => times(2000, () => anyRequest(world)),
  isRight: hasItems(1, 50),
};

function anyRequest(world: World): HttpRequest {
  const percent = world.random() * 100;
  if (percent < 80) return getIds(world, pickIds(world, 1));
  if (percent < 90) {
    const offset = 1 + Math.floor(world.random() * (world.set.total - 50));
    return { path: `${path}?limit_rows=50&limit_offset=${offset}`, headers: world.headers };
  }
  return percent < 95 ? add(world, 1) : update(world, 1, () => ({ name: 'ООО Новая' }));
}
