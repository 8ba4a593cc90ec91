/** The part of it that we use; @types/papaparse would bring the globals of Node along. */
declare module 'papaparse' {
  interface Parsed {
    data: string[][];
    errors: { code: string }[];
    meta: { cursor: number };
  }
  class Parser {
    constructor(config: { delimiter: string; newline: '\n' | '\r' });
    /** With `ignoreLastRow` the cursor is behind the last row that has an end. */
    parse(text: string, baseIndex: number, ignoreLastRow: boolean): Parsed;
  }
  export default { Parser };
}
