import { type ReasonCode, type TerminalState } from '@vecino/foundation';

/** One request as it was produced, and how it must end. */
export interface LedgerEntry {
  readonly deploymentId: string;
  readonly tenantId: string;
  readonly routerId: string;
  readonly routerIp: string;
  readonly softwareVersion: string;
  readonly expected: { readonly state: TerminalState; readonly code: ReasonCode };
}

/** Whether it must lead to exactly one reboot of its router, or to none. */
export const reboots = ({ expected }: LedgerEntry): boolean => expected.code === 'UPGRADED';
