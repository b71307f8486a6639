import type { EpochMs } from '@vecino/foundation';
import type { Hold, SourcePositions } from '@vecino/admission';
import type { GateItem, StatusChange, SubmitBatch, TenantSettings } from '../api/gate-protocol.js';
import type { ClosedDeployment, DeadLetterOrder } from '../api/projector-activities.js';
import type { ClosedEntry } from './closed-entry.js';
import type { CarriedCommands } from './command-book.js';
import { pack, type PackedItem } from './packed-item.js';

/** A request as the gate holds it: with the partition it came from, should its record have to be read again. */
export interface TakenItem extends GateItem {
  readonly topic: string;
  readonly partition: number;
}

/** A deployment that holds its router, and a slot unless it is quarantined. */
export interface HeldEntry {
  readonly item: PackedItem;
  readonly hold: Hold;
  /** Set once the workflow is known to have started; empty where it was adopted and its run is not known. */
  readonly runId?: string;
  readonly settling?: Settling;
}

/** A deployment that left its router in an unknown state. */
export interface Settling {
  readonly closed: ClosedDeployment;
  /** The router is not asked before. */
  readonly until: EpochMs;
  /** Once it is quarantined, for as long as that lasts: whoever asks is answered with the same record. */
  readonly terminal?: ClosedEntry;
}

/** A gate's whole state as JSON: what a run hands to the next, and what a rebuild makes from a history. */
export interface Carried {
  readonly version: 1;
  /** False after a rebuild: held deployments may never have been started. */
  readonly attached: boolean;
  readonly queue: readonly PackedItem[];
  readonly held: readonly HeldEntry[];
  readonly outbox: readonly StatusChange[];
  readonly deadLetters: readonly DeadLetterOrder[];
  readonly positions: SourcePositions;
  readonly recent: readonly ClosedEntry[];
  /** Those that were refused. Left out by gates of releases that kept them among the others. */
  readonly refused?: readonly ClosedEntry[];
  /** Deployment ids and when they were accepted, where nobody has been told yet. */
  readonly untold: readonly (readonly [string, EpochMs])[];
  /** Ids of deployments that wait because of the platform; left out where there are none. For metrics. */
  readonly delayed?: readonly string[];
  /** Batches that were signalled but not yet taken. */
  readonly inbox: readonly SubmitBatch[];
  /** The newest that a gate had which died; a run hands them to the next beside its state. */
  readonly settings?: TenantSettings;
  /** Left out by gates of releases that took no commands. */
  readonly commands?: CarriedCommands;
}

export const EMPTY_CARRIED: Carried = {
  version: 1,
  attached: true,
  queue: [],
  held: [],
  outbox: [],
  deadLetters: [],
  positions: {},
  recent: [],
  untold: [],
  inbox: [],
};

export const heldEntry = (
  item: TakenItem,
  hold: Hold,
  runId: string | undefined,
  settling: Settling | undefined,
): HeldEntry => ({
  item: pack(item),
  hold,
  ...(runId === undefined ? {} : { runId }),
  ...(settling === undefined ? {} : { settling }),
});

/** Whether two requests never run side by side. */
export const sharesRouter = (one: TakenItem, other: TakenItem): boolean =>
  one.routerId === other.routerId || one.routerIp === other.routerIp;
