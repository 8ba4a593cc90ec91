/**
 * The value of a JSON text; a whole number of more digits than a number of JavaScript can hold is its digits: whoever stores it as text
 * (advertisement ids, numbers of cards) gets it back as it was sent. @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  return JSON.parse(mayHoldLong.test(text) ? withQuotedLong(text) : text);
}

const mayHoldLong = /[:,[\s]-?\d{16}/;
const leastDigits = 16;
const long = /^-?[1-9]\d{15,}$/;

/** A reviver, which is told each number's text, takes thirty times as long as parsing: this takes as long again. */
function withQuotedLong(text: string): string {
  const parts: string[] = [];
  let taken = 0;
  for (let at = 0; at < text.length; ) {
    const start = at;
    at += 1;
    const letter = text.charCodeAt(start);
    if (letter === quote) {
      at = endOfString(text, at);
    } else if (letter === minus || isDigit(letter)) {
      while (isOfNumber(text.charCodeAt(at))) at += 1;
      if (at - start < leastDigits) continue;
      const number = text.slice(start, at);
      if (!long.test(number) || Number.isSafeInteger(Number(number))) continue;
      parts.push(text.slice(taken, start), '"', number, '"');
      taken = at;
    }
  }
  return parts.join('') + text.slice(taken);
}

const [quote, backslash, minus] = [0x22, 0x5c, 0x2d];

function endOfString(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    const letter = text.charCodeAt(at);
    if (letter === backslash) at += 1;
    else if (letter === quote) return at + 1;
  }
  return text.length;
}

function isDigit(letter: number): boolean {
  return letter >= 0x30 && letter <= 0x39;
}

/** Digits, and `+ - . E e`. NaN, behind the end, is none. */
function isOfNumber(letter: number): boolean {
  return isDigit(letter) || letter === minus || letter === 0x2b || letter === 0x2e || (letter | 0x20) === 0x65;
}
