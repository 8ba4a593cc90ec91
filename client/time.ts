/** Waits; @throws the signal's reason, at once. */
export function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout>;
  const pause = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return unlessAborted(pause, signal).finally(() => clearTimeout(timer));
}

/** The same promise for one who may lose patience, while others go on waiting for it. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let give: () => void;
  const aborted = new Promise<never>((_, reject) => {
    give = () => reject(signal.reason);
    if (signal.aborted) give();
    else signal.addEventListener('abort', give);
  });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', give));
}

/** Lets so many through in any second, one after another; the others wait for their turn. */
export function pacer(perSecond: number | undefined): (signal: AbortSignal | undefined) => Promise<void> {
  if (perSecond === undefined) return async () => {};
  const starts: number[] = [];
  let last = Promise.resolve();
  const pass = async (signal: AbortSignal | undefined) => {
    signal?.throwIfAborted();
    // Between a turn and its request lies a moment, and not always as long a one.
    const pause = starts.length < perSecond ? 0 : starts[0]! + 1020 - performance.now();
    if (pause > 0) await sleep(pause, signal);
    if (starts.push(performance.now()) > perSecond) starts.shift();
  };
  return (signal) => {
    const turn = last.then(() => pass(signal));
    last = turn.catch(() => {});
    return unlessAborted(turn, signal);
  };
}
