// JSON values of every type, as text: JSON.stringify knows neither 1e400 nor so many digits.

export const blanks: readonly string[] = ['null', '""'];
export const emptyLists: readonly string[] = ['[]', '{}'];
export const numbers: readonly string[] = ['1.5', '-1', '1e300', '123456789012345678901'];
/** Those that can be told in an answer. */
export const texts: readonly string[] = [...blanks, ...emptyLists, ...numbers, 'true', '[[]]', '{"a":1}', '"x"'];
export const everyType: readonly string[] = [...texts, '1e400', '-1e400'];

/** JSON text of an object from the texts of its parts. */
export function objectText(parts: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(parts).map(([key, value]) => `${JSON.stringify(key)}:${value}`);
  return `{${pairs.join(',')}}`;
}

/** What is stored of a value where text is: a whole number is the digits that were sent. */
export function storedText(value: string): string {
  return /^-?\d+$/.test(value) ? value : String(JSON.parse(value));
}
