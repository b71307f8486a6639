import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Thresholds } from '../panel.js';

export function buildThresholds({ below, from }: Thresholds): ThresholdsConfigBuilder {
  const first = { value: null, color: below };
  const rest = from.map(([value, color]) => ({ value, color }));
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([first, ...rest]);
}
