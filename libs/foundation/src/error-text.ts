import { redactText } from './redact-text.js';

/** What was thrown, in words that may leave the process: without secrets. */
export const errorText = (error: unknown): string =>
  redactText(error instanceof Error ? error.message : String(error));
