import type { Kind } from './kinds.ts';

export const lead: Kind = { name: 'lead', path: 'leads', elementType: 2, sequence: 'lead' };
