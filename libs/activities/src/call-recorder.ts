import type { CallHooks, CallRecord, DeviceCall } from '@vecino/gnoi';
import type { CallEntry, CallLog } from './evidence-store.js';
import { isMutating } from './mutating-call.js';

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
  readonly #log: CallLog;
  readonly #who: { readonly step: string; readonly attempt: number };
  readonly #checkpoint: () => void;
  readonly #openedAt = Date.now();
  readonly #sent = new Map<DeviceCall, string>();
  readonly #repeats = new Map<string, Repeats>();
  #count = 0;

  /** `checkpoint` throws where the step is cancelled: then nothing that changes the device goes out any more. */
  constructor(
    log: CallLog,
    who: { readonly step: string; readonly attempt: number },
    { checkpoint }: { checkpoint(): void },
  ) {
    this.#log = log;
    this.#who = who;
    this.#checkpoint = checkpoint;
  }

  readonly hooks: Required<CallHooks> = {
    beforeCall: (call) => {
      if (!isMutating(call)) return;
      this.#checkpoint();
      this.#flush();
      const identity = this.#identify(call);
      this.#sent.set(call, identity.id);
      this.#log.append({ ...identity, event: 'sent', at: Date.now() });
    },
    observer: (record) => {
      if (isMutating(record.call)) this.#end(record, this.#sent.get(record.call));
      else this.#read(record);
    },
  };

  close(): void {
    this.#flush();
    this.#log.close();
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
    this.#log.append({ ...identity, event: 'ended', at: startedAt, ms, outcome, detail });
    return identity;
  }

  #flush(): void {
    for (const { of, times, lastAt } of this.#repeats.values()) {
      if (times > 0) this.#log.append({ ...of, event: 'repeated', times, lastAt });
    }
    this.#repeats.clear();
  }

  #identify(call: DeviceCall): Repeats['of'] {
    const { step, attempt } = this.#who;
    this.#count += 1;
    return { id: `${step}/${attempt}/${this.#openedAt}/${this.#count}`, step, attempt, call };
  }
}

/** Equal for two reads that say the same: what a clock moves is left out. */
function sameness({ call, outcome, detail }: CallRecord): string {
  const said = call === 'gnmi.gNMI/Get' ? detail['paths'] : { ...detail, waitNs: undefined };
  return JSON.stringify([call, outcome, said]);
}
