import type { Kind } from './kinds.ts';

export const customer: Kind = {
  name: 'customer',
  path: 'customers',
  elementType: 12,
  sequence: 'customer',
  prepare: () => ({}),
};
