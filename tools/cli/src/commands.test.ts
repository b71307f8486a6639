import { type Command } from 'commander';
import { isHidden, leavesOf } from './cli-page.js';
import { type CommandGuide, guideOf } from './command-guide.js';
import { createProgram } from './program.js';
import { repositoryAt } from './repository.js';
import { commandOf, pathOf } from './run-program.js';

const newProgram = () => createProgram({ repository: repositoryAt('/nowhere', {}), exit: () => undefined });
const program = newProgram();
const leaves = leavesOf(program).map((command): [string, Command] => [pathOf(command), command]);

const guideFor = (command: Command): CommandGuide => {
  const given = guideOf(command);
  if (given === undefined)
    throw new Error(`${pathOf(command)} has no guide: no examples, no exit codes, no JSON`);
  return given;
};

/** As a shell would split it, up to the first pipe. */
const wordsOf = (run: string): string[] =>
  (run.split(' | ')[0] ?? '')
    .match(/'[^']*'|"[^"]*"|\S+/g)
    ?.map((word) => word.replace(/^['"]|['"]$/g, '')) ?? [];

it('has more than twenty commands, and hides what is not for people', () => {
  expect(leaves.length).toBeGreaterThan(20);
  expect(program.commands.filter(isHidden).map((command) => command.name())).toEqual(['background']);
});

describe.each(leaves)('%s', (path, command) => {
  it('has an example, each of which it understands', async () => {
    const { examples } = guideFor(command);
    expect(examples.length).toBeGreaterThan(0);
    for (const { run, does } of examples) {
      expect(does).not.toBe('');
      const fresh = newProgram();
      const words = wordsOf(run);
      const called = commandOf(fresh, words);
      expect(pathOf(called)).toBe(path);
      const ran = jest.fn();
      called.action(ran);
      await fresh.parseAsync(words, { from: 'user' });
      expect(ran).toHaveBeenCalledTimes(1);
    }
  });

  it('prints JSON with keys that are documented', () => {
    const { prints } = guideFor(command);
    const option = command.options.find(({ long }) => long === '--output');
    expect(option?.argChoices).toEqual(['text', 'json']);
    expect(option?.short).toBe('-o');
    expect(Object.values(prints.keys)).not.toEqual([]);
    expect(Object.values(prints.keys)).not.toContain('');
  });

  it('describes itself, its arguments and its options', () => {
    expect(command.description()).not.toBe('');
    const undescribed = [
      ...command.registeredArguments.filter(({ description }) => description === '').map((one) => one.name()),
      ...command.options
        .filter(({ description, negate }) => description === '' && !negate)
        .map(({ flags }) => flags),
    ];
    expect(undescribed).toEqual([]);
  });

  it('shows examples and where all is written in its help', () => {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) });
    command.outputHelp();
    expect(help).toContain('Examples:\n  ./vecino ');
    expect(help).toContain('docs/cli.md');
    // Lengths of time are shown as they are typed.
    expect(help).not.toMatch(/default: \d{4,}/);
  });
});

it('lists its commands in groups, with first steps and exit codes', () => {
  let help = '';
  program.configureOutput({ writeOut: (text) => (help += text), getOutHasColors: () => false });
  program.outputHelp();
  for (const heading of [
    'Run a platform:',
    'Upgrade routers:',
    'Tenants and stops:',
    'First steps:',
    'Exit codes:',
  ])
    expect(help).toContain(heading);
  expect(help).not.toMatch(/\n +background/);
});
