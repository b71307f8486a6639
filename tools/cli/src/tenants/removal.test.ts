import { type GateStanding } from '@vecino/temporal';
import { type GateReport } from '@vecino/workflows';
import { awaitGone, removalStep } from './removal.js';

const open: GateStanding = {
  kind: 'open',
  taskQueue: 'q',
  report: { running: 2, queued: 3, toPublish: 1 } as GateReport,
};
const COMPLETED = { epoch: 1, revision: 1, left: undefined };
const retired: GateStanding = { kind: 'completed', result: { kind: 'retired', ...COMPLETED } };

it.each<[GateStanding, number, string]>([
  [{ kind: 'none' }, 0, 'fenced'],
  [{ kind: 'none' }, 20_000, 'gone'],
  [retired, 1_000, 'fenced'],
  [retired, 30_000, 'gone'],
  [open, 60_000, 'going'],
  [{ kind: 'open', taskQueue: 'q' }, 60_000, 'waiting'],
  [{ kind: 'ended', status: 'TERMINATED' }, 60_000, 'waiting'],
  [{ kind: 'completed', result: { kind: 'moved', ...COMPLETED } }, 60_000, 'waiting'],
])('%j after %d ms is %s', (standing, ms, kind) => {
  expect(removalStep(standing, ms).kind).toBe(kind);
});

it('one that moved is not gone before its gate has taken over what it left', () => {
  expect(removalStep({ kind: 'none' }, 60_000, true).kind).toBe('waiting');
  expect(removalStep(retired, 60_000, true).kind).toBe('gone');
});

it('an interrupt ends the waiting, and nothing else does while something is left', async () => {
  const controller = new AbortController();
  const told: string[] = [];
  const ended = await awaitGone({
    look: () => Promise.resolve(open),
    tell: ({ kind }) => {
      told.push(kind);
      if (told.length === 3) controller.abort();
    },
    signal: controller.signal,
    lookEveryMs: 1,
  });
  expect(ended).toBe('interrupted');
  expect(told).toEqual(['going', 'going', 'going']);
});
