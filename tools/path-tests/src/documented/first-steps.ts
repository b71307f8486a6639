import { blocksOf, inlineCommands } from './page-commands.js';

/** Pages whose every command is executed, in this order. What stands on several of them is done once. */
export const PAGES = ['docs/quickstart.md', 'README.md', 'docs/quickstart.es.md'] as const;

/** One command of those pages, and what is done with it. */
export type Step =
  | {
      readonly kind: 'run';
      readonly text: string;
      readonly command: string;
      readonly exit: number;
      /** It changes nothing: it may be typed again. */
      readonly isReadOnly: boolean;
    }
  /** It goes on until Ctrl-C, which comes when it has printed that. */
  | { readonly kind: 'follow'; readonly text: string; readonly command: string; readonly until: RegExp }
  | { readonly kind: 'elsewhere'; readonly text: string; readonly by: Elsewhere }
  /** Has placeholders that nobody has said anything about. */
  | { readonly kind: 'unknown'; readonly text: string };

export interface Elsewhere {
  readonly command: RegExp;
  readonly why: string;
  /** What runs it, or what it would start. */
  readonly instead: string;
}

export const ELSEWHERE: readonly Elsewhere[] = [
  {
    command: /^docker compose /,
    why: 'there is no container engine where the tests run',
    instead: 'tools/deploy-tests/src/containers.itest.ts',
  },
  {
    command: /^\.\/vecino demo$/,
    why: 'starts a platform of its own',
    instead: 'tools/cli/src/demo.itest.ts',
  },
  { command: /^\.\/vecino test$/, why: 'runs this test', instead: '.ci/run' },
  {
    command: /^\.\/vecino chaos$/,
    why: 'starts a platform of its own, for minutes',
    instead: 'tools/chaos/src/short-campaign.itest.ts',
  },
];

interface StandIn {
  readonly command: string;
  /** Exit code that is right for it; 0 where it is left out. */
  readonly exit?: number;
}

/** What is typed for commands with placeholders, and for those that are only named. Ids are those of the quickstart. */
export const STAND_INS: Readonly<Record<string, StandIn>> = {
  './vecino watch [tenant]': { command: './vecino watch --from-beginning' },
  './vecino explain DEPLOYMENT_ID': { command: './vecino explain first' },
  // It is cancelled already, and that is the answer again.
  './vecino cancel DEPLOYMENT_ID': { command: './vecino cancel later' },
  './vecino retry DEPLOYMENT_ID': { command: './vecino retry later' },
  './vecino unlock': { command: './vecino unlock first --tenant chogar --yes', exit: 3 },
  './vecino tenant add ID …': {
    command: './vecino tenant add acme --tier basic --network 127.20.9.0/24 --lab',
  },
  './vecino pause --platform': {
    command: './vecino pause --platform --reason "a drill" && ./vecino resume --platform',
  },
  './vecino evidence DEPLOYMENT_ID': { command: './vecino evidence first' },
};

const FOLLOWING: readonly { readonly command: RegExp; readonly until: RegExp }[] = [
  { command: /^\.\/vecino watch\b/, until: /SUCCEEDED/ },
  { command: /^kcat .* -C /, until: /amovil-002.*SUCCEEDED/ },
];

const READ_ONLY = /^\.\/vecino (--help|doctor|status|explain|evidence|audit$|dlq list|tenant show)/;

/** As `DEPLOYMENT_ID`, `[tenant]` and `…`. */
const PLACEHOLDER = /\b[A-Z][A-Z_]+\b|\[|…/;

export function stepOf(text: string): Step {
  const by = ELSEWHERE.find(({ command }) => command.test(text));
  if (by !== undefined) return { kind: 'elsewhere', text, by };
  const standIn = STAND_INS[text];
  if (standIn === undefined && PLACEHOLDER.test(text.replace(/"[^"]*"|'[^']*'/g, '')))
    return { kind: 'unknown', text };
  const { command: typed, exit = 0 } = standIn ?? { command: text };
  // Into a pipe kcat prints a page at a time; to a terminal it prints lines.
  const command = typed.replace(/^kcat /, 'kcat -u ');
  const following = FOLLOWING.find((one) => one.command.test(command));
  return following === undefined
    ? { kind: 'run', text, command, exit, isReadOnly: READ_ONLY.test(command) }
    : { kind: 'follow', text, command, until: following.until };
}

/** All commands of these pages, each once; what stops the platform comes last. */
export function stepsOf(pages: readonly string[]): Step[] {
  const texts = pages.flatMap((page) => [
    ...blocksOf(page).flatMap(({ commands }) => commands),
    ...inlineCommands(page),
  ]);
  const isLast = (text: string) => text === DOWN;
  const once = [...new Set(texts)];
  return [...once.filter((text) => !isLast(text)), ...once.filter(isLast)].map(stepOf);
}

export const UP = './vecino up';
export const DOWN = './vecino down';
