import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import {
  type AnswerSeries,
  complaints,
  fillVariables,
  isOverTime,
  type Page,
  PAGES,
  queriesOf,
  RUN,
  type Variable,
} from '@vecino/dashboards';
import { waitFor } from '@vecino/testing';
import type { MetricsRun } from './metrics-run.js';

/** Of a chart's points, in seconds: closer than Grafana's, so that what is short is seen. */
const STEP = 5;
/** What Grafana makes of it for points a minute apart that are scraped every 10 s. */
const RATE_INTERVAL = '70s';

const TENANTS = [RUN.large, RUN.eventful];

interface CommittedPanel {
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

/** The dashboards as Grafana is given them. */
function committedPanels({ uid }: Page): CommittedPanel[] {
  const file = join(thisRepository().root, 'deploy/grafana/dashboards', `${uid}.json`);
  const { panels } = JSON.parse(readFileSync(file, 'utf8')) as { panels: CommittedPanel[] };
  return panels.filter(({ type }) => type !== 'row');
}

/** Asks every query of every committed dashboard of a real Prometheus that has seen all of `RUN`. */
export function describeDashboards(theRun: () => MetricsRun): void {
  describe('the dashboards', () => {
    let time: number;
    let range: string;
    const proven = { dashboards: 0, panels: 0, queries: 0, variables: 0 };

    beforeAll(async () => {
      const { sendMore, startedAt } = theRun();
      await sendMore();
      await settled(theRun());
      // One moment for all: later some of it has changed again.
      time = Date.now() / 1_000;
      range = `${Math.ceil(time - startedAt)}s`;
    }, 120_000);

    afterAll(() => {
      const { dashboards, panels, queries, variables } = proven;
      process.stdout.write(
        `\n${dashboards} dashboards proven: ${panels} panels with ${queries} queries, and ${variables} variables\n`,
      );
    });

    const filled = (expr: string): string =>
      fillVariables(expr, { tenant: RUN.eventful.tenant, range, rateInterval: RATE_INTERVAL });

    async function complaintsOf(panel: Page['rows'][number]['panels'][number], committed: CommittedPanel | undefined) {
      const queries = queriesOf(panel);
      if (committed?.title !== panel.title || committed.targets?.length !== queries.length)
        return [`${panel.title} is not what is committed: generate the dashboards`];
      const found: string[] = [];
      for (const [index, { right, legend }] of queries.entries()) {
        const expr = filled(committed.targets[index]?.expr ?? '');
        const answer = await answerTo(expr, isOverTime(panel));
        found.push(...complaints(answer, right).map((said) => `${panel.title}, ${legend}: ${said}\n  ${expr}`));
      }
      return found;
    }

    const answerTo = (expr: string, overTime: boolean): Promise<readonly AnswerSeries[]> => {
      const { prometheus, startedAt } = theRun();
      return overTime
        ? prometheus.over(expr, { from: Math.floor(startedAt), to: time, step: STEP })
        : prometheus.at(expr, time);
    };

    it.each(PAGES.map((page) => [page.title, page] as const))('%s: each query has its right answer', async (_, page) => {
      const committed = committedPanels(page);
      const panels = page.rows.flatMap((row) => row.panels);
      expect(committed.map(({ title }) => title)).toEqual(panels.map(({ title }) => title));
      const found: string[] = [];
      for (const [index, panel] of panels.entries()) {
        found.push(...(await complaintsOf(panel, committed[index])));
        proven.panels += 1;
        proven.queries += queriesOf(panel).length;
      }
      expect(found).toEqual([]);
      proven.dashboards += 1;
    });

    it('find the values of their variables', async () => {
      const variables = new Map(PAGES.flatMap((page) => page.variables.map((one) => [one.name, one])));
      for (const variable of variables.values()) {
        proven.variables += 1;
        await expectFound(variable);
      }
    });

    async function expectFound(variable: Variable): Promise<void> {
      const { prometheus } = theRun();
      switch (variable.kind) {
        case 'text':
          return;
        case 'label': {
          const found = await prometheus.at(`group by (${variable.label}) (${variable.series})`, time);
          const values = found.map(({ labels }) => labels[variable.label]);
          expect(values).toEqual(expect.arrayContaining(TENANTS.map(({ tenant }) => tenant)));
          return;
        }
        case 'found':
          for (const { tenant, namespace } of TENANTS) {
            const expr = fillVariables(variable.expr, { tenant, range, rateInterval: RATE_INTERVAL });
            const found = await prometheus.at(expr, time);
            expect({ tenant, found: found.map(({ labels }) => labels[variable.label]) }).toEqual({
              tenant,
              found: [namespace],
            });
          }
      }
    }

    it('would not pass with a metric that is not there', async () => {
      const [panel] = PAGES.flatMap((page) => page.rows.flatMap((row) => row.panels));
      const [query] = panel === undefined ? [] : queriesOf(panel);
      if (query === undefined) throw new Error('no query');
      const answer = await answerTo(filled(query.expr).replaceAll('vecino_', 'vecina_'), false);
      expect(complaints(answer, query.right)).toEqual(['no answer']);
    });
  });
}

/** When all that was sent has ended, Prometheus knows, and the projector has looked since. */
async function settled({ prometheus }: MetricsRun): Promise<void> {
  const value = async (expr: string) => {
    const [series] = await prometheus.at(expr, Date.now() / 1_000);
    return series?.values[0];
  };
  const soon = { timeoutMs: 90_000, everyMs: 500 };
  const ended = (tenant: string) =>
    `sum(vecino_deployments_ended_total{vecino_tenant_id="${tenant}", vecino_deployment_state=~"SUCCEEDED|FAILED"})`;
  const { large, eventful } = RUN;
  await waitFor(async () => (await value(ended(large.tenant))) === large.first + large.later, {
    ...soon,
    what: `the upgrades of ${large.tenant}`,
  });
  await waitFor(async () => (await value(ended(eventful.tenant))) === eventful.succeeded + eventful.failed, {
    ...soon,
    what: `the upgrades of ${eventful.tenant}`,
  });
  const now = Date.now() / 1_000;
  await waitFor(async () => ((await value('vecino_standing_last_seconds')) ?? 0) > now, {
    ...soon,
    what: 'a look at how gates stand',
  });
}
