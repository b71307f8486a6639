import { readFileSync } from 'node:fs';
import { type Service } from '@vecino/devstack';

export type LogLine = Readonly<Record<string, unknown>>;

/** Every line that the services have logged in all their lives. What Node itself says on standard error is in the same files. */
export const logLines = (services: readonly Service[]): readonly LogLine[] =>
  services.flatMap(({ logPath }) =>
    readFileSync(logPath, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogLine),
  );
