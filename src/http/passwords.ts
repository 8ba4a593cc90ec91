import { argon2, timingSafeEqual } from 'node:crypto';
import { networkOf } from './client-address.ts';
import { FairTurns } from './fair-turns.ts';
import { newSalt } from './keys.ts';

/** Argon2id as OWASP's cheat sheet on password storage has it: 19 MiB, two passes, one lane. Written into each hash. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const length = 32;
/** Each takes a core and its memory for a while, outside of the thread that answers: networks take turns, so that none keeps others waiting. */
const turns = new FairTurns(2, { waitingOfOne: 8, waiting: 256, waitingSeconds: 10 });

/** Nobody's: whoever has no password costs as much time as others. */
export const nobodysPassword = written(newSalt(16), newSalt(length));

/** What is stored of a password. @param ip of who sets it @throws HttpError 503 when too many of his wait */
export async function hashPassword(password: string, ip: string): Promise<string> {
  const salt = newSalt(16);
  return written(salt, await tagOf(password, salt, cost, ip));
}

/** @param ip of who shows it @throws HttpError 503 when too many of his wait */
export async function isPassword(password: string, stored: string, ip: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', tag = ''] = stored.split(':');
  const how = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const wanted = Buffer.from(tag, 'hex');
  return timingSafeEqual(await tagOf(password, Buffer.from(salt, 'hex'), how, ip), wanted);
}

function written(salt: Buffer, tag: Buffer): string {
  const { memory, passes, parallelism } = cost;
  return ['argon2id', memory, passes, parallelism, salt.toString('hex'), tag.toString('hex')].join(':');
}

function tagOf(
  password: string,
  nonce: Buffer,
  how: Readonly<Record<'memory' | 'passes' | 'parallelism', number>>,
  ip: string,
): Promise<Buffer> {
  // Keyboards write the same letters differently.
  const message = password.normalize('NFKC');
  return turns.take(
    networkOf(ip),
    () =>
      new Promise<Buffer>((resolve, reject) => {
        const parameters = { ...how, message, nonce, tagLength: length };
        argon2('argon2id', parameters, (error, tag) => (error ? reject(error) : resolve(tag)));
      }),
  );
}
