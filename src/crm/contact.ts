import type { Kind } from './kinds.ts';

export const contact: Kind = { name: 'contact', path: 'contacts', elementType: 1, sequence: 'contact' };
