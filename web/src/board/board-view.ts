/** What a board shows: all of it stands in the address. */
export interface BoardView {
  /** A pipeline's id; without it the main one. */
  readonly pipeline?: string;
  readonly q?: string;
  /** Ids of responsible users, with commas. */
  readonly users?: string;
}

/** What an address holds and nobody understands is passed over. */
export function readBoardView({ pipeline, q, users }: Record<string, unknown>): BoardView {
  return {
    ...(typeof pipeline === 'string' && /^\d+$/.test(pipeline) && { pipeline }),
    ...(typeof q === 'string' && q !== '' && { q }),
    ...(typeof users === 'string' && /^\d+(,\d+)*$/.test(users) && { users }),
  };
}
