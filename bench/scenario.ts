import type { HttpAnswer, HttpRequest } from './http-request.ts';
import type { World } from './world.ts';

/** Requests of one sort, sent to the product and, where it can answer them, to the floor. */
export interface Scenario {
  /** For `--scenarios`. */
  readonly name: string;
  readonly title: string;
  /** Whether the floor answers it. */
  readonly onFloor: boolean;
  readonly connections: number;
  /** The server on one processor and the load tool on another; else both where they want. */
  readonly isPinned: boolean;
  /**
   * Records that each request writes. Then a repetition sends each request once, one after the other, and the figure is records a
   * second; without it requests are sent as long as a repetition lasts.
   */
  readonly batch?: number;
  /** Which of a repetition's requests count, by their places; all, if not said. */
  readonly counts?: (place: number) => boolean;
  /** The requests of one repetition; the floor is sent the same. `url` is the product's, to make there what they need. */
  readonly make: (world: World, url: string) => readonly HttpRequest[] | Promise<readonly HttpRequest[]>;
  /** Whether its answers grow with the set: then nothing is wanted of how its times grow. */
  readonly hasMoreInLarger?: true;
  /** Whether the answer to the first of them is what it should be. */
  readonly isRight: (answer: HttpAnswer) => boolean;
}

export const path = '/api/v2/companies';

/** 200 with so many items, and none refused. */
export function hasItems(least: number, most = least): (answer: HttpAnswer) => boolean {
  return ({ status, body }) => {
    if (status !== 200) return false;
    const { items, errors } = JSON.parse(body.toString())._embedded;
    return errors === undefined && items.length >= least && items.length <= most;
  };
}

export function isEmpty({ status, body }: HttpAnswer): boolean {
  return status === 204 && body.length === 0;
}

/** So many times what `make` gives for a place. */
export function times<T>(count: number, make: (place: number) => T): T[] {
  return Array.from({ length: count }, (_, place) => make(place));
}
