import { StoreBusy, StoreFailed, StoreUncertain } from '../crm/store.ts';

/** What a log tells of an error. Nothing else of it, such as what a database says of the row that it refused. */
export interface Failure {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: Failure;
}

export function describeFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { message, stack, cause } = error;
  const { code } = error as NodeJS.ErrnoException;
  // What the database could not do says enough in a line.
  if (error instanceof StoreBusy || error instanceof StoreFailed || error instanceof StoreUncertain) {
    return { type: error.name, message };
  }
  return {
    type: error.constructor.name,
    message,
    ...(code !== undefined && { code: String(code) }),
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && { cause: describeFailure(cause) }),
  };
}
