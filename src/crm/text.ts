/** One spelling for searching and comparing: SQL engines fold Cyrillic differently or not at all, so it is done here. */
export function fold(text: string): string {
  const lower = (isPlain.test(text) ? text : text.normalize('NFC')).toLowerCase().replaceAll('ё', 'е');
  // Σ at the end of a word is folded another way than inside it.
  return lower.replaceAll('ς', 'σ');
}

/** Latin, Cyrillic and common signs, none of which NFC changes: looking for it would take most of the time of folding. */
const isPlain = /^[\u0000-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u20bd\u2116]*$/;

/** No engine stores and searches NUL, lone surrogates or noncharacters faithfully; they are refused where requests are read. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !/\0|\p{Noncharacter_Code_Point}/u.test(text);
}

const phoneShape = /^[+\d\s().-]+$/;

/**
 * The digits by which a phone number is found in any spelling: of what can be a Russian number, also with an extension behind it, both
 * national forms (7XXXXXXXXXX and 8XXXXXXXXXX); of every number its digits as they are.
 */
export function phoneForms(text: string): string[] {
  const digits = text.replace(/\D/g, '');
  const national = /^[78]\d{10}/.test(digits)
    ? digits.slice(1, 11)
    : /^(9\d{9}|\d{10}$)/.exec(digits)?.[0].slice(0, 10);
  const forms = national === undefined ? [digits] : [`7${national}`, `8${national}`, digits];
  return digits === '' ? [] : [...new Set(forms)];
}

export function looksLikePhone(text: string): boolean {
  return phoneShape.test(text) && text.replace(/\D/g, '').length >= 6;
}

/** What to look for in the search text: any of these. Empty when the query holds nothing but blanks. */
export function searchTerms(query: string): string[] {
  const term = fold(query.trim().replace(/\s+/g, ' '));
  if (term === '') return [];
  const digits = term.replace(/\D/g, '');
  return phoneShape.test(term) && digits !== '' && digits !== term ? [term, digits] : [term];
}

/**
 * The text of a record that `query` is matched against: a line for each value. The empty lines at the end let every position start a
 * trigram.
 */
export function searchText(values: Iterable<string>): string {
  const lines = new Set<string>();
  for (const value of values)
    if (value !== '') lines.add(isSpaced.test(value) ? value.replace(/\s+/g, ' ').trim() : value);
  // Folded as a whole: ten times as quick as line by line.
  return `${fold([...lines].join('\n')).slice(0, maxSearchText)}\n\n`;
}

/** With blanks that are not searched as they are. */
const isSpaced = /^\s|[^\S ]|\s\s|\s$/;

/** Characters of a record that are searched: an index on more would let one batch hold everybody up. */
const maxSearchText = 8000;
