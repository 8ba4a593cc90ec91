import type { Kind } from './kinds.ts';

export const customer: Kind = {
  name: 'customer',
  path: 'customers',
  elementType: 12,
  sequence: 'customer',
  takesDelete: true,
  prepare: ({ own }, before) => ({
    nextDate: own.nextDate ?? before?.own.nextDate ?? 0,
    nextPrice: own.nextPrice ?? before?.own.nextPrice ?? 0,
    periodicity: own.periodicity ?? before?.own.periodicity ?? 0,
    periodId: own.periodId ?? before?.own.periodId ?? 0,
  }),
};
