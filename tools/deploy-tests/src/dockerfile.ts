/** One step of a stage. */
export type Instruction =
  | { readonly kind: 'workdir'; readonly path: string }
  | { readonly kind: 'run'; readonly command: string }
  /** From another stage, or from the build context. */
  | {
      readonly kind: 'copy';
      readonly from: string | undefined;
      readonly source: string;
      readonly target: string;
    }
  | { readonly kind: 'env'; readonly name: string; readonly value: string }
  | { readonly kind: 'user'; readonly user: string }
  | { readonly kind: 'entrypoint'; readonly command: readonly string[] };

export interface Stage {
  readonly name: string;
  /** An earlier stage, or an image. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** Reads what this repository's Dockerfile is made of. @throws Error for anything else: what is not read is not tested. */
export function parseDockerfile(text: string): Stage[] {
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  for (const line of logicalLines(text)) {
    const from = /^FROM (\S+) AS (\S+)$/.exec(line);
    if (from) stages.push({ base: from[1] ?? '', name: from[2] ?? '', instructions: [] });
    else {
      const stage = stages.at(-1);
      if (stage === undefined) throw new Error(`before the first FROM: ${line}`);
      stage.instructions.push(instructionOf(line));
    }
  }
  return stages;
}

function logicalLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function instructionOf(line: string): Instruction {
  const [word = ''] = line.split(' ', 1);
  const rest = line.slice(word.length + 1);
  switch (word) {
    case 'WORKDIR':
      return { kind: 'workdir', path: rest };
    case 'RUN':
      return { kind: 'run', command: rest };
    case 'USER':
      return { kind: 'user', user: rest };
    case 'ENTRYPOINT':
      return { kind: 'entrypoint', command: JSON.parse(rest) as string[] };
    case 'ENV': {
      const [, name, value] = /^(\w+)=(\S+)$/.exec(rest) ?? [];
      if (name === undefined || value === undefined) throw unknown(line);
      return { kind: 'env', name, value };
    }
    case 'COPY': {
      const [, from, source, target] = /^(?:--from=(\S+) )?(\S+) (\S+)$/.exec(rest) ?? [];
      if (source === undefined || target === undefined) throw unknown(line);
      return { kind: 'copy', from, source, target };
    }
    default:
      throw unknown(line);
  }
}

const unknown = (line: string): Error => new Error(`the tests do not know this instruction: ${line}`);
