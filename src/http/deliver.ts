const patienceMs = 5000;

/** Sends a GET and forgets it: it is not followed or read, ends by itself, and may fail without anybody's being told. */
export function deliver(url: string): void {
  fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(patienceMs) })
    .then((response) => response.body?.cancel())
    .catch(() => undefined);
}
