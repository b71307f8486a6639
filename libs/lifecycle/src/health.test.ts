import { ANSWER_WITHIN_MS, type Check, GRACE_MS } from './check.js';
import { Health } from './health.js';
import { type Pulse, STUCK_AFTER_SECONDS } from './pulse.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A running service with these, looked after for so long. */
function running(checks: readonly Check[], pulses: readonly Pulse[] = []): Health {
  const health = new Health({ service: 'ingest', checks, pulses });
  health.begin();
  health.started();
  return health;
}

const after = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);
const stateOf = (health: Health): unknown => health.readiness().checks[0]?.state;

describe('readiness', () => {
  it('is that of a service that has started and is not about to end', async () => {
    const health = new Health({ service: 'ingest', checks: [], pulses: [] });
    health.begin();
    expect(health.readiness()).toMatchObject({ service: 'ingest', ready: false, phase: 'starting' });
    health.started();
    expect(health.readiness()).toMatchObject({ ready: true, phase: 'running' });
    health.stopping();
    expect(health.readiness()).toMatchObject({ ready: false, phase: 'stopping' });
    health.started();
    expect(health.readiness()).toMatchObject({ ready: false, phase: 'stopping' });
  });

  it('waits for the first answer of each check', async () => {
    const health = running([{ name: 'temporal', fault: () => new Promise(() => undefined) }]);
    expect(health.readiness()).toMatchObject({
      ready: false,
      checks: [{ name: 'temporal', state: 'failed', why: 'not known yet' }],
    });
  });

  it('has no patience with what has never answered', async () => {
    const health = running([{ name: 'temporal', fault: () => 'refused' }]);
    await after(0);
    expect(health.readiness()).toMatchObject({ ready: false, checks: [{ state: 'failed', why: 'refused' }] });
  });

  it('is lost by a fault that lasts, with its reason of the moment and since when, and is had again at once', async () => {
    let fault: string | undefined;
    const health = running([{ name: 'kafka', fault: () => fault }]);
    await after(2_000);
    expect(health.readiness()).toMatchObject({ ready: true, checks: [{ name: 'kafka', state: 'ok' }] });
    fault = 'nothing fetched for 4 s';
    await after(1_000);
    const since = new Date().toISOString();
    expect(health.readiness()).toMatchObject({
      ready: true,
      checks: [{ name: 'kafka', state: 'failing', since, why: fault }],
    });
    fault = 'nothing fetched for 13 s';
    await after(GRACE_MS - 1);
    expect(health.readiness().ready).toBe(true);
    await after(1);
    expect(health.readiness()).toMatchObject({
      ready: false,
      phase: 'running',
      checks: [{ name: 'kafka', state: 'failed', since, why: fault }],
    });
    fault = undefined;
    await after(1_000);
    expect(health.readiness()).toMatchObject({ ready: true, checks: [{ name: 'kafka', state: 'ok' }] });
  });

  it('does not add up faults with good answers between them', async () => {
    let fault: string | undefined;
    const health = running([{ name: 'kafka', fault: () => fault }]);
    await after(1_000);
    for (let turn = 0; turn < 10; turn += 1) {
      fault = 'restarts';
      await after(GRACE_MS / 2);
      expect(stateOf(health)).toBe('failing');
      fault = undefined;
      await after(1_000);
      expect(stateOf(health)).toBe('ok');
    }
  });

  it('takes a rejection, and no answer in time, for faults', async () => {
    let fault = (): Promise<string | undefined> => Promise.resolve(undefined);
    const health = running([{ name: 'temporal', fault: () => fault() }]);
    await after(1_000);
    fault = () => Promise.reject(new Error('unreachable'));
    await after(1_000);
    expect(health.readiness().checks).toMatchObject([{ state: 'failing', why: 'unreachable' }]);
    fault = () => new Promise(() => undefined);
    await after(1_000 + ANSWER_WITHIN_MS);
    const why = `no answer within ${ANSWER_WITHIN_MS} ms`;
    expect(health.readiness().checks).toMatchObject([{ state: 'failing', why }]);
    fault = () => Promise.resolve(undefined);
    await after(ANSWER_WITHIN_MS + 1_000);
    expect(stateOf(health)).toBe('ok');
  });

  it('asks others only as often as it is told, however often it is asked itself', async () => {
    const fault = jest.fn(() => undefined);
    const health = running([{ name: 'temporal', fault, everyMs: 5_000 }]);
    for (let asked = 0; asked < 1_000; asked += 1) health.readiness();
    await after(20_000);
    expect(fault).toHaveBeenCalledTimes(5);
  });
});

describe('liveness', () => {
  it('is not touched by any fault', async () => {
    const health = running(
      [{ name: 'kafka', fault: () => 'away' }],
      [{ name: 'registry', beats: () => Date.now() }],
    );
    await after(2 * STUCK_AFTER_SECONDS * 1_000);
    expect(health.readiness().ready).toBe(false);
    expect(health.liveness()).toEqual({ service: 'ingest', alive: true, stuck: [] });
  });

  it('ends when a loop turns no more, and not for one that has never begun', async () => {
    let beats = 0;
    const turning = setInterval(() => (beats += 1), 250);
    const health = running(
      [],
      [
        { name: 'registry', beats: () => beats },
        { name: 'requests', beats: () => undefined },
      ],
    );
    await after(2 * STUCK_AFTER_SECONDS * 1_000);
    expect(health.liveness().alive).toBe(true);
    clearInterval(turning);
    await after((STUCK_AFTER_SECONDS - 1) * 1_000);
    expect(health.liveness().alive).toBe(true);
    await after(2_000);
    expect(health.liveness()).toEqual({ service: 'ingest', alive: false, stuck: ['registry'] });
    beats += 1;
    await after(1_000);
    expect(health.liveness().alive).toBe(true);
  });

  it('is not lost by a process that was stopped for hours', async () => {
    const health = running([], [{ name: 'registry', beats: () => 1 }]);
    await after(10_000);
    jest.setSystemTime(Date.now() + 24 * 3_600_000);
    await after(1_000);
    expect(health.liveness().alive).toBe(true);
  });
});
