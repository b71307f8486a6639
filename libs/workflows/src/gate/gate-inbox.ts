import type { SubmitBatch, SubmitCommand } from '../api/gate-protocol.js';

/** What a gate was signalled and its book does not have yet. */
export class GateInbox {
  readonly batches: SubmitBatch[];
  readonly commands: SubmitCommand[] = [];
  /** Signals of every kind that this run has had: the server lets it have only so many. */
  signals = 0;

  constructor(batches: readonly SubmitBatch[]) {
    this.batches = [...batches];
  }

  get isEmpty(): boolean {
    return this.batches.length === 0 && this.commands.length === 0;
  }
}
