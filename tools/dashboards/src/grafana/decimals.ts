import type { PanelUnit } from '../panel.js';

/** What is counted is whole, though Prometheus extrapolates; undefined lets Grafana decide. */
export function decimalsOf(unit: PanelUnit): number | undefined {
  switch (unit) {
    case 'short':
      return 0;
    case 'none':
      return 1;
    case 'percentunit':
      return 2;
    case 's':
    case 'reqps':
    case 'cps':
    case 'bytes':
      return undefined;
  }
}
