import picocolors from 'picocolors';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether to colour what is written to a stream: only on a terminal that can, whatever runs us. `NO_COLOR` (not empty) forbids it
 * and wins; `FORCE_COLOR` (neither empty nor 0 nor false) demands it.
 */
export function wantsColor(stream: { readonly isTTY?: boolean }, env: Environment): boolean {
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** For what goes to stdout. */
export const colors = picocolors.createColors(wantsColor(process.stdout, process.env));
