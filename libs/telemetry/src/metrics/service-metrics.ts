import { EVERY_SERVICE, type MetricSpec } from './metric.js';

const GC_SECONDS = [0.01, 0.1, 1, 10] as const;
const delay = (what: string, meaning: string) =>
  ({
    kind: 'gauge',
    name: `nodejs.eventloop.delay.${what}`,
    unit: 's',
    merge: 'max',
    labels: [],
    from: EVERY_SERVICE,
    meaning,
  }) as const;
const heap = (name: string, meaning: string) =>
  ({
    kind: 'gauge',
    name: `v8js.memory.heap.${name}`,
    unit: 'By',
    merge: 'sum',
    labels: ['v8js.heap.space.name'],
    from: EVERY_SERVICE,
    meaning,
  }) as const;

/** Of the process: its health, and by OpenTelemetry's semantic conventions what Node and V8 say. */
export const SERVICE_METRICS = {
  ready: {
    kind: 'gauge',
    name: 'vecino.service.ready',
    unit: '{process}',
    merge: 'max',
    labels: [],
    from: EVERY_SERVICE,
    meaning: '1 while `/readyz` says ready, else 0.',
  },
  check: {
    kind: 'gauge',
    name: 'vecino.service.check',
    unit: '{check}',
    merge: 'max',
    labels: ['vecino.check'],
    from: EVERY_SERVICE,
    meaning: '1 while a check of `/readyz` finds no fault, else 0, also within its grace.',
  },
  processMemory: {
    kind: 'gauge',
    name: 'process.memory.usage',
    unit: 'By',
    merge: 'sum',
    labels: [],
    from: EVERY_SERVICE,
    meaning: 'Memory that the process has in RAM (RSS).',
  },
  processCpu: {
    kind: 'counter',
    name: 'process.cpu.time',
    unit: 's',
    labels: [],
    from: EVERY_SERVICE,
    meaning: 'Processor time that the process used.',
  },
  loopUtilization: {
    kind: 'gauge',
    name: 'nodejs.eventloop.utilization',
    unit: '1',
    merge: 'max',
    labels: [],
    from: EVERY_SERVICE,
    meaning: 'Share of the time in which the event loop worked, since the last export.',
  },
  loopTime: {
    kind: 'counter',
    name: 'nodejs.eventloop.time',
    unit: 's',
    labels: ['nodejs.eventloop.state'],
    from: EVERY_SERVICE,
    meaning: 'Time that the event loop has been in each state.',
  },
  loopDelayMin: delay('min', 'Shortest delay of the event loop since the last export.'),
  loopDelayMax: delay('max', 'Longest delay of the event loop since the last export.'),
  loopDelayMean: delay('mean', 'Mean delay of the event loop since the last export.'),
  loopDelayDeviation: delay('stddev', 'Standard deviation of the event loop’s delay since the last export.'),
  loopDelayP50: delay('p50', 'Median delay of the event loop since the last export.'),
  loopDelayP90: delay('p90', 'Delay that 90 % of the event loop’s turns kept below since the last export.'),
  loopDelayP99: delay('p99', 'Delay that 99 % of the event loop’s turns kept below since the last export.'),
  gcDuration: {
    kind: 'histogram',
    name: 'v8js.gc.duration',
    unit: 's',
    buckets: GC_SECONDS,
    labels: ['v8js.gc.type'],
    from: EVERY_SERVICE,
    meaning: 'How long garbage collections took.',
  },
  heapSize: heap('limit', 'Size of a part of the heap.'),
  heapUsed: heap('used', 'What is used of it.'),
  heapAvailable: heap('space.available_size', 'What is free of it.'),
  heapPhysical: heap('space.physical_size', 'What of it is in memory.'),
} as const satisfies Record<string, MetricSpec>;
