import { type Logger, pino } from 'pino';
import type { LogLevel } from '../config.ts';
import { describeFailure } from '../http/failure.ts';
import type { Watch } from '../http/watch.ts';

/** Bytes of lines that wait for whoever reads them; further ones are dropped. */
const waiting = 4 * 1024 * 1024;
const stderr = 2;

/** Lines of JSON on stderr. That they cannot be written, on a full disk for one, is no reason not to serve. */
export function createLog(level: LogLevel): Logger {
  const lines = pino.destination({ fd: stderr, sync: true, maxLength: waiting });
  lines.on('error', () => undefined);
  const err = (error: unknown) => (error instanceof Error ? describeFailure(error) : error);
  const formatters = { level: (label: string) => ({ level: label }) };
  const timestamp = pino.stdTimeFunctions.isoTime;
  return pino({ level, formatters, timestamp, base: { pid: process.pid }, serializers: { err } }, lines);
}

/** A line for each request. */
export function requestLog(log: Logger): Watch {
  return {
    began: () => undefined,
    over({ id, method, path, status, ms, ip, actor }) {
      const by = actor && { account: actor.account.id, user: actor.user.id };
      log.info({ requestId: id, method, path, status, ms: Math.round(ms * 1000) / 1000, ip, ...by }, 'request');
    },
  };
}
