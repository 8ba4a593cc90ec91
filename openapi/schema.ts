/** A JSON Schema, of the dialect of OpenAPI 3.1. */
export type Schema = Readonly<Record<string, unknown>>;
type Properties = Readonly<Record<string, Schema>>;

export const text: Schema = { type: 'string' };
export const whole: Schema = { type: 'integer' };
export const flag: Schema = { type: 'boolean' };
/** Unix seconds. */
export const time: Schema = { type: 'integer', description: 'Unix seconds' };

export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

export function told(description: string, schema: Schema): Schema {
  return { ...schema, description };
}

export function constant(value: unknown): Schema {
  return { const: value };
}

export function oneOf(...schemas: readonly Schema[]): Schema {
  return { oneOf: schemas };
}

export function listOf(items: Schema, more: Schema = {}): Schema {
  return { type: 'array', items, ...more };
}

export function mapOf(values: Schema, key = '^\\d+$'): Schema {
  return { type: 'object', patternProperties: { [key]: values }, additionalProperties: false };
}

/** An object of just these keys; those that end in `?` may be missing. */
export function closed(keys: Properties): Schema {
  return { ...open(keys), additionalProperties: false };
}

/** The same with room for others: requests may hold what nobody reads. */
export function open(keys: Properties): Schema {
  const required = Object.keys(keys).filter((key) => !key.endsWith('?'));
  const properties = Object.fromEntries(Object.entries(keys).map(([key, schema]) => [key.replace(/\?$/, ''), schema]));
  return { type: 'object', ...(required.length > 0 && { required }), properties };
}
