import { SERVICE_METRICS } from '@vecino/telemetry';
import { series } from '@vecino/telemetry/promql';
import type { Row } from '../../page.js';
import { worseFrom } from '../../panel.js';

export const PROCESSES: Row = {
  title: 'Processes',
  panels: [
    {
      kind: 'chart',
      title: 'Event loop delay',
      description:
        '99 % of the turns of a process’s event loop were shorter. Above 0.5 s it has more to do than one core gives: start another replica.',
      width: 12,
      style: 'lines',
      unit: 's',
      thresholds: worseFrom(0.5),
      queries: [
        {
          legend: '{{service}} {{instance}}',
          expr: `max by (service, instance) (${series(SERVICE_METRICS.loopDelayP99)})`,
          right: { all: [0, 9.9], peak: [0.01, 9.9] },
        },
      ],
    },
    {
      kind: 'chart',
      title: 'Memory',
      description:
        'What each process has in RAM. A worker-shared grows with the tenants that have work (24–33 MB each) and shrinks after; steady growth without work is a leak.',
      width: 12,
      style: 'lines',
      unit: 'bytes',
      queries: [
        {
          legend: '{{service}} {{instance}}',
          expr: `max by (service, instance) (${series(SERVICE_METRICS.processMemory)})`,
          right: { all: [30e6, 3e9] },
        },
      ],
    },
  ],
};
