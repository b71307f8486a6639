import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const partSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(['server', 'service']),
  /** `environment`: it is not ours, and has no process here. */
  origin: z.enum(['environment', 'machine', 'cache', 'clone']),
  address: z.string().optional(),
  /** Where a service says how it is. */
  healthAddress: z.string().optional(),
  uiUrl: z.string().optional(),
  pid: z.int().optional(),
  logPath: z.string().optional(),
  restarts: z.int().default(0),
});

/** What the background process of `vecino up` leaves for the other commands. */
export const upStateSchema = z.strictObject({
  phase: z.enum(['starting', 'running', 'failed']),
  pid: z.int(),
  startedAt: z.iso.datetime(),
  /** Why it failed. */
  message: z.string().optional(),
  /** What clients of the platform need in their environment. */
  env: z.record(z.string(), z.string()),
  parts: z.array(partSchema),
});

export type UpState = z.output<typeof upStateSchema>;
export type UpPart = z.output<typeof partSchema>;

export const upStatePath = (stateDir: string): string => join(stateDir, 'up.json');

/** Whole or not at all, for readers that look at any moment. */
export function writeUpState(stateDir: string, state: UpState): void {
  const path = upStatePath(stateDir);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify(state, null, 2));
  renameSync(`${path}.new`, path);
}

/** Undefined when there is none, or one that another release wrote differently. */
export function readUpState(stateDir: string): UpState | undefined {
  try {
    return upStateSchema.safeParse(JSON.parse(readFileSync(upStatePath(stateDir), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

export const removeUpState = (stateDir: string): void => rmSync(upStatePath(stateDir), { force: true });
