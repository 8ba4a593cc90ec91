import { readdirSync, readFileSync } from 'node:fs';
import { parseBrackets } from '../../src/http/brackets.ts';
import { defaultLimits } from '../../src/http/limits.ts';
import type { Dice } from '../model/dice.ts';
import { description, resolve } from '../support/api-description.ts';
import { textOf } from './mutate.ts';
import { type IdsOf, type Known, sample } from './sample.ts';

export type Spelling = 'json' | 'form' | 'multipart' | 'lines';

/** A request before it is mutated. */
export interface Draft {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: readonly string[];
  readonly body?: unknown;
  readonly spelling: Spelling;
}

/** What requests begin with. The later ones come by chance alone. */
export type Seed = (dice: Dice, known: Known) => Draft;

/** Each operation of the OpenAPI file; most often those that do the most. */
const described: readonly Seed[] = Object.entries(description.paths as Record<string, Record<string, object>>).flatMap(
  ([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) => {
      const times = /v2\/(companies|contacts|leads|customers|tasks|notes)/.test(path) ? 4 : 1;
      return Array.from({ length: times }, () => describe(method.toUpperCase(), path, operation));
    }),
);

interface Operation {
  readonly parameters?: readonly object[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
}

function describe(method: string, path: string, { parameters = [], requestBody }: Operation): Seed {
  const of = idsOf(path);
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  return (dice, known) => {
    const given = parameters.map(resolve).filter(({ name, required }) => {
      return required || name === 'limit_rows' || dice.chance(0.3);
    });
    const texts = given.map(({ name, schema, in: place }) => {
      return { name, place, value: textOf(sample(schema, name, of, dice, known)) };
    });
    const spelling = type?.includes('ndjson') ? 'lines' : dice.pick(['json', 'form', 'json', 'multipart'] as const);
    return {
      method,
      path,
      query: texts.filter(({ place }) => place === 'query').map(({ name, value }) => [name, value]),
      headers: texts.filter(({ place }) => place === 'header').map(({ name, value }) => `${name}: ${value}`),
      spelling,
      ...(media && {
        body:
          spelling === 'lines'
            ? Array.from({ length: 1 + dice.whole(3) }, () => sample(media.schema, '', of, dice, known))
            : sample(media.schema, '', of, dice, known),
      }),
    };
  };
}

function idsOf(path: string): IdsOf {
  const kind = /companies|contacts|leads|customers|tasks|notes|fields|pipelines/.exec(path)?.[0];
  return (kind as IdsOf | undefined) ?? (path.includes('deals') ? 'leads' : 'companies');
}

interface Recorded {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly string[];
  readonly body: string;
}

const folder = new URL('../fixtures/', import.meta.url);

/** Those that public clients sent, without their credentials. The ids of the recording server become ours. */
const recorded: readonly Seed[] = readdirSync(folder).flatMap((name) =>
  readFileSync(new URL(name, folder), 'utf8')
    .trim()
    .split('\n')
    .map((line) => record(JSON.parse(line) as Recorded)),
);

function record({ method, url, headers, body }: Recorded): Seed {
  const [path = '', search = ''] = url.split('?');
  const query = [...new URLSearchParams(search)].filter(([name]) => !/^USER_/.test(name));
  const isSignIn = path.includes('auth.php');
  return (dice, known) => {
    const ids = known[idsOf(path)];
    const translated = body.replaceAll(/10992\d\d/g, (id) => String(ids[Number(id) % ids.length]));
    const { scapegoat } = known;
    return {
      method,
      path,
      query: query.map(([name, value]) => [name, value] as const),
      headers: pairs(headers).filter((line) => !/^(host|connection|content-length|cookie|content-type)/i.test(line)),
      ...(body !== '' && {
        body: isSignIn ? { USER_LOGIN: scapegoat.login, USER_HASH: scapegoat.key } : parse(translated),
      }),
      spelling: dice.pick([body.startsWith('{') ? 'json' : 'form', 'json', 'form', 'multipart'] as const),
    };
  };
}

function parse(body: string): unknown {
  return body.startsWith('{') ? JSON.parse(body) : parseBrackets(body, defaultLimits);
}

function pairs(headers: readonly string[]): string[] {
  return headers.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${headers[index + 1]}`] : []));
}

/** Addresses that are not in the file. */
const others: readonly Seed[] = ['/', '/docs', '/openapi.json', '/docs/init.js', '/favicon.ico', '/api/v4/leads'].map(
  (path) => () => ({ method: 'GET', path, query: [], headers: [], spelling: 'json' }),
);

export const seeds: readonly Seed[] = [...described, ...recorded, ...others];
