import type { PhaseState, ReasonCode, TerminalState } from '@vecino/foundation';
import type { Execution } from '../evidence/platform-records.js';
import type { RouterCall, RouterLogRecord, RouterPower } from '../evidence/router-records.js';

/** How a deployment that was started goes. */
export type RunCourse =
  | 'upgraded'
  | 'upgraded-by-activate'
  | 'already-running'
  | 'rejected-by-precheck'
  | 'install-fails'
  | 'rolled-back'
  | 'fell-back'
  | 'cancelled-while-running'
  | 'terminated'
  | 'timed-out'
  | 'did-not-return'
  | 'rollback-fails';

export interface Stage {
  readonly deploymentId: string;
  readonly router: string;
  readonly start: number;
  readonly oldVersion: string;
  readonly newVersion: string;
}

/** What happens on a stage, all times absolute. */
export interface Scene {
  readonly phases: readonly (readonly [PhaseState, number])[];
  readonly log: readonly RouterLogRecord[];
  readonly closed: number;
  readonly how: NonNullable<Execution['how']>;
  readonly end: {
    readonly state: TerminalState;
    readonly code: ReasonCode;
    readonly at: number;
    readonly router?: 'at rest' | 'quarantined';
  };
  /** What the router runs then; undefined where it is away. */
  readonly leaves: string | undefined;
}

type Method = 'Install' | 'Activate' | 'Reboot' | 'Verify';

let seq = 0;

export const call = (
  router_id: string,
  method: Method,
  start: number,
  end: number,
  more: Partial<RouterCall> = {},
): RouterCall => ({
  kind: 'call',
  seq: (seq += 1),
  router_id,
  rpc: `gnoi.${method === 'Reboot' ? 'system.System' : 'os.OS'}/${method}`,
  start,
  end,
  accepted: true,
  status: 'OK',
  detail: {},
  ...more,
});

export const power = (
  router_id: string,
  kind: 'up' | 'down',
  at: number,
  running_version: string,
  cause: RouterPower['cause'] = 'reboot',
): RouterPower => ({ kind, seq: (seq += 1), router_id, at, cause, running_version });

export function sceneOf(course: RunCourse, stage: Stage): Scene {
  const { start, oldVersion, newVersion } = stage;
  const at = (ms: number) => start + ms;
  const done = (ms: number) => ({ how: 'completed' as const, closed: at(ms), leaves: newVersion });
  const failed = (ms: number) => ({ how: 'failed' as const, closed: at(ms), leaves: oldVersion });
  const prechecked: Scene['phases'] = [['PRECHECK', at(10)]];
  const staging: Scene['phases'] = [...prechecked, ['STAGING', at(20)]];
  const verify = call(stage.router, 'Verify', at(11), at(12));
  switch (course) {
    case 'upgraded':
    case 'upgraded-by-activate': {
      const { phases, log } = thereAndUp(stage, course === 'upgraded-by-activate');
      return {
        phases: [...phases, ['POSTCHECK', at(105)]],
        log: [verify, ...log],
        ...done(120),
        end: { state: 'SUCCEEDED', code: 'UPGRADED', at: at(121) },
      };
    }
    case 'already-running':
      return {
        phases: prechecked,
        log: [verify],
        ...done(20),
        end: { state: 'SUCCEEDED', code: 'ALREADY_RUNNING', at: at(21) },
      };
    case 'rejected-by-precheck':
      return {
        phases: prechecked,
        log: [verify],
        ...failed(20),
        end: { state: 'REJECTED', code: 'PRECHECK_REFUSED', at: at(21) },
      };
    case 'install-fails':
      return {
        phases: staging,
        log: [verify, brokenInstall(stage, at(40), 'INSTALL_ERROR')],
        ...failed(50),
        end: { state: 'FAILED', code: 'INSTALL_FAILED', at: at(51) },
      };
    case 'rolled-back': {
      const { phases, log } = thereAndUp(stage);
      return {
        phases: [...phases, ['ROLLING_BACK', at(102)]],
        log: [verify, ...log, ...back(stage, oldVersion)],
        ...done(170),
        leaves: oldVersion,
        end: { state: 'ROLLED_BACK', code: 'VERIFY_FAILED', at: at(171) },
      };
    }
    case 'fell-back': {
      const { phases, log } = thereAndUp(stage, false, oldVersion);
      return {
        phases,
        log: [verify, ...log],
        ...failed(110),
        end: { state: 'FAILED', code: 'FELL_BACK', at: at(111) },
      };
    }
    case 'cancelled-while-running':
      return {
        phases: staging,
        log: [verify, brokenInstall(stage, at(40), 'CANCELLED')],
        ...failed(45),
        how: 'cancelled',
        end: { state: 'CANCELLED', code: 'CANCELLED_BY_OPERATOR', at: at(46) },
      };
    case 'terminated':
    case 'timed-out': {
      // Its activity works on for a while; then its gate asks the router, and sets what boots next.
      const setBack = call(stage.router, 'Activate', at(80), at(81), {
        detail: { version: oldVersion, no_reboot: true },
      });
      return {
        phases: staging,
        log: [verify, install(stage, at(50)), setBack],
        ...failed(30),
        how: course,
        end:
          course === 'terminated'
            ? { state: 'TERMINATED', code: 'TERMINATED_FROM_OUTSIDE', at: at(90), router: 'at rest' }
            : { state: 'TIMED_OUT', code: 'EXECUTION_TIMED_OUT', at: at(90), router: 'at rest' },
      };
    }
    case 'did-not-return': {
      const { phases, log } = thereAndUp(stage);
      return {
        phases: phases.filter(([state]) => state !== 'VERIFYING'),
        log: [verify, ...log.filter(({ kind }) => kind !== 'up')],
        ...failed(120),
        leaves: undefined,
        end: { state: 'FAILED', code: 'DEVICE_DID_NOT_RETURN', at: at(140), router: 'quarantined' },
      };
    }
    case 'rollback-fails': {
      const { phases, log } = thereAndUp(stage);
      const refused = call(stage.router, 'Activate', at(103), at(104), {
        accepted: false,
        detail: { version: oldVersion, no_reboot: true },
      });
      return {
        phases: [...phases, ['ROLLING_BACK', at(102)]],
        log: [verify, ...log, refused],
        ...failed(120),
        leaves: newVersion,
        end: { state: 'FAILED', code: 'ROLLBACK_FAILED', at: at(121), router: 'quarantined' },
      };
    }
  }
}

const install = ({ router, start, newVersion: version }: Stage, end: number): RouterCall =>
  call(router, 'Install', start + 21, end, { detail: { version, transferred: true } });

const brokenInstall = (stage: Stage, end: number, status: string): RouterCall => ({
  ...install(stage, end),
  accepted: false,
  status,
});

/** From PRECHECK to VERIFYING, with the router back on `boots`. */
function thereAndUp(
  stage: Stage,
  byActivate = false,
  boots = stage.newVersion,
): { readonly phases: Scene['phases']; readonly log: RouterLogRecord[] } {
  const { router, start, deploymentId, oldVersion, newVersion: version } = stage;
  const at = (ms: number) => start + ms;
  const armed: Scene['phases'] = byActivate ? [] : [['ARMED', at(44)]];
  const order = byActivate
    ? [call(router, 'Activate', at(46), at(47), { detail: { version, no_reboot: false } })]
    : [
        call(router, 'Activate', at(42), at(43), { detail: { version, no_reboot: true } }),
        call(router, 'Reboot', at(46), at(47), {
          detail: { message: `vecino deployment ${deploymentId} forward`, direction: 'forward' },
        }),
      ];
  return {
    phases: [
      ['PRECHECK', at(10)],
      ['STAGING', at(20)],
      ['STAGED', at(41)],
      ...armed,
      ['REBOOTING', at(45)],
      ['WAIT_UP', at(48)],
      ['VERIFYING', at(101)],
    ],
    log: [
      install(stage, at(40)),
      ...order,
      power(router, 'down', at(48), oldVersion),
      power(router, 'up', at(100), boots),
    ],
  };
}

const back = ({ router, start, deploymentId, newVersion }: Stage, version: string): RouterLogRecord[] => [
  call(router, 'Activate', start + 103, start + 104, { detail: { version, no_reboot: true } }),
  call(router, 'Reboot', start + 105, start + 106, {
    detail: { message: `vecino deployment ${deploymentId} rollback`, direction: 'rollback' },
  }),
  power(router, 'down', start + 107, newVersion),
  power(router, 'up', start + 150, version),
];
