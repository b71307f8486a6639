import type { DeviceCall } from '@vecino/gnoi';
import type { EvidenceCall } from './evidence-document.js';
import type { CallEntry } from './evidence-store.js';

/** Of a call that went out and whose end nobody wrote down: its worker died. */
export const NOT_OBSERVED = 'not-observed';

/** One record per call, in the order in which they began. Entries that come twice count once. */
export function callsOf(entries: readonly CallEntry[]): readonly EvidenceCall[] {
  const calls = new Map<string, EvidenceCall>();
  for (const entry of entries) {
    const call = withEntry(calls.get(entry.id), entry);
    if (call !== undefined) calls.set(entry.id, call);
  }
  return [...calls.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function withEntry(known: EvidenceCall | undefined, entry: CallEntry): EvidenceCall | undefined {
  const { id, step, attempt, call } = entry;
  switch (entry.event) {
    case 'sent':
      return known ?? { id, step, attempt, call, at: iso(entry.at), outcome: NOT_OBSERVED };
    case 'ended': {
      const { ms, outcome, detail } = entry;
      return { ...known, id, step, attempt, call, at: iso(entry.at), ms, outcome, detail };
    }
    case 'repeated':
      return known && { ...known, times: 1 + entry.times, last_at: iso(entry.lastAt) };
  }
}

/** The entries that `callsOf` would make these of. */
export const entriesOf = (calls: readonly EvidenceCall[]): readonly CallEntry[] =>
  calls.flatMap(entriesAbout);

function entriesAbout(record: EvidenceCall): CallEntry[] {
  const { id, step, attempt, ms, outcome, detail = {}, times = 1, last_at: lastAt } = record;
  const identity = { id, step, attempt, call: record.call as DeviceCall };
  const at = Date.parse(record.at);
  if (ms === undefined) return [{ ...identity, event: 'sent', at }];
  const ended: CallEntry = { ...identity, event: 'ended', at, ms, outcome, detail };
  if (lastAt === undefined) return [ended];
  return [ended, { ...identity, event: 'repeated', times: times - 1, lastAt: Date.parse(lastAt) }];
}

const iso = (at: number): string => new Date(at).toISOString();
