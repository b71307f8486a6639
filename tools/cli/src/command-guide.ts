import { type Command } from 'commander';
import { type ExitName, EXIT } from './exit-code.js';
import { type Surroundings, VARIABLES } from './environment.js';
import { outputOption } from './output-option.js';

/** How commands are grouped in the help of the program. */
export const GROUPS = {
  platform: 'Run a platform:',
  deployments: 'Upgrade routers:',
  tenants: 'Tenants and stops:',
  repair: 'Find out and repair:',
  development: 'Work on Vecino:',
} as const;
export type Group = keyof typeof GROUPS;

export interface Example {
  /** What follows `./vecino`. */
  readonly run: string;
  readonly does: string;
}

/** What `--output json` prints. Keys may be added; none is taken away or changes its meaning. */
export interface JsonShape {
  /** One object, an array of them, or one object a line. */
  readonly form: 'object' | 'array' | 'lines';
  /** The keys of an object, with what each holds. */
  readonly keys: Readonly<Record<string, string>>;
}

/** All that a person wants to know of a command beside its options. Help and docs/cli.md are made of it. */
export interface CommandGuide {
  readonly examples: readonly [Example, ...Example[]];
  readonly prints: JsonShape;
  /** What it takes from the environment. */
  readonly reads: readonly Surroundings[];
  /** What the exit codes mean here, where the common meaning does not say enough. */
  readonly exits?: Partial<Readonly<Record<ExitName, string>>>;
  readonly more?: string;
}

const guides = new WeakMap<Command, CommandGuide>();

/** Gives a command its examples, environment, exit codes and `--output`. To be called once, after its options. */
export function guide(command: Command, given: CommandGuide): Command {
  guides.set(command, given);
  return command.addOption(outputOption()).addHelpText('after', () => helpText(given));
}

export const guideOf = (command: Command): CommandGuide | undefined => guides.get(command);

function helpText({ examples, reads, exits = {}, more }: CommandGuide): string {
  const variables = reads.flatMap((surroundings) =>
    VARIABLES[surroundings].map(({ names }) => names.join(', ')),
  );
  const codes = (Object.keys(EXIT) as ExitName[]).filter((name) => exits[name] !== undefined);
  return [
    ...(more === undefined ? [] : [`\n${more.trim()}`]),
    '\nExamples:',
    ...examples.flatMap(({ run, does }) => [`  ./vecino ${run}`, `      ${does}`]),
    ...(codes.length === 0
      ? []
      : ['\nExit codes:', ...codes.map((name) => `  ${String(EXIT[name]).padEnd(4)} ${exits[name]}`)]),
    ...(variables.length === 0 ? [] : [`\nEnvironment:\n  ${variables.join('\n  ')}`]),
    '\nAll exit codes, variables and JSON: docs/cli.md',
  ].join('\n');
}
