import type { Kind } from './kinds.ts';

export const contact: Kind = {
  name: 'contact',
  path: 'contacts',
  elementType: 1,
  sequence: 'contact',
  // Kept as they were sent; nobody guesses them out of the name. source: reference §8
  prepare: ({ own }, before) => ({
    firstName: own.firstName ?? before?.own.firstName,
    lastName: own.lastName ?? before?.own.lastName,
  }),
};
