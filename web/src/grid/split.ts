/** Several values as one text. */
export const valueSeparator = ', ';

export function splitValues(text: string): string[] {
  const values = text.split(/[,;\n]/).map((value) => value.trim());
  return [...new Set(values.filter((value) => value !== ''))];
}

/** The same, where an option may have a comma of its own. */
export function splitOptions(text: string, options: readonly string[]): string[] {
  const longestFirst = [...options].sort((a, b) => b.length - a.length);
  const found: string[] = [];
  for (let rest = text.trim(); rest !== ''; ) {
    const known = longestFirst.find(
      (option) =>
        rest.toLowerCase().startsWith(option.toLowerCase()) && /^\s*([,;\n]|$)/.test(rest.slice(option.length)),
    );
    const one = known ?? /^[^,;\n]*/.exec(rest)![0];
    if (one.trim() !== '') found.push(one.trim());
    rest = rest
      .slice(one.length)
      .trim()
      .replace(/^[,;\n]\s*/, '');
  }
  return [...new Set(found)];
}
