import type { CallHooks, CallRecord, DeviceCall } from '@vecino/gnoi';
import type { CallEntry, EvidenceLog, Finding } from './evidence-store.js';
import { isMutating } from './mutating-call.js';

/** How long a call waits for the disk. Then it goes out: a folder that hangs is no reason to leave a router half-way. */
export const WRITE_PATIENCE_MS = 3_000;

/** Of a call that was about to go out and was held back. */
export const NOT_SENT = 'not-sent';

interface Repeats {
  readonly of: Pick<CallEntry, 'id' | 'step' | 'attempt' | 'call'>;
  times: number;
  lastAt: number;
}

/**
 * Writes down the calls of one attempt: one that can change the device before it goes out and when it is over, one that
 * only reads when it is over and, as often as it then comes out the same, folded into one more entry.
 */
export class CallRecorder {
  readonly #log: EvidenceLog;
  readonly #who: { readonly step: string; readonly attempt: number };
  readonly #checkpoint: () => void;
  readonly #openedAt = Date.now();
  readonly #sent = new Map<DeviceCall, string>();
  readonly #repeats = new Map<string, Repeats>();
  #count = 0;

  /**
   * `checkpoint` throws where the step is cancelled or may no longer be this worker's: then nothing that changes the device
   * goes out any more. It is asked last, after any wait.
   */
  constructor(
    log: EvidenceLog,
    who: { readonly step: string; readonly attempt: number },
    { checkpoint }: { checkpoint(): void },
  ) {
    this.#log = log;
    this.#who = who;
    this.#checkpoint = checkpoint;
  }

  readonly hooks: Required<CallHooks> = {
    beforeCall: async (call) => {
      if (!isMutating(call)) return;
      this.#flush();
      const identity = this.#identify(call);
      const at = Date.now();
      this.#sent.set(call, identity.id);
      await patiently(this.#log.append({ ...identity, event: 'sent', at }));
      try {
        this.#checkpoint();
      } catch (error) {
        void this.#log.append({ ...identity, event: 'ended', at, ms: 0, outcome: NOT_SENT, detail: {} });
        throw error;
      }
    },
    observer: (record) => {
      if (isMutating(record.call)) this.#end(record, this.#sent.get(record.call));
      else this.#read(record);
    },
  };

  find(finding: Finding): Promise<void> {
    return patiently(this.#log.append(finding));
  }

  close(): Promise<void> {
    this.#flush();
    return patiently(this.#log.close());
  }

  #read(record: CallRecord): void {
    const key = sameness(record);
    const repeats = this.#repeats.get(key);
    if (repeats === undefined) {
      const of = this.#end(record);
      this.#repeats.set(key, { of, times: 0, lastAt: record.startedAt });
    } else {
      repeats.times += 1;
      repeats.lastAt = record.startedAt;
    }
  }

  #end({ call, startedAt, ms, outcome, detail }: CallRecord, id?: string): Repeats['of'] {
    const identity = { ...this.#identify(call), ...(id === undefined ? {} : { id }) };
    void this.#log.append({ ...identity, event: 'ended', at: startedAt, ms, outcome, detail });
    return identity;
  }

  #flush(): void {
    for (const { of, times, lastAt } of this.#repeats.values()) {
      if (times > 0) void this.#log.append({ ...of, event: 'repeated', times, lastAt });
    }
    this.#repeats.clear();
  }

  #identify(call: DeviceCall): Repeats['of'] {
    const { step, attempt } = this.#who;
    this.#count += 1;
    return { id: `${step}/${attempt}/${this.#openedAt}/${this.#count}`, step, attempt, call };
  }
}

/** Waits for the disk, and not longer than is good for a router. */
async function patiently(writing: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, WRITE_PATIENCE_MS)));
  await Promise.race([writing, enough]);
  clearTimeout(timer);
}

/** Equal for two reads that say the same: what a clock moves is left out. */
function sameness({ call, outcome, detail }: CallRecord): string {
  const said = call === 'gnmi.gNMI/Get' ? detail['paths'] : { ...detail, waitNs: undefined };
  return JSON.stringify([call, outcome, said]);
}
