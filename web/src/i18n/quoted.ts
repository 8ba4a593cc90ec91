/** A text in Russian quotation marks; those that it has itself become the inner ones. */
export function quoted(text: string): string {
  return `«${text.replaceAll('«', '„').replaceAll('»', '“')}»`;
}
