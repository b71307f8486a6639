import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isHealthy, type StatusReport } from './commands/status.js';
import { readUpState, removeUpState, type UpState, upStatePath, writeUpState } from './up-state.js';

describe('the state that `up` leaves', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'vecino-up-'))));
  afterEach(() => rmSync(dir, { recursive: true }));

  const state: UpState = {
    phase: 'running',
    pid: 1,
    startedAt: '2026-11-01T00:00:00.000Z',
    env: { KAFKA_BROKERS: '127.0.0.1:9092' },
    parts: [
      { name: 'kafka', kind: 'server', origin: 'cache', address: '127.0.0.1:9092', pid: 2, restarts: 0 },
    ],
  };

  it('is read as it was written, until it is removed', () => {
    writeUpState(dir, state);
    expect(readUpState(dir)).toEqual(state);
    removeUpState(dir);
    expect(readUpState(dir)).toBeUndefined();
  });

  it.each(['', '{}', JSON.stringify({ ...state, phase: 'sideways' })])('is nothing when it is %j', (text) => {
    writeFileSync(upStatePath(dir), text);
    expect(readUpState(dir)).toBeUndefined();
  });
});

describe('isHealthy', () => {
  const part = { name: 'x', kind: 'server', origin: 'cache', restarts: 0 } as const;

  it.each<[boolean, Pick<StatusReport, 'phase' | 'parts'>]>([
    [true, { phase: 'running', parts: [{ ...part, health: 'answers' }] }],
    [false, { phase: 'running', parts: [{ ...part, health: 'silent' }] }],
    [true, { phase: 'running', parts: [{ ...part, kind: 'service', health: 'ready' }] }],
    [
      false,
      { phase: 'running', parts: [{ ...part, kind: 'service', health: 'unready', why: 'kafka: gone' }] },
    ],
    [true, { phase: 'named', parts: [{ ...part, health: 'answers' }] }],
    [false, { phase: 'named', parts: [{ ...part, health: 'silent', why: 'away' }] }],
    [false, { phase: 'starting', parts: [] }],
    [false, { phase: 'down', parts: [] }],
  ])('%p: %j', (healthy, report) => expect(isHealthy(report)).toBe(healthy));
});
