import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import { blocksOf, inlineCommands, notPrinted } from './page-commands.js';
import { DOWN, ELSEWHERE, PAGES, STAND_INS, type Step, stepOf, stepsOf, UP } from './first-steps.js';

const { root } = thisRepository();
const read = (page: string) => readFileSync(join(root, page), 'utf8');
const pages = PAGES.map(read);
const kindOf = (text: string): Step['kind'] => stepOf(text).kind;

describe('commands of README and quickstarts', () => {
  const steps = stepsOf(pages);

  it('are executed, or have a reason not to be', () => {
    expect(steps.flatMap((step) => (step.kind === 'unknown' ? [step.text] : []))).toEqual([]);
    expect(steps.filter(({ kind }) => kind === 'run').length).toBeGreaterThan(15);
  });

  it('begin with what starts the platform and end with what stops it', () => {
    const run = steps.flatMap((step) => (step.kind === 'run' ? [step.text] : []));
    expect([run[0], run.at(-1)]).toEqual([UP, DOWN]);
  });

  it('are what the stand-ins and the exceptions are about, and those lead somewhere', () => {
    const texts = new Set(steps.map(({ text }) => text));
    expect(Object.keys(STAND_INS).filter((text) => !texts.has(text))).toEqual([]);
    const used = new Set(steps.flatMap((step) => (step.kind === 'elsewhere' ? [step.by] : [])));
    expect(ELSEWHERE.filter((one) => !used.has(one))).toEqual([]);
    expect(ELSEWHERE.filter(({ instead }) => !existsSync(join(root, instead)))).toEqual([]);
  });

  it('are the same in English and in Spanish, with the same output', () => {
    const english = read('docs/quickstart.md');
    const spanish = read('docs/quickstart.es.md');
    expect(blocksOf(spanish)).toEqual(blocksOf(english));
    expect(inlineCommands(spanish)).toEqual(inlineCommands(english));
  });
});

describe('the commands of a page', () => {
  const page = [
    '# T',
    'Say `./vecino show ID`, or `other`.',
    '```sh',
    '# a comment',
    'echo 1 |',
    '  cat   # another',
    './vecino up \\',
    '  --fast',
    '```',
    'prints',
    '```text',
    'Up   since … by me',
    '```',
    '```json',
    '{}',
    '```',
    '   ```sh',
    '   last',
    '   ```',
  ].join('\n');

  it('are those of its blocks, one a line', () => {
    expect(blocksOf(page)).toEqual([
      { commands: ['echo 1 | cat', './vecino up --fast'], shown: ['Up   since … by me'] },
      { commands: ['last'], shown: [] },
    ]);
  });

  it('are those of ours in its sentences', () => {
    expect(inlineCommands(page)).toEqual(['./vecino show ID']);
  });

  it.each([
    ['./vecino status', 'run'],
    ['./vecino watch', 'follow'],
    ['./vecino tenant show ID', 'unknown'],
    ['./vecino tenant add …', 'unknown'],
    ['docker compose up', 'elsewhere'],
    ['echo \'{"A_B":"C"}\' | cat', 'run'],
  ])('%s: %s', (text, kind) => {
    expect(kindOf(text)).toBe(kind);
  });
});

describe('what a page shows', () => {
  it('is looked for line by line, whatever stands for …, and however wide the gaps are', () => {
    const printed = 'noise\n  Up since 12:00  by me\nport (9092)\n';
    expect(notPrinted(['Up   since … by me', 'port (…)'], printed)).toEqual([]);
    expect(notPrinted(['Up since … by you', 'since', 'port'], printed)).toEqual([
      'Up since … by you',
      'since',
      'port',
    ]);
  });
});
