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
