/** Stands where a secret stood. */
export const REDACTED = '[redacted]';

const PASSWORD = 'pass(?:word|phrase|wd)|secret';
const OTHERS =
  'pwd|(?:api|access|private|signing|encryption)[ _-]?key|key_pem|authorization|auth\\.user\\.info|cookie';
const FIELD = new RegExp(`${PASSWORD}|${OTHERS}|credential|token$`, 'i');

/** Whether a field that is called so holds a secret, in whatever case and with whatever around it. */
export const isSecretName = (name: string): boolean => FIELD.test(name);

const QUOTES = '"\'`';
/** Up to where a value begins: `password=`, `"db_password": `, `\"password\":`, `'apiKey' => `, `headers["authorization"] = `. */
const NAMED = new RegExp(
  `(?:(?:${PASSWORD})[\\w-]{0,20}|${OTHERS}|credentials?|(?<!unexpected )token)` +
    `\\\\{0,9}[${QUOTES}]?\\]?[ \\t]{0,3}(?::?={1,3}>?|:(?!:))[ \\t]{0,3}`,
  'gi',
);
const OPENING = new RegExp(`(\\\\*)([${QUOTES}])`, 'y');
/** A value without quotes: a word, with the scheme that may stand before it. */
const WORD = new RegExp(
  `(?:(?:bearer|basic|digest|negotiate|apikey|token)[ \\t]{1,3})?[^\\s&;,${QUOTES}]+`,
  'iy',
);
/** What stands after `: ` where something is said of a secret. A secret that is such a word stays. */
const SAYING = /(?:required|missing|unknown|invalid|not|is|must)(?=[,;.)]?(?:\s|$))|E[A-Z\d_]+:(?=\s)/y;
/** `a=b; c=d`, to the end of the line. */
const PAIRS = new RegExp(`[^\\r\\n${QUOTES}]+`, 'y');

/** The text without the values that stand behind a secret's name: bare, in quotes or in brackets, also in JSON within JSON. */
export function redactNamed(text: string): string {
  let redacted = '';
  let done = 0;
  for (const { 0: name, index } of text.matchAll(NAMED)) {
    const at = index + name.length;
    if (index < done || (/:[ \t]+$/.test(name) && matchAt(SAYING, text, at) !== null)) continue;
    const { from, to } = valueAt(text, at, /cookie/i.test(name) ? PAIRS : WORD);
    if (from === to) continue;
    redacted += text.slice(done, from) + REDACTED;
    done = to;
  }
  return redacted + text.slice(done);
}

/** Where a value lies, without its quotes. One that was cut off ends with the text. */
function valueAt(text: string, at: number, bare: RegExp): { readonly from: number; readonly to: number } {
  const opening = matchAt(OPENING, text, at);
  if (opening !== null) {
    const [, escapes = '', quote = ''] = opening;
    const from = at + opening[0].length;
    const closing = closingQuote(text, from, escapes.length, quote);
    return { from, to: closing === -1 ? text.length : closing - escapes.length };
  }
  if (text[at] === '[' || text[at] === '{') return { from: at, to: endOfBrackets(text, at) };
  return { from: at, to: at + (matchAt(bare, text, at)?.[0].length ?? 0) };
}

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(text);
}

/** Behind the bracket that closes the one at `start`; those in quotes do not count. */
function endOfBrackets(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === '[' || sign === '{') depth += 1;
    else if (sign === ']' || sign === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (QUOTES.includes(sign)) {
      const closing = closingQuote(text, at + 1, backslashesBefore(text, at, start), sign);
      if (closing === -1) return text.length;
      at = closing;
    }
  }
  return text.length;
}

/**
 * The quote that ends a string which begins at `from`; -1 where none does. Before it stand as many backslashes as before the
 * one that opened it (JSON in a string has one, and JSON in that three), and before those whole pairs of the string's own.
 */
function closingQuote(text: string, from: number, escapes: number, quote: string): number {
  for (let at = text.indexOf(quote, from); at !== -1; at = text.indexOf(quote, at + 1))
    if (backslashesBefore(text, at, from) % (2 * escapes + 2) === escapes) return at;
  return -1;
}

function backslashesBefore(text: string, at: number, from: number): number {
  let count = 0;
  while (at - count > from && text[at - count - 1] === '\\') count += 1;
  return count;
}
