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

  it('cover the forward upgrade', () => {
    const forward = ['PRECHECK', 'STAGING', 'STAGED', 'ARMED', 'REBOOTING', 'WAIT_UP', 'VERIFYING'] as const;
    forward.slice(1).forEach((phase, index) => {
      expect(mayFollow(forward[index] ?? phase, phase)).toBe(true);
    });
    expect(mayFollow('PRECHECK', 'ARMED')).toBe(false);
  });

  it('never end in what only others can do to a deployment', () => {
    for (const phase of PHASE_STATES) {
      expect(TERMINAL_STATES.filter((end) => mayEnd(phase, end))).not.toContain('TERMINATED');
    }
  });
});
