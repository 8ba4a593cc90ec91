import type { Kind } from './kinds.ts';

export const company: Kind = {
  name: 'company',
  path: 'companies',
  elementType: 3,
  sequence: 'contact',
  prepare: () => ({}),
};
