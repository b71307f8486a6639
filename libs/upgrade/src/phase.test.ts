import { PHASE_STATES, TERMINAL_STATES, type PhaseState } from '@vecino/foundation';
import { FIRST_PHASE, isPastPointOfNoReturn, mayEnd, mayFollow, PHASES } from './index.js';

describe('the phases of an upgrade', () => {
  it('only go forward', () => {
    for (const phase of PHASE_STATES) {
      for (const next of PHASES[phase].next) {
        expect(PHASE_STATES.indexOf(next)).toBeGreaterThan(PHASE_STATES.indexOf(phase));
      }
    }
  });

  it('are all reached from the first one, and each can end', () => {
    const reached = new Set<PhaseState>([FIRST_PHASE]);
    for (const phase of reached) PHASES[phase].next.forEach((next) => reached.add(next));
    expect([...reached].sort()).toEqual([...PHASE_STATES].sort());
    for (const phase of PHASE_STATES) expect(PHASES[phase].ends).toContain('FAILED');
  });

  it('can be cancelled until Reboot is sent, and rolled back only after it', () => {
    const before = PHASE_STATES.slice(0, PHASE_STATES.indexOf('REBOOTING'));
    expect(PHASE_STATES.filter((phase) => !isPastPointOfNoReturn(phase))).toEqual(before);
    for (const phase of PHASE_STATES) {
      expect(mayEnd(phase, 'ROLLED_BACK')).toBe(phase === 'ROLLING_BACK');
    }
  });

  it('succeed only without an upgrade or with a verified one', () => {
    const succeeding = PHASE_STATES.filter((phase) => mayEnd(phase, 'SUCCEEDED'));
    expect(succeeding).toEqual(['PRECHECK', 'POSTCHECK']);
  });

  const before = 'PRECHECK STAGING STAGED';
  it.each([
    ['an upgrade', `${before} ARMED REBOOTING WAIT_UP VERIFYING SOAKING POSTCHECK`],
    [
      'one of two supervisors',
      `${before} STANDBY_STAGED ARMED REBOOTING WAIT_UP VERIFYING SOAKING POSTCHECK`,
    ],
    ['one without a soak', `${before} ARMED REBOOTING WAIT_UP VERIFYING POSTCHECK`],
    ['one where Activate reboots', `${before} REBOOTING WAIT_UP VERIFYING SOAKING POSTCHECK`],
    ['a drained one', `${before} ARMED DRAINED REBOOTING WAIT_UP VERIFYING POSTCHECK`],
    ['one that goes back after Verify', `${before} ARMED REBOOTING WAIT_UP VERIFYING ROLLING_BACK`],
    ['one that goes back after its soak', `${before} ARMED REBOOTING WAIT_UP VERIFYING SOAKING ROLLING_BACK`],
    [
      'one that goes back after its postcheck',
      `${before} ARMED REBOOTING WAIT_UP VERIFYING POSTCHECK ROLLING_BACK`,
    ],
  ])('cover %s', (_name, text) => {
    const phases = text.split(' ') as PhaseState[];
    const wrong = phases.slice(1).filter((phase, index) => !mayFollow(phases[index] ?? phase, phase));
    expect(wrong).toEqual([]);
  });

  it.each([
    ['PRECHECK', 'ARMED'],
    ['STAGING', 'REBOOTING'],
    ['ARMED', 'WAIT_UP'],
    ['WAIT_UP', 'SOAKING'],
    ['WAIT_UP', 'ROLLING_BACK'],
    ['ROLLING_BACK', 'VERIFYING'],
    // A phase that is told again is its progress: a matter of statuses, and not of this machine.
    ['STAGING', 'STAGING'],
  ] as const)('never go from %s to %s', (from, to) => expect(mayFollow(from, to)).toBe(false));

  it('never end in what only others can do to a deployment', () => {
    for (const phase of PHASE_STATES) {
      expect(TERMINAL_STATES.filter((end) => mayEnd(phase, end))).not.toContain('TERMINATED');
    }
  });
});
