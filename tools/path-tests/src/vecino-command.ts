import { commandOf, createProgram, runProgram, thisRepository, undocumentedKeys } from '@vecino/cli';

/** What a command of the command line printed as JSON, and its exit code. */
export type CommandOutput<T> = T & { readonly exit: number };

/**
 * Runs commands of the command line in this process, with `--output json`. Several may run at once: of each call what it
 * printed last is told apart by `mine`. Throws for a key that docs/cli.md does not have.
 */
export async function runVecino<T extends object>(
  args: readonly string[],
  mine: (output: object) => boolean = () => true,
): Promise<CommandOutput<T>> {
  let exit = 0;
  const from = printed.length;
  const context = { repository: thisRepository(), exit: (code: number) => void (exit = code) };
  await runProgram(context, [...args, '--output', 'json']);
  const own = printed.slice(from).filter(mine).at(-1);
  if (own === undefined) throw new Error(`vecino ${args.join(' ')} printed nothing`);
  const unknown = undocumentedKeys(commandOf(createProgram(context), args), own);
  if (unknown.length > 0)
    throw new Error(`vecino ${args.join(' ')} printed ${unknown.join(', ')}: docs/cli.md lacks it`);
  return { ...(own as T), exit };
}

const printed: object[] = [];

/** Keeps what commands print to themselves until the returned function is called. */
export function quietly(): () => void {
  const { log, error } = console;
  console.log = (text: unknown) => {
    try {
      printed.push(JSON.parse(String(text)) as object);
    } catch {
      // Words for people.
    }
  };
  console.error = () => undefined;
  return () => Object.assign(console, { log, error });
}
