import { PanelBuilder as BarsBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { Panel as GrafanaPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as ChartBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { OF_TENANT } from '../expressions.js';
import { PROMETHEUS, tenantLinks } from '../links.js';
import type { BarsPanel, ChartPanel, Panel, StatPanel } from '../panel.js';
import { buildTable } from './build-table.js';
import { buildThresholds } from './build-thresholds.js';
import { decimalsOf } from './decimals.js';
import { atTheEnd, overTime } from './targets.js';

/** Points of a chart are at least so far apart: what is counted is counted between two of them. */
const LEAST_INTERVAL = '1m';
const STAT_HEIGHT = 4;
const CHART_HEIGHT = 8;

/** What Grafana shows of a panel, without its place. */
export function buildPanel(panel: Panel): GrafanaPanel {
  switch (panel.kind) {
    case 'stat':
      return buildStat(panel);
    case 'chart':
      return buildChart(panel);
    case 'bars':
      return buildBars(panel);
    case 'table':
      return buildTable(panel, CHART_HEIGHT);
  }
}

function buildStat(panel: StatPanel): GrafanaPanel {
  const { title, description, width, height = STAT_HEIGHT, unit, thresholds, query, more } = panel;
  const stat = new StatBuilder()
    .title(title)
    .description(description)
    .span(width)
    .height(height)
    .datasource(PROMETHEUS)
    .unit(unit)
    .noValue('nothing')
    .thresholds(buildThresholds(thresholds ?? { below: 'text', from: [] }))
    .colorMode(thresholds === undefined ? BigValueColorMode.None : BigValueColorMode.Background)
    .graphMode(BigValueGraphMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .withTarget(atTheEnd(query));
  const decimals = decimalsOf(unit);
  if (decimals !== undefined) stat.decimals(decimals);
  if (more === undefined) return stat.build();
  const link = new DashboardLinkBuilder('More')
    .type(DashboardLinkType.Link)
    .url(`/d/${more}?\${__url_time_range}`);
  return stat.links([link]).build();
}

function buildChart({
  title,
  description,
  width,
  style,
  unit,
  thresholds,
  queries,
}: ChartPanel): GrafanaPanel {
  const chart = new ChartBuilder()
    .title(title)
    .description(description)
    .span(width)
    .height(CHART_HEIGHT)
    .datasource(PROMETHEUS)
    .unit(unit)
    .min(0)
    .interval(LEAST_INTERVAL)
    .showPoints(VisibilityMode.Auto)
    .lineWidth(1)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  switch (style) {
    case 'lines':
      chart.drawStyle(GraphDrawStyle.Line).fillOpacity(0);
      break;
    case 'stacked':
      chart.drawStyle(GraphDrawStyle.Line).fillOpacity(30).stacking(stacked());
      break;
    case 'bars':
      chart.drawStyle(GraphDrawStyle.Bars).fillOpacity(80).stacking(stacked());
      break;
  }
  if (thresholds !== undefined)
    chart
      .thresholds(buildThresholds(thresholds))
      .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  queries.forEach((query, index) => chart.withTarget(overTime(query, index)));
  if (queries.some(({ legend }) => legend.includes(OF_TENANT))) chart.dataLinks(toTenant());
  return chart.build();
}

const stacked = () => new StackingConfigBuilder().mode(StackingMode.Normal).group('A');

const buildBars = ({ title, description, width, unit, max, thresholds, query }: BarsPanel): GrafanaPanel =>
  new BarsBuilder()
    .title(title)
    .description(description)
    .span(width)
    .height(CHART_HEIGHT)
    .datasource(PROMETHEUS)
    .unit(unit)
    .min(0)
    .max(max)
    .noValue('nothing')
    .thresholds(buildThresholds(thresholds))
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .dataLinks(toTenant())
    .withTarget(atTheEnd(query))
    .build();

const toTenant = () =>
  tenantLinks('__field.labels.vecino_tenant_id').map(({ title, url, targetBlank }) =>
    new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).targetBlank(targetBlank),
  );
