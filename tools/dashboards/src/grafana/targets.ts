import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PROMETHEUS } from '../links.js';
import type { Query } from '../panel.js';

/** `A`, `B` and so on. */
export const refIdOf = (index: number): string => String.fromCharCode('A'.charCodeAt(0) + index);

const target = ({ expr, legend }: Query, index: number): DataqueryBuilder =>
  new DataqueryBuilder().datasource(PROMETHEUS).refId(refIdOf(index)).expr(expr).legendFormat(legend);

export const overTime = (query: Query, index: number): DataqueryBuilder => target(query, index).range();

export const atTheEnd = (query: Query): DataqueryBuilder => target(query, 0).instant();

/** As one row for each series. */
export const asTable = (query: Query, index: number): DataqueryBuilder =>
  target(query, index).instant().format(PromQueryFormat.Table);
