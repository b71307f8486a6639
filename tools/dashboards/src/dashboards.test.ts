import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { OF_TENANT } from './expressions.js';
import { buildPage } from './grafana/build-page.js';
import { buildPanel } from './grafana/build-panel.js';
import { type ClickedTenant, tenantLinks, UIDS } from './links.js';
import { PAGES } from './pages/index.js';
import { type Panel, queriesOf } from './panel.js';
import { fillVariables } from './proof/fill-variables.js';
import type { Right } from './proof/right.js';

const FOLDER = join(__dirname, '../../../deploy/grafana/dashboards');

/** What Grafana itself fills in. */
const GRAFANAS = ['__from', '__to', '__url_time_range', '__field.labels.vecino_tenant_id', '__value.raw'];

/** How a panel that names tenants knows them; undefined where it names none. */
function tenantsIn(panel: Panel): ClickedTenant | undefined {
  if (panel.kind === 'table') return 'vecino_tenant_id' in panel.rows ? '__value.raw' : undefined;
  const named = queriesOf(panel).some(({ legend }) => legend.includes(OF_TENANT));
  return named ? '__field.labels.vecino_tenant_id' : undefined;
}

interface Box {
  readonly id: number;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}
const boxesOf = (page: (typeof PAGES)[number]): Box[] =>
  (JSON.parse(JSON.stringify(buildPage(page))) as { panels: Box[] }).panels;

it('are committed as they are generated, and no others', () => {
  const committed = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  expect(committed.sort()).toEqual(PAGES.map(({ uid }) => `${uid}.json`).sort());
  const stale = PAGES.filter((page) => {
    const file: unknown = JSON.parse(readFileSync(join(FOLDER, `${page.uid}.json`), 'utf8'));
    return !isDeepStrictEqual(file, JSON.parse(JSON.stringify(buildPage(page))));
  });
  expect(stale.map(({ uid }) => uid)).toEqual([]);
});

it('are never seen other than zero only where docs/dashboards.md says so', () => {
  const isAlwaysZero = ({ all: [least, most], once, afterKill }: Right) =>
    least === 0 && most === 0 && once === undefined && afterKill === undefined;
  const found = PAGES.flatMap(({ title, rows }) =>
    rows
      .flatMap(({ panels }) => panels)
      .filter((panel) => queriesOf(panel).some(({ right }) => isAlwaysZero(right)))
      .map((panel) => `${title.replace('Vecino · ', '')}: ${panel.title}`),
  );
  const page = readFileSync(join(__dirname, '../../../docs/dashboards.md'), 'utf8');
  const [, section = ''] = /\*\*Seen as zero only\.\*\*([\s\S]*?)\n\nOf /.exec(page) ?? [];
  const lines = [...section.matchAll(/^\| (?!dashboard|-)([^|]+?) +\| ([^|]+?) +\|/gm)];
  expect(found.sort()).toEqual(lines.map(([, dashboard, panel]) => `${dashboard}: ${panel}`).sort());
});

it('have one page for each uid that is linked to', () => {
  expect(PAGES.map(({ uid }) => uid).sort()).toEqual(Object.values(UIDS).sort());
});

describe.each(PAGES.map((page) => [page.title, page] as const))('%s', (_, page) => {
  const panels = page.rows.flatMap((row) => row.panels);

  it('says of each panel what to do, and is no wall of them', () => {
    for (const { title, description } of panels)
      expect({ title, long: description.length > 30 }).toEqual({ title, long: true });
    for (const row of page.rows)
      expect(new Set(row.panels.map(({ title }) => title)).size).toBe(row.panels.length);
    expect(page.rows.length).toBeLessThanOrEqual(5);
    expect(panels.length).toBeLessThanOrEqual(18);
  });

  it('fills each line, and no panel lies on another', () => {
    const boxes = boxesOf(page);
    expect(new Set(boxes.map(({ id }) => id)).size).toBe(boxes.length);
    const cells = boxes.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    const rows = new Map<string, number>();
    for (const cell of cells) {
      const [, y = ''] = cell.split(',');
      rows.set(y, (rows.get(y) ?? 0) + 1);
    }
    expect([...rows].filter(([, width]) => width !== 24)).toEqual([]);
  });

  it('leads from each tenant that it names to its dashboard and its deployments', () => {
    const naming = panels.flatMap((panel) => {
      const clicked = tenantsIn(panel);
      return clicked === undefined ? [] : [{ panel, urls: tenantLinks(clicked).map(({ url }) => url) }];
    });
    // All of one tenant's own are about the one that is chosen.
    expect(naming.length > 0).toBe(page.uid !== UIDS.tenant);
    for (const { panel, urls } of naming) {
      const built = JSON.stringify(buildPanel(panel));
      expect(urls.filter((url) => !built.includes(JSON.stringify(url)))).toEqual([]);
    }
  });

  it('has no variable in queries and links that nobody fills', () => {
    const filling = { tenant: 'acme', range: '1h', rateInterval: '1m' };
    for (const { expr } of panels.flatMap(queriesOf)) fillVariables(expr, filling);
    const known = new Set([...GRAFANAS, ...page.variables.map(({ name }) => name)]);
    const text = JSON.stringify(buildPage(page));
    const used = [...text.matchAll(/\$\{([\w.]+)\}/g)].map(([, name = '']) => name);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });
});
