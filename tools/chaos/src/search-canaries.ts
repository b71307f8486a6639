import { readFileSync } from 'node:fs';
import { type CanaryFinding } from '@vecino/audit';
import { type TailRecord } from '@vecino/messaging';

/** What may hold what tenants sent, and whose it is. */
export interface Sink {
  readonly name: string;
  readonly owner: string;
  text(): Iterable<{ readonly where: string; readonly text: string }>;
}

/** Each canary once a sink: where it was seen first. */
export function searchCanaries(sinks: readonly Sink[], pattern: RegExp): CanaryFinding[] {
  return sinks.flatMap(({ name, owner, text }) => {
    const seen = new Map<string, CanaryFinding>();
    for (const piece of text())
      for (const [canary] of piece.text.matchAll(pattern))
        if (!seen.has(canary)) seen.set(canary, { canary, sink: name, owner, where: piece.where });
    return [...seen.values()];
  });
}

/** Key, value and headers of each record, whatever their encoding. */
export const topicSink = (name: string, owner: string, records: readonly TailRecord[]): Sink => ({
  name,
  owner,
  *text() {
    for (const { partition, offset, key, value, headers } of records) {
      const said = Object.entries(headers).map(([header, content]) => `${header}=${String(content)}`);
      const parts = [key?.toString('latin1'), value?.toString('latin1'), ...said];
      yield { where: `${partition}/${offset}`, text: parts.join('\n') };
    }
  },
});

export const logSink = (name: string, owner: string, path: string): Sink => ({
  name,
  owner,
  *text() {
    for (const [index, text] of readFileSync(path, 'utf8').split('\n').entries())
      yield { where: `line ${index + 1}`, text };
  },
});
