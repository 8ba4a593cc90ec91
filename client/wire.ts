/** The JSON of the API. In the published package this file is the server's own `wire` itself (build.mjs). */
export type * from '../src/v2/wire.ts';
