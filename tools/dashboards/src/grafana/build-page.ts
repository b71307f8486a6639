import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel as GrafanaPanel,
  QueryVariableBuilder,
  type RowPanel,
  RowBuilder,
  TextBoxVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PROMETHEUS } from '../links.js';
import type { Page, PageLink, Row, Variable } from '../page.js';
import { buildPanel } from './build-panel.js';

/** What all dashboards have, so that each links to all. */
const TAG = 'vecino';
const COLUMNS = 24;

export function buildPage({ uid, title, question, variables, links, rows }: Page): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(question)
    .tags([TAG])
    .readonly()
    .timezone('browser')
    .refresh('30s')
    .time({ from: 'now-3h', to: 'now' })
    .tooltip(DashboardCursorSync.Crosshair)
    .links([toOthers(), ...links.map(toElsewhere)])
    .variables(variables.map(buildVariable));
  return { ...builder.build(), panels: placed(rows) };
}

const toOthers = () =>
  new DashboardLinkBuilder('Vecino')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true);

const toElsewhere = ({ title, tooltip, url }: PageLink) =>
  new DashboardLinkBuilder(title)
    .type(DashboardLinkType.Link)
    .icon('external link')
    .tooltip(tooltip)
    .url(url)
    .targetBlank(true);

function buildVariable(variable: Variable) {
  switch (variable.kind) {
    case 'label':
      return new QueryVariableBuilder(variable.name)
        .label(variable.title)
        .datasource(PROMETHEUS)
        .query(`label_values(${variable.series}, ${variable.label})`)
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .sort(VariableSort.AlphabeticalAsc);
    case 'found':
      return new QueryVariableBuilder(variable.name)
        .hide(VariableHide.HideVariable)
        .datasource(PROMETHEUS)
        .query(`query_result(${variable.expr})`)
        .regex(`/${variable.label}="([^"]+)"/`)
        .refresh(VariableRefresh.OnTimeRangeChanged);
    case 'text':
      return new TextBoxVariableBuilder(variable.name)
        .hide(VariableHide.HideVariable)
        .defaultValue(variable.value);
  }
}

/** Each row's panels from left to right below its title, in lines. */
function placed(rows: readonly Row[]): (GrafanaPanel | RowPanel)[] {
  const all: (GrafanaPanel | RowPanel)[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    const row = new RowBuilder(title).id(all.length + 1).build();
    all.push({ ...row, gridPos: { x: 0, y, w: COLUMNS, h: 1 } });
    y += 1;
    let [x, height] = [0, 0];
    for (const panel of panels) {
      const built = buildPanel(panel);
      const { w, h } = built.gridPos ?? { w: panel.width, h: 1 };
      if (x + w > COLUMNS) [x, y, height] = [0, y + height, 0];
      all.push({ ...built, id: all.length + 1, gridPos: { x, y, w, h } });
      x += w;
      height = Math.max(height, h);
    }
    y += height;
  }
  return all;
}
