import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@vecino/contracts';
import { isTerminalState } from '@vecino/foundation';
import type { Bench, BenchContext } from './bench.js';
import { openLaboratory, requestRecord } from './laboratory.js';
import { percentiles, type Round } from './report.js';
import { createStatusTopics, readStatuses, type SeenStatus } from './status-reader.js';

const TENANTS = 4;
const SAMPLES_PER_ROUND = 60;
const WARM_UP = 20;
/** Between two requests: long enough for everything to fall idle again. */
const PAUSE_MS = 150;

/** From handing a record to Kafka to reading its statuses from Kafka, one request at a time on an idle stack. */
export const latency: Bench = {
  name: 'latency',
  summary: 'record → STARTED and record → terminal on an idle stack, no-op activities',
  defaultRounds: 3,
  async run(context: BenchContext) {
    const lab = await openLaboratory(context.progress);
    try {
      const topicPrefix = 'latency.';
      const tenants = await lab.writeTenants('latency', TENANTS, { cap: 10 });
      await lab.provision(topicPrefix);
      await createStatusTopics(lab.kafka, topicPrefix, tenants.ids);
      const env = { VECINO_TOPIC_PREFIX: topicPrefix, VECINO_TENANTS_FILE: tenants.file };
      await Promise.all([
        lab.run('projector', 'services/status-projector/dist/main.js', env),
        lab.run('worker', 'tools/bench/dist/noop-worker.js', env),
        lab.run('ingest', 'services/ingest/dist/main.js', env),
      ]);
      let see = (_status: SeenStatus): void => undefined;
      const stopReading = await readStatuses(lab.kafka, topicPrefix, tenants.ids, (status) => see(status));
      const producer = lab.kafka.kafka.producer();
      await producer.connect();
      let made = 0;
      const once = async (): Promise<{ started: number; terminal: number }> => {
        const record = requestRecord(tenants.ids, made++);
        let started = NaN;
        const terminal = new Promise<number>((resolve) => {
          see = ({ state, seenAt }) => {
            if (state === 'STARTED') started = seenAt;
            if (isTerminalState(state)) resolve(seenAt);
          };
        });
        const sentAt = performance.now();
        await producer.send({ topic: topics(topicPrefix).requests, messages: [record] });
        const endedAt = await terminal;
        await sleep(PAUSE_MS);
        return { started: started - sentAt, terminal: endedAt - sentAt };
      };
      for (let n = 0; n < WARM_UP; n++) await once();
      const rounds: Round[] = [];
      const started: number[] = [];
      const terminals: number[] = [];
      for (let n = 0; n < context.rounds; n++) {
        const samples = [];
        for (let i = 0; i < SAMPLES_PER_ROUND; i++) samples.push(await once());
        started.push(...samples.map((sample) => sample.started));
        terminals.push(...samples.map((sample) => sample.terminal));
        rounds.push({
          ...percentiles(
            'started',
            samples.map((sample) => sample.started),
          ),
          ...percentiles(
            'terminal',
            samples.map((sample) => sample.terminal),
          ),
        });
        context.print(`round ${n + 1}: ${JSON.stringify(rounds.at(-1))}`);
      }
      await stopReading();
      await producer.disconnect();
      return {
        rounds,
        figures: {
          ...percentiles('started', started),
          ...percentiles('terminal', terminals),
          samples: started.length,
        },
      };
    } finally {
      await lab.close();
    }
  },
};
