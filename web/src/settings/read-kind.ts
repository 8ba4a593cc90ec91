import { type KindName, kindNames } from '../api.ts';

/** Which kind an address names. */
export function readKind(search: Record<string, unknown>): { kind?: KindName } {
  const kind = kindNames.find((one) => one === search['kind']);
  return kind ? { kind } : {};
}
