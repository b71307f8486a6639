type LogLine = Readonly<Record<string, unknown>>;

/** A line that one of our services has logged, which is a JSON object; undefined for what anybody else says. */
export function parseLogLine(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return undefined;
  }
}

/** The last lines of a log; those of ours that are at level `error`, which say why a service ended, as people read them. */
export const logTail = (output: string, lines: number): string =>
  output
    .trimEnd()
    .split('\n')
    .slice(-lines)
    .map((line) => readable(line) ?? line)
    .join('\n');

function readable(line: string): string | undefined {
  const { level, msg, faults, err, next }: LogLine = parseLogLine(line) ?? {};
  if (level !== 'error' || typeof msg !== 'string') return undefined;
  const why: readonly unknown[] = Array.isArray(faults) ? faults : [messageOf(err)];
  const said = [...why, next].filter((one) => typeof one === 'string');
  return [`error: ${msg}`, ...said.map((one) => `  ${one}`)].join('\n');
}

const messageOf = (err: unknown): unknown =>
  typeof err === 'object' && err !== null && 'message' in err ? err.message : undefined;
