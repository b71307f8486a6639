import { type Command, CommanderError } from 'commander';
import { type CommandContext } from './command.js';
import { EXIT } from './exit-code.js';
import { isRefused } from './next-steps.js';
import { createProgram } from './program.js';
import { Refusal } from './refusal.js';
import { type ToldFault, toldFault } from './told-fault.js';

/**
 * Runs one command line to its end and sets its exit code. Whatever ends a command early is told here, and the same way for all:
 * code, cause and next step on stderr, or `{ ok: false, refused }` and `{ ok: false, failed }` on stdout with `--output json`.
 */
export async function runProgram(context: CommandContext, args: readonly string[]): Promise<void> {
  const program = createProgram(context);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    const ended = endOf(error, commandOf(program, args));
    if (ended.kind !== 'shown') tell(ended, isJsonWanted(args));
    if (process.env['VECINO_DEBUG'] && error instanceof Error) console.error(error.stack);
    context.exit(ended.kind === 'shown' ? ended.exit : EXIT[ended.kind]);
  }
}

type End =
  | { readonly kind: 'refused' | 'failed'; readonly faults: readonly ToldFault[] }
  /** Help, which commander has printed. */
  | { readonly kind: 'shown'; readonly exit: number };

function endOf(error: unknown, command: Command): End {
  const help = `./${pathOf(command)} --help`;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return { kind: 'shown', exit: EXIT.done };
    if (error.code === 'commander.help') return { kind: 'shown', exit: EXIT.refused };
    const [text = '', ...hints] = error.message.replace(/^error: /, '').split('\n');
    const next = [...hints.map((hint) => hint.replace(/^\(|\)$/g, '')), help].join('; ');
    return { kind: 'refused', faults: [{ code: 'USAGE', text, cause: [], next }] };
  }
  if (error instanceof Refusal)
    return {
      kind: 'refused',
      faults: error.faults.map(({ code, text, next }) => ({ code, text, cause: [], next: next || help })),
    };
  const fault = toldFault(error);
  return { kind: isRefused(fault.code) ? 'refused' : 'failed', faults: [fault] };
}

function tell({ kind, faults }: Exclude<End, { kind: 'shown' }>, asJson: boolean): void {
  if (asJson) console.log(JSON.stringify({ ok: false, [kind]: faults }, null, 2));
  else for (const fault of faults) console.error(faultText(kind, fault));
}

/** For people. */
const faultText = (kind: 'refused' | 'failed', { code, text, cause, next }: ToldFault): string =>
  [`${kind}: ${code}: ${text}`, ...cause.map((line) => `  because: ${line}`), `  next: ${next}`].join('\n');

/** From the arguments themselves: a command line that is not understood is answered as its writer wants, too. */
export function isJsonWanted(args: readonly string[]): boolean {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  return own.some(
    (arg, i) => /^(--output=|-o=?)json$/.test(arg) || (/^(--output|-o)$/.test(arg) && own[i + 1] === 'json'),
  );
}

/** The command that the arguments begin with; the program where they begin with none. */
export function commandOf(program: Command, args: readonly string[]): Command {
  const [name, ...rest] = args;
  const found = program.commands.find(
    (command) => command.name() === name || command.aliases().includes(name ?? ''),
  );
  return found === undefined ? program : commandOf(found, rest);
}

/** `vecino tenant show`. */
export const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
