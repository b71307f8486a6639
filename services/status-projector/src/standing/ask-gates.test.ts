import { VecinoError } from '@vecino/foundation';
import type { GateReport } from '@vecino/workflows';
import { askGates } from './ask-gates.js';
import { LOOK_LIMITS } from './look-limits.js';
import { createPromptSlots } from './prompt-slots.js';

const { askedAtOnce, placeMs, underWayAtMost, gatesAtMost } = LOOK_LIMITS;
/** After which a gate counts as silent. */
const SILENT_MS = 5_000;
beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const fault = (code: string) => new VecinoError(code, code, { disposition: 'retry' });
const REPORT = { idle: false } as GateReport;

/** Asks so many silent gates and then one that answers at once; `heard` is who has answered so far. */
function look(silent: number, signal = new AbortController().signal) {
  const heard: string[] = [];
  const tenants = [...Array.from({ length: silent }, (_, i) => `silent-${i}`), 'answers'];
  const load = (id: string) =>
    id === 'answers'
      ? Promise.resolve(REPORT)
      : new Promise<never>((_, reject) => setTimeout(() => reject(fault('TEMPORAL_UNAVAILABLE')), SILENT_MS));
  const standing = { gate: (id: string) => void heard.push(id) };
  const slots = createPromptSlots(LOOK_LIMITS);
  let hasEnded = false;
  const asking = askGates(
    tenants.map((id) => ({ id: id as never })),
    { gates: { load }, standing, slots, signal },
  ).finally(() => (hasEnded = true));
  return { heard, asking, hasEnded: () => hasEnded };
}

test('a look at as many gates as it may ask has an end, though all are silent', async () => {
  const { heard, asking, hasEnded } = look(gatesAtMost - 1);
  const begunWithinMs = (underWayAtMost / askedAtOnce) * placeMs;
  await jest.advanceTimersByTimeAsync(Math.ceil(gatesAtMost / underWayAtMost) * SILENT_MS + begunWithinMs);
  expect(hasEnded()).toBe(true);
  expect(heard).toEqual(['answers']);
  expect(await asking).toHaveLength(gatesAtMost - 1);
});

test('silent gates hold one that answers up for no longer than their places take', async () => {
  const { heard, asking, hasEnded } = look(2 * askedAtOnce);
  await jest.advanceTimersByTimeAsync(2 * placeMs);
  expect(heard).toEqual(['answers']);
  expect(hasEnded()).toBe(false);
  await jest.advanceTimersByTimeAsync(SILENT_MS);
  expect(await asking).toContain('silent-0');
});

test('a silent gate keeps its report until the look is over: it may be Temporal that is away', async () => {
  const gate = jest.fn();
  const silent = await askGates([{ id: 'acme' as never }], {
    gates: { load: () => Promise.reject(fault('TEMPORAL_UNAVAILABLE')) },
    standing: { gate },
    slots: createPromptSlots(LOOK_LIMITS),
    signal: new AbortController().signal,
  });
  expect(silent).toEqual(['acme']);
  expect(gate).not.toHaveBeenCalled();
});

test('whoever stops looking waits for nobody, and nobody becomes silent by that', async () => {
  const stopping = new AbortController();
  const { heard, asking } = look(100, stopping.signal);
  stopping.abort(new Error('stopped'));
  await expect(asking).rejects.toThrow('stopped');
  await jest.advanceTimersByTimeAsync(2 * SILENT_MS);
  expect(heard).toEqual([]);
});

test('where the namespace is not there yet there is no gate', async () => {
  const gate = jest.fn();
  const silent = await askGates([{ id: 'new' as never }], {
    gates: { load: () => Promise.reject(fault('NAMESPACE_NOT_FOUND')) },
    standing: { gate },
    slots: createPromptSlots(LOOK_LIMITS),
    signal: new AbortController().signal,
  });
  expect(gate).toHaveBeenCalledWith('new', undefined);
  expect(silent).toEqual([]);
});
