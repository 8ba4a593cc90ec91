import { fold } from './text.ts';

export interface Tag {
  readonly id: number;
  readonly name: string;
}

/** A tag as a request names it: by id (used if the account has it), else by name. */
export interface TagRef {
  readonly id?: number | undefined;
  readonly name: string;
}

/** Names are compared by this: letter case and ё/е do not tell tags apart, the first spelling is kept. */
export function foldTagName(name: string): string {
  return fold(name.trim());
}

/** Folds each name once, however often a batch names it. */
export function tagFolder(): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const folded = foldTagName(name);
    known.set(name, folded);
    return folded;
  };
}
