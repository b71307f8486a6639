/** A block of commands on a page, ready to be copied. */
export interface CommandBlock {
  readonly commands: readonly string[];
  /** Lines that the page shows as some of their output; `…` stands for what differs from run to run. */
  readonly shown: readonly string[];
}

const FENCE = /^( *)```(\w*)[^\n]*\n([\s\S]*?)^\1```/gm;

/** The `sh` blocks of a page, each with the `text` block that follows it. */
export function blocksOf(page: string): CommandBlock[] {
  const fences = [...page.matchAll(FENCE)].map(([, , language = '', body = '']) => ({
    language,
    lines: body.split('\n').filter((line) => line.trim() !== ''),
  }));
  return fences.flatMap(({ language, lines }, index) => {
    if (language !== 'sh') return [];
    const next = fences[index + 1];
    return [{ commands: joined(lines), shown: next?.language === 'text' ? next.lines : [] }];
  });
}

/** What a page shows of a command that stands alone in its block. */
export const shownOf = (page: string, command: string): string[] =>
  blocksOf(page).flatMap(({ commands, shown }) =>
    commands.length === 1 && commands[0] === command ? shown : [],
  );

/** Commands of ours in the middle of sentences and tables; a reader puts something of his own for their placeholders. */
export const inlineCommands = (page: string): string[] =>
  [...page.replace(FENCE, '').matchAll(/`(\.\/vecino [^`\n]+)`/g)].map(([, text = '']) => text);

/** One command a line, without comments. */
const joined = (lines: readonly string[]): string[] =>
  lines
    .map((line) => line.replace(/(^|\s{2,})#.*$/, ''))
    .join('\n')
    .replace(/\s*\\\n\s*/g, ' ')
    .replace(/\|\n\s*/g, '| ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Lines that a page shows and that are not in what was printed. How much space is between words does not count. */
export function notPrinted(shown: readonly string[], printed: string): string[] {
  return shown.filter((line) => {
    const words = line.trim().split(/\s+/).map(pattern);
    return !new RegExp(`^\\s*${words.join('\\s*')}\\s*$`, 'm').test(printed);
  });
}

const pattern = (word: string): string =>
  word
    .split('…')
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
