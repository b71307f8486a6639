import { TableCellDisplayMode, TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import type { Panel as GrafanaPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PROMETHEUS, tenantLinks } from '../links.js';
import type { TableColumn, TablePanel } from '../panel.js';
import { buildThresholds } from './build-thresholds.js';
import { decimalsOf } from './decimals.js';
import { asTable, refIdOf } from './targets.js';

const TENANT_LABEL = 'vecino_tenant_id';
/** Fields that Grafana adds and nobody reads. */
const HIDDEN = ['Time', '__name__'] as const;

/** Joins the answers to all queries by their labels into one row each, and names the columns. */
export function buildTable(panel: TablePanel, height: number): GrafanaPanel {
  const { title, description, width, rows, columns, sortBy } = panel;
  const table = new PanelBuilder()
    .title(title)
    .description(description)
    .span(width)
    .height(panel.height ?? height)
    .datasource(PROMETHEUS)
    .noValue('–')
    .sortBy([new TableSortByFieldStateBuilder().displayName(sortBy).desc(true)])
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(HIDDEN.map((name) => [name, true])),
        indexByName: Object.fromEntries(
          [...Object.keys(rows), ...columns.map((_, index) => valueOf(index, columns.length))].map(
            (name, index) => [name, index],
          ),
        ),
        renameByName: {
          ...rows,
          ...Object.fromEntries(columns.map(({ legend }, index) => [valueOf(index, columns.length), legend])),
        },
      },
    });
  columns.forEach((column, index) => {
    table.withTarget(asTable(column, index));
    table.withOverride({ matcher: named(column.legend), properties: propertiesOf(column) });
  });
  const tenant = rows[TENANT_LABEL];
  if (tenant !== undefined)
    table.withOverride({
      matcher: named(tenant),
      properties: [{ id: 'links', value: tenantLinks('__value.raw') }],
    });
  return table.build();
}

/** What Grafana calls the field of a query. */
const valueOf = (index: number, queries: number): string =>
  queries === 1 ? 'Value' : `Value #${refIdOf(index)}`;

const named = (name: string) => ({ id: 'byName', options: name });

function propertiesOf({ unit, thresholds }: TableColumn) {
  const decimals = decimalsOf(unit);
  const shown = [
    { id: 'unit', value: unit },
    ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
  ];
  if (thresholds === undefined) return shown;
  return [
    ...shown,
    { id: 'thresholds', value: buildThresholds(thresholds).build() },
    { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.ColorText } },
  ];
}
