/** A part of the pages did not come: the server is away, or has other ones by now. */
export class PartMissing extends Error {}

/** Loads a part. Its own error: at the browser's, the router would load the whole page anew, where nobody may answer. */
export function loaded<Part>(load: () => Promise<Part>): () => Promise<Part> {
  return () =>
    load().catch((cause) => {
      throw new PartMissing('', { cause });
    });
}

/** Loads the page anew, once the server is there. @returns false: it is not */
export async function reloadIfReachable(): Promise<boolean> {
  const answer = await fetch('/', { method: 'HEAD', cache: 'no-store' }).catch(() => undefined);
  if (!answer?.ok) return false;
  location.reload();
  return true;
}
