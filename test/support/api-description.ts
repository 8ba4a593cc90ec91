import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI file, whose validity is a test of its own
type Json = any;

/** docs/api/openapi.json */
export const description: Json = JSON.parse(
  readFileSync(new URL('../../docs/api/openapi.json', import.meta.url), 'utf8'),
);

/** What is described of an address, with or without a slash at its end, and a method. */
export function findOperation(method: string, url: string): Json {
  const path = url.replace(/\?.*$/, '').replace(/\/$/, '');
  return description.paths[path]?.[method.toLowerCase()];
}

/** What a `$ref` of the file leads to, or the thing itself. */
export function resolve(thing: Json): Json {
  const path: string[] | undefined = thing?.$ref?.split('/').slice(1);
  return path ? path.reduce((node, key) => node[key], description) : thing;
}

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
ajv.addSchema({ $id: 'api', $defs: inAjv(description.components.schemas) });

/** Ajv knows no `components`. */
function inAjv(schema: Json): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', 'api#/$defs/'));
}

/** What is wrong with a value by a schema of the file; undefined: nothing. */
export function faults(schema: Json, value: unknown): string | undefined {
  const validate = ajv.compile(inAjv(schema));
  return validate(value) ? undefined : ajv.errorsText(validate.errors);
}

/** What is wrong with an answer: one that is described nowhere, of another type, or of another shape. */
export function answerFaults(
  { method, url }: { readonly method: string; readonly url: string },
  { status, type, body }: { readonly status: number; readonly type: string | null; readonly body: string },
): string | undefined {
  const responses = findOperation(method, url)?.responses ?? { default: strayFailure(url) };
  const response = resolve(responses[status] ?? (status < 400 ? undefined : responses.default));
  if (response === undefined) return `${status} is not described`;
  if (response.content === undefined) return body === '' && type === null ? undefined : 'there is a body';
  const media = response.content[type ?? ''];
  if (media === undefined) return `${type} is not described`;
  if (type === 'text/html') return undefined;
  const values = type === lines ? readLines(body) : [JSON.parse(body)];
  return values.map((value) => faults(media.schema, value)).find((fault) => fault !== undefined);
}

/** The media type of JSON line by line: each of its lines has the schema. */
export const lines = 'application/x-ndjson';

export function readLines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** How addresses and methods fail that are not there. */
function strayFailure(url: string): Json {
  return resolve({
    $ref: `#/components/responses/${url.startsWith('/private/api/v2/json/') ? 'LegacyFailed' : 'Failed'}`,
  });
}
