import { REDACTED, redactNamed } from './named-secrets.js';

/** Something of this is in every text that a rule below changes. Most texts hold none of it, and are looked at no closer. */
const MAY_HOLD =
  /pass|pwd|secret|credential|key|auth|token|cookie|bearer|basic|unknown command|:\/\/|eyJ|\$\w{1,6}\$/i;

const replacing =
  (pattern: RegExp, by: string) =>
  (text: string): string =>
    text.replace(pattern, by);

/** In this order: what is long must not be cut by what is short. Each takes time in proportion to the text. */
const RULES: readonly ((text: string) => string)[] = [
  // Also a key that was cut off, or whose line ends are escaped.
  replacing(
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    REDACTED,
  ),
  // A word from its first `://` on: no part of it is looked at twice.
  (text) => text.replace(/:\/\/[^\s"'<>]+/g, redactAddresses),
  redactNamed,
  replacing(/\b(bearer[ \t:="'\\]{1,8})[\w.~+/=-]{8,}/gi, `$1${REDACTED}`),
  redactBasic,
  // A JSON Web Token: Temporal Cloud's API keys are such.
  replacing(/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)*/g, REDACTED),
  // A hash as crypt(3) writes it, or what a router writes so and can undo.
  replacing(/\$(?:\w{1,2}|sha\d{3})\$[^\s"'`;,<>]{8,}/g, REDACTED),
  // `password 7 0822455D0A16`, of a router's configuration.
  replacing(/\b((?:password|secret)[ \t]{1,4}\d{1,2}[ \t]{1,4})(?=\S*[\d$])\S{4,}/gi, `$1${REDACTED}`),
  // Redis repeats what it was given with a command that it does not know, or that was renamed.
  replacing(
    /(unknown command ["'`]?(?:auth|hello)["'`]?,? with args [a-z ]{1,30}:)[^\r\n]+/gi,
    `$1 ${REDACTED}`,
  ),
];

/**
 * Text as it may leave the process, in a line, a span, a status or an answer: without passwords, keys and tokens, in whichever
 * notation the texts of errors hold them. To do it twice changes nothing more.
 */
export const redactText = (text: string): string =>
  MAY_HOLD.test(text) ? RULES.reduce((left, rule) => rule(left), text) : text;

/** So much more than is kept is looked through: a secret that begins in that is known as one, unless it ends behind this. */
const SEARCHED_TIMES = 4;

/** The beginning of a text so: at most `longest` characters, and `…` where more was left. */
export function redactBeginning(text: string, longest: number): string {
  const beginning = redactText(text.slice(0, SEARCHED_TIMES * longest));
  return beginning.length > longest ? `${beginning.slice(0, longest)}…` : beginning;
}

/** Each of the texts so. */
export const redactTexts = (texts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, redactText(text)]));

/**
 * `user:password@` or `user@`, to the end of a text that ends with its last `@`. A password may hold an `@` or a `/` that nobody
 * has escaped; an `@` in a path ends neither. Not caught, with such a `/`: a user without a `:` (`://to/ken@host`), and a password
 * that begins like a port (`://ana:123/pw@host`).
 */
const USER = /:\/\/(?:[^/?#:[]*:(?!\/\/|\d{1,5}[/?#]).*|[^/?#]*@)/g;

function redactAddresses(word: string): string {
  const end = word.lastIndexOf('@') + 1;
  return word.slice(0, end).replace(USER, `://${REDACTED}@`) + word.slice(end);
}

/** `Basic` is a word like any other, but for where it stands before what decodes to `user:password`. */
function redactBasic(text: string): string {
  return text.replace(
    /\b(basic[ \t]{1,4})([\w+/-]{4,})={0,2}/gi,
    (all: string, scheme: string, said: string) => (isUserAndPassword(said) ? `${scheme}${REDACTED}` : all),
  );
}

/** `base64` without what fills it up. */
function isUserAndPassword(base64: string): boolean {
  const plain = base64.replaceAll('-', '+').replaceAll('_', '/');
  if (plain.length % 4 === 1) return false;
  const said = atob(plain);
  return said.includes(':') && !/[^ -~\x80-\xff]/.test(said);
}
