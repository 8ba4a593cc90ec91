/** What a form can hold: texts and numbers, in objects and lists. */
export type FormValue =
  | string
  | number
  | null
  | undefined
  | readonly FormValue[]
  | { readonly [key: string]: FormValue };

/** A body in PHP's bracket notation, `a[b][0]=…`, percent-encoded as PHP does it. Nulls are left out. The other way: brackets.ts */
export function encodeForm(value: { readonly [key: string]: FormValue }): string {
  return [...pairs(value, '')].map(([key, text]) => `${encode(key)}=${encode(text)}`).join('&');
}

function* pairs(value: FormValue, path: string): Generator<[string, string]> {
  if (value === null || value === undefined) return;
  if (typeof value !== 'object') return yield [path, String(value)];
  for (const [key, part] of Object.entries(value)) yield* pairs(part, path === '' ? key : `${path}[${key}]`);
}

function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
