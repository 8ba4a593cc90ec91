// Preloaded into a server by NODE_OPTIONS=--import. Its main thread writes a line of JSON to the file that KONTORA_FUZZ_PROBE names for
// each time that its event loop was held up; after SIGUSR2 all threads collect their garbage, and it writes one of the memory that is left.
import { openSync, readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

/** Milliseconds. */
const tick = 10;
const told = 20;

export type Probed =
  | {
      /** When it went on, in milliseconds since 1970. */
      readonly at: number;
      readonly blocked: number;
      /** Of these, at work; and waiting for a processor that others had: the machine's fault. Linux alone tells. */
      readonly worked: number;
      readonly waited: number;
    }
  | { readonly rss: number };

const file = process.env['KONTORA_FUZZ_PROBE'];
if (file !== undefined) {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const channel = new BroadcastChannel('fuzz');
  channel.onmessage = collect;
  channel.unref();
  stayHere();
  keepCachesSmall();
  if (isMainThread) watch(file, channel, collect);
}

function watch(file: string, channel: BroadcastChannel, collect: () => void): void {
  const out = openSync(file, 'a');
  const tell = (line: Probed) => writeSync(out, `${JSON.stringify(line)}\n`);
  const times = timesOfThread();
  let before = times();
  setInterval(() => {
    const now = times();
    const [passed, worked, waited] = now.map((time, index) => Math.round(time - before[index]!));
    if (passed! > tick + told) tell({ at: Date.now(), blocked: passed! - tick, worked: worked!, waited: waited! });
    before = now;
  }, tick).unref();
  process.on('SIGUSR2', () => {
    channel.postMessage(0);
    // What has finalizers is free after the second time.
    collect();
    setTimeout(() => {
      channel.postMessage(0);
      collect();
      setTimeout(() => tell({ rss: process.memoryUsage.rss() }), 2000);
    }, 500);
  });
}

/** The time, and how long the main thread has had a processor, and has waited for one, in milliseconds. */
function timesOfThread(): () => number[] {
  if (process.platform !== 'linux') return () => [performance.now(), 0, 0];
  const input = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
  const bytes = Buffer.alloc(100);
  return () => {
    const [worked, waited] = bytes.toString('latin1', 0, readSync(input, bytes, 0, 100, 0)).split(' ');
    return [performance.now(), Number(worked) / 1e6, Number(waited) / 1e6];
  };
}

/** Each connection's cache of pages fills as the database grows, up to its limit: nothing else may grow. */
function keepCachesSmall(): void {
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (text) {
    return exec.call(this, text.replace(/cache_size = -\d+/, 'cache_size = -2000'));
  };
}

/** Addresses of webhooks are fuzzed as well: no call may leave the machine, whatever they name. */
function stayHere(): void {
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
    const [first] = args.flat() as [{ host?: string; path?: string }];
    const host = first.host ?? 'localhost';
    if (first.path === undefined && !/^(localhost|127\.[\d.]+|::1)$/.test(host)) throw new Error(`a call to ${host}`);
    return Reflect.apply(connect, this, args);
  } as typeof connect;
}
