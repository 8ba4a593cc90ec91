const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/** Of each limit what holds when nothing is said, and the least and most that may be said. docs/limits.md has what is answered beyond it. */
export const limitRanges = {
  /** Bytes of a body of a signed-in user; and of anybody else, who needs no more for signing in. */
  body: [8 * mebibyte, kibibyte, 256 * mebibyte],
  openBody: [64 * kibibyte, kibibyte, 8 * mebibyte],
  /** Bytes of a request line and its headers: ten thousand ids in a query fit. */
  head: [256 * kibibyte, 4 * kibibyte, 4 * mebibyte],
  /** Levels of a JSON body, and its keys and values: five hundred items of eighty fields fit. */
  jsonDepth: [2000, 16, 5000],
  jsonParts: [300_000, 100, 10_000_000],
  /** Levels of a form or query; parameters of a form; and of a query, which is read before anybody has signed in: ten thousand ids of a parameter each fit. */
  depth: [16, 8, 1000],
  parameters: [100_000, 100, 1_000_000],
  queryParameters: [12_000, 100, 100_000],
  /** Items of a request: never more than the original takes. doc: recommendations */
  items: [500, 1, 500],
  /** Ids of one list, and elements of the other lists of an item. */
  ids: [20_000, 500, 100_000],
  elements: [500, 10, 10_000],
  /** Tags of all items of a request: each may be a new one, and a quarter of a million of those would hold up other writes for seconds. */
  tags: [20_000, 500, 1_000_000],
  /** Characters of a name, and of any other text: never more than a field holds. */
  name: [1000, 100, 10_000],
  text: [10_000, 100, 10_000],
  /** Characters of the parameter `query`: so many are looked through in a record. */
  query: [8000, 10, 100_000],
  /** Seconds within which a head, and a whole request, have to have come; and for which a connection may be silent in both directions. */
  headSeconds: [30, 1, 3600],
  requestSeconds: [120, 1, 86_400],
  silenceSeconds: [180, 1, 86_400],
  /** Connections at a time. */
  connections: [4000, 1, 1_000_000],
  /** Bytes of bodies and large answers that are in memory at a time. */
  held: [512 * mebibyte, mebibyte, 1024 * 1024 * mebibyte],
  /** Imports over HTTP at a time. */
  imports: [16, 1, 10_000],
  /** Requests that wait for their turn at a time, of those that read and of those that write, and for how long. */
  waiting: [256, 1, 100_000],
  waitingSeconds: [30, 1, 3600],
  /** Requests of an account in any second; and after so many refusals it is blocked. 0: no such limit. */
  rate: [0, 0, 100_000],
  rateBlock: [0, 0, 1_000_000],
} as const satisfies Readonly<Record<string, readonly [normal: number, least: number, most: number]>>;

/** What requests may be, and how many at a time. */
export type Limits = Readonly<Record<keyof typeof limitRanges, number>>;

export const defaultLimits = Object.fromEntries(
  Object.entries(limitRanges).map(([name, [normal]]) => [name, normal]),
) as Limits;
