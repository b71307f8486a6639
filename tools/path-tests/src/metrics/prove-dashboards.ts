import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import {
  type AnswerSeries,
  complaints,
  fillVariables,
  isOverTime,
  type Page,
  type Panel,
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

/** The dashboards' panels as Grafana is given them. */
function committedPanels({ uid }: Page): CommittedPanel[] {
  const file = join(thisRepository().root, 'deploy/grafana/dashboards', `${uid}.json`);
  const { panels } = JSON.parse(readFileSync(file, 'utf8')) as { panels: CommittedPanel[] };
  return panels.filter(({ type }) => type !== 'row');
}

/** Asks what Grafana would ask, of a real Prometheus that has seen all of `RUN`. */
export class DashboardProof {
  readonly #run: MetricsRun;
  /** One moment for all, in seconds since the Unix epoch: later some of it has changed again. */
  readonly #time: number;
  readonly #proven = { dashboards: 0, panels: 0, queries: 0, variables: 0 };

  private constructor(run: MetricsRun, time: number) {
    this.#run = run;
    this.#time = time;
  }

  /** Has happen what is left of `RUN`, and waits until Prometheus has seen it. */
  static async begin(run: MetricsRun): Promise<DashboardProof> {
    await run.sendMore();
    await settled(run);
    return new DashboardProof(run, Date.now() / 1_000);
  }

  /** How much was asked. */
  summary(): string {
    const { dashboards, panels, queries, variables } = this.#proven;
    return `${dashboards} dashboards proven: ${panels} panels with ${queries} queries, and ${variables} variables`;
  }

  /** What is wrong with the answers to a committed dashboard's queries. */
  async page(page: Page): Promise<string[]> {
    const committed = committedPanels(page);
    const panels = page.rows.flatMap((row) => row.panels);
    if (committed.length !== panels.length) return [`${page.uid} is stale: generate the dashboards`];
    const found: string[] = [];
    for (const [index, panel] of panels.entries())
      found.push(...(await this.#panel(panel, committed[index])));
    this.#proven.dashboards += 1;
    return found;
  }

  async #panel(panel: Panel, committed: CommittedPanel | undefined): Promise<string[]> {
    const queries = queriesOf(panel);
    const targets = committed?.title === panel.title ? (committed.targets ?? []) : [];
    if (targets.length !== queries.length) return [`${panel.title} is stale: generate the dashboards`];
    const found: string[] = [];
    for (const [index, { right, legend }] of queries.entries()) {
      const expr = this.#filled(targets[index]?.expr ?? '');
      const answer = await this.#answerTo(expr, isOverTime(panel));
      const same = right.same === undefined ? answer : await this.#answerTo(right.same, false);
      found.push(
        ...complaints(answer, right, same).map((said) => `${panel.title}, ${legend}: ${said}\n  ${expr}`),
      );
      this.#proven.queries += 1;
    }
    this.#proven.panels += 1;
    return found;
  }

  /** What is wrong with the values that a variable would have. */
  async variable(variable: Variable): Promise<string[]> {
    this.#proven.variables += 1;
    const { prometheus } = this.#run;
    switch (variable.kind) {
      case 'text':
        return [];
      case 'label': {
        const found = await prometheus.at(`group by (${variable.label}) (${variable.series})`, this.#time);
        const values = new Set(found.map(({ labels }) => labels[variable.label]));
        return TENANTS.filter(({ tenant }) => !values.has(tenant)).map(
          ({ tenant }) => `${variable.name} does not offer ${tenant}`,
        );
      }
      case 'found': {
        const wrong: string[] = [];
        for (const { tenant, namespace } of TENANTS) {
          const found = await prometheus.at(this.#filled(variable.expr, tenant), this.#time);
          const values = found.map(({ labels }) => labels[variable.label]).join(', ');
          if (values !== namespace)
            wrong.push(`${variable.name} of ${tenant} is "${values}", not ${namespace}`);
        }
        return wrong;
      }
    }
  }

  /** The queries whose answer, a thousand times as large, would be found right: none should be. */
  async blind(page: Page): Promise<string[]> {
    const blind: string[] = [];
    for (const panel of page.rows.flatMap((row) => row.panels))
      for (const { expr, right, legend } of queriesOf(panel)) {
        const answer = await this.#answerTo(`(${this.#filled(expr)}) * 1000 + 1000`, isOverTime(panel));
        if (complaints(answer, right).length === 0) blind.push(`${panel.title}, ${legend}`);
      }
    return blind;
  }

  #answerTo(expr: string, overTime: boolean): Promise<readonly AnswerSeries[]> {
    const { prometheus, startedAt } = this.#run;
    return overTime
      ? prometheus.over(expr, { from: Math.floor(startedAt), to: this.#time, step: STEP })
      : prometheus.at(expr, this.#time);
  }

  #filled(expr: string, tenant: string = RUN.eventful.tenant): string {
    const range = `${Math.ceil(this.#time - this.#run.startedAt)}s`;
    return fillVariables(expr, { tenant, range, rateInterval: RATE_INTERVAL });
  }
}

/** When all that was sent has ended, Prometheus knows, and the projector has looked since. */
async function settled({ prometheus }: MetricsRun): Promise<void> {
  const value = async (expr: string) => {
    const [series] = await prometheus.at(expr, Date.now() / 1_000);
    return series?.values[0] ?? 0;
  };
  const soon = { timeoutMs: 90_000, everyMs: 500 };
  const { large, eventful } = RUN;
  for (const [tenant, count] of [
    [large.tenant, large.first + large.later],
    [eventful.tenant, eventful.succeeded + eventful.failed],
  ] as const) {
    const ended = `sum(vecino_deployments_ended_total{vecino_tenant_id="${tenant}", vecino_deployment_state=~"SUCCEEDED|FAILED"})`;
    await waitFor(async () => (await value(ended)) === count, { ...soon, what: `the upgrades of ${tenant}` });
  }
  const now = Date.now() / 1_000;
  await waitFor(async () => (await value('vecino_standing_last_seconds')) > now, {
    ...soon,
    what: 'a look at how gates stand',
  });
}
