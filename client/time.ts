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

/** Lets so many through in any second; the others wait for their turn. */
export function pacer(perSecond: number | undefined): (signal: AbortSignal | undefined) => Promise<void> {
  if (perSecond === undefined) return async () => {};
  const turns: number[] = [];
  return async (signal) => {
    const now = performance.now();
    const turn = Math.max(now, turns.length < perSecond ? now : turns[0]! + 1000);
    turns.push(turn);
    if (turns.length > perSecond) turns.shift();
    if (turn > now) await sleep(turn - now, signal);
  };
}
