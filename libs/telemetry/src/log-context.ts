import { AsyncLocalStorage } from 'node:async_hooks';
import type { LogFields } from './logger.js';

const active = new AsyncLocalStorage<LogFields>();

/** Runs `work` so that every line any logger of this process writes meanwhile carries `fields`. */
export function withLogFields<T>(fields: LogFields, work: () => T): T {
  return active.run({ ...active.getStore(), ...fields }, work);
}

export const activeLogFields = (): LogFields => active.getStore() ?? {};
