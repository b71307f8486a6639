import type { CallDetail, DeviceCall } from '@vecino/gnoi';
import type { EpochMs } from '@vecino/foundation';
import type { EvidenceDocument } from './evidence-document.js';

/** Whose evidence it is. */
export interface EvidenceKey {
  readonly tenantId: string;
  readonly deploymentId: string;
}

interface CallIdentity {
  /** The same in all entries about one call. */
  readonly id: string;
  readonly step: string;
  readonly attempt: number;
  readonly call: DeviceCall;
}

/** What is written down about device calls while the work goes on. */
export type CallEntry =
  /** A call that can change the device is about to go out. */
  | (CallIdentity & { readonly event: 'sent'; readonly at: EpochMs })
  | (CallIdentity & {
      readonly event: 'ended';
      readonly at: EpochMs;
      readonly ms: number;
      readonly outcome: string;
      readonly detail: CallDetail;
    })
  /** A read that came out the same `times` more, the last time at `lastAt`. */
  | (CallIdentity & { readonly event: 'repeated'; readonly times: number; readonly lastAt: EpochMs });

/** Takes entries one at a time; what it was given survives the death of this process. */
export interface CallLog {
  append(entry: CallEntry): void;
  close(): void;
}

/** Where evidence lies. The file system is the first adapter; others come behind the same port. */
export interface EvidenceStore {
  openCallLog(key: EvidenceKey): CallLog;
  /**
   * Writes the document, complete or not at all, and forgets the log; `compose` gets all that was logged, also by the
   * workers before this one. Repeating it replaces the document by an equal one. Returns its name in the store.
   */
  write(key: EvidenceKey, compose: (entries: readonly CallEntry[]) => EvidenceDocument): Promise<string>;
}
