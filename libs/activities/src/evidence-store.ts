import type { CallDetail, DeviceCall } from '@vecino/gnoi';
import type { EpochMs } from '@vecino/foundation';
import type { DeviceChange, DeviceSnapshot } from '@vecino/upgrade';
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

/** What a step found out in full, which is too large for the workflow's history. Of two of a kind the later one counts. */
export type Finding =
  | { readonly event: 'before'; readonly snapshot: DeviceSnapshot }
  | {
      readonly event: 'compared';
      readonly after: DeviceSnapshot;
      readonly changes: readonly DeviceChange[];
      readonly faults: readonly DeviceChange[];
      readonly waived: readonly DeviceChange[];
    };

export type EvidenceEntry = CallEntry | Finding;

/**
 * Takes entries one at a time, in order. What it takes never throws nor rejects, and never blocks the process; what it has
 * taken survives the death of this process.
 */
export interface EvidenceLog {
  /** Resolves when the entry is written down (for a call that can change the device: on the disk) or given up. */
  append(entry: EvidenceEntry): Promise<void>;
  /** Resolves when all that was appended is. */
  close(): Promise<void>;
}

/** Makes a document of all that was logged, and of the document that was made `earlier`. */
export type ComposeEvidence = (
  entries: readonly EvidenceEntry[],
  earlier: EvidenceDocument | undefined,
) => EvidenceDocument;

/** Where evidence lies. The file system is the first adapter; others come behind the same port. */
export interface EvidenceStore {
  openLog(key: EvidenceKey): EvidenceLog;
  /**
   * Writes the document, complete or not at all, and forgets the log; `compose` gets all that was logged, also by the
   * workers before this one. Repeating it replaces the document by an equal one. Returns its name in the store.
   */
  write(key: EvidenceKey, compose: ComposeEvidence): Promise<string>;
}
