import type { ReasonCode, TerminalState } from '@vecino/foundation';
import type { FaultSettings } from '@vecino/router-simulator';
import type { LaboratoryRouter } from './upgrade-laboratory.js';

/** One misbehaviour, and how a deployment must end that meets it. */
export interface FaultCase {
  readonly name: string;
  readonly router: LaboratoryRouter;
  readonly state: TerminalState;
  readonly code: ReasonCode;
  /** What the router runs in the end, verified by asking the router; `unknown` goes with a lock. */
  readonly runs: 'old' | 'new' | 'unknown';
  /** Reboots that the router did. */
  readonly reboots: 0 | 1 | 2;
  /** Installs that the router was asked for, where the number is a rule. */
  readonly installs?: number;
  readonly told?: readonly string[];
  /** The router boots by itself once its deployment has told this state: by the word, since no time is safe on a busy machine. */
  readonly crashesIn?: string;
}

export const ended = (
  state: TerminalState,
  code: ReasonCode,
  runs: FaultCase['runs'],
  reboots: FaultCase['reboots'],
) => ({ state, code, runs, reboots });
export const upgraded = ended('SUCCEEDED', 'UPGRADED', 'new', 1);
export const notInstalled = ended('FAILED', 'INSTALL_FAILED', 'old', 0);
export const rolledBack = (code: ReasonCode) => ended('ROLLED_BACK', code, 'old', 2);
export const faults = (...list: readonly FaultSettings[]): LaboratoryRouter => ({ faults: [...list] });

export const withoutReboot = (state: TerminalState, code: ReasonCode, runs: FaultCase['runs']) =>
  ended(state, code, runs, 0);
