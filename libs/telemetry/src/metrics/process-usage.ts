import { metrics } from '@opentelemetry/api';
import { METER_NAME, observe } from './instruments.js';
import { SERVICE_METRICS } from './service-metrics.js';

const MICROSECONDS = 1e6;

/** What the instrumentation of Node's runtime leaves out: the whole process, its native part included. */
export function observeProcess(): void {
  observe(SERVICE_METRICS.processMemory, () => [[process.memoryUsage.rss(), {}]]);
  const { name, unit, meaning: description } = SERVICE_METRICS.processCpu;
  metrics
    .getMeter(METER_NAME)
    .createObservableCounter(name, { unit, description })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe((user + system) / MICROSECONDS);
    });
}
