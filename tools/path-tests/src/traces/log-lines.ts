import { readFileSync } from 'node:fs';
import { type Service } from '@vecino/devstack';

export type LogLine = Readonly<Record<string, unknown>>;

/** Every line that the services have written in all their lives, each of which must be one JSON object. */
export const logLines = (services: readonly Service[]): readonly LogLine[] =>
  services.flatMap(({ logPath }) =>
    readFileSync(logPath, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as LogLine),
  );
