import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisRepository } from '@vecino/cli';
import {
  type AnswerSeries,
  complaints,
  fillVariables,
  isOverTime,
  isRightThousandfold,
  type Page,
  type Panel,
  queriesOf,
  type Right,
  RUN,
  type Variable,
  withoutZero,
} from '@vecino/dashboards';
import { waitFor } from '@vecino/testing';
import type { MetricsRun } from './metrics-run.js';

/** Of a chart's points, in seconds: closer than Grafana's, so that what is short is seen. */
const STEP = 5;
/** What Grafana makes of it for points a minute apart that are scraped every 10 s. */
const RATE_INTERVAL = '70s';

const TENANTS = [RUN.large, RUN.eventful];

const SOON = { timeoutMs: 90_000, everyMs: 500 };
/** In seconds: how long ago the last look was is asked when it was at least so long ago. */
const LOOK_AGE = 0.1;

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
    const time = await settled(run);
    return new DashboardProof(run, time);
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
      const wrong = await this.#query(expr, right, isOverTime(panel));
      found.push(...wrong.map((said) => `${panel.title}, ${legend}: ${said}\n  ${expr}`));
      this.#proven.queries += 1;
    }
    this.#proven.panels += 1;
    return found;
  }

  async #query(expr: string, right: Right, overTime: boolean): Promise<string[]> {
    const answer = await this.#answerTo(expr, overTime);
    const same = right.same === undefined ? undefined : await this.#answerTo(right.same, false);
    const found = complaints(answer, right, same);
    if (found.length === 0 && isRightThousandfold(answer, right, same))
      found.push('it would be right a thousand times as large, too');
    if (right.once !== undefined) {
      const course = await this.#query(expr, { all: [0, right.once[1]], peak: right.once }, true);
      return [...found, ...course.map((said) => `in its course, ${said}`)];
    }
    const bare = withoutZero(expr);
    if (bare !== undefined && right.unseen !== true && (await this.#answerTo(bare, overTime)).length === 0)
      found.push('nothing answers but its zero');
    return found;
  }

  /** Kills ingest. What is then wrong with the answers of those queries of which `right` says something of that. */
  async afterKill(pages: readonly Page[]): Promise<string[]> {
    const { path, prometheus } = this.#run;
    await path.platform.service('ingest').kill();
    // All is asked of one moment, at which nothing but ingest is away.
    const time = await waitFor(
      async () => {
        const now = Date.now() / 1_000;
        const away = await prometheus.at('up == 0', now);
        return away.length === 1 && away[0]?.labels['service'] === 'ingest' && now;
      },
      { ...SOON, what: 'a fetch from ingest that fails, and no other' },
    );
    const panels = pages.flatMap((page) => page.rows.flatMap((row) => row.panels));
    const found: string[] = [];
    let asked = 0;
    for (const { expr, right } of panels.flatMap(queriesOf)) {
      if (right.afterKill === undefined) continue;
      asked += 1;
      const answer = await prometheus.at(this.#filled(expr), time);
      found.push(...complaints(answer, { all: right.afterKill }).map((said) => `${said}\n  ${expr}`));
    }
    return asked === 0 ? ['no query says anything of it'] : found;
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

  /** Over time the last point is at the moment of all. */
  #answerTo(expr: string, overTime: boolean): Promise<readonly AnswerSeries[]> {
    const { prometheus, startedAt } = this.#run;
    if (!overTime) return prometheus.at(expr, this.#time);
    const from = this.#time - STEP * Math.floor((this.#time - startedAt) / STEP);
    return prometheus.over(expr, { from, to: this.#time, step: STEP });
  }

  #filled(expr: string, tenant: string = RUN.eventful.tenant): string {
    const range = `${Math.ceil(this.#time - this.#run.startedAt)}s`;
    return fillVariables(expr, { tenant, range, rateInterval: RATE_INTERVAL });
  }
}

/** A moment, in seconds, when all that was sent has ended or stands, the projector has looked since, and Prometheus knows. */
async function settled({ prometheus }: MetricsRun): Promise<number> {
  const { large, eventful, heldUp } = RUN;
  const ended = (tenant: string): string =>
    `sum(vecino_deployments_ended_total{vecino_tenant_id="${tenant}", vecino_deployment_state=~"SUCCEEDED|FAILED"})`;
  const wanted: readonly (readonly [expr: string, count: number])[] = [
    [ended(large.tenant), large.first + large.later],
    [ended(eventful.tenant), eventful.succeeded + eventful.failed],
    ['sum(vecino_ingest_lag)', heldUp.records],
    // A look that still saw something run, or a status on its way, is not the one.
    ['sum(vecino_gate_silent)', 1],
    ['sum(vecino_gate_unpublished)', heldUp.letters],
    ['sum(vecino_gate_slots_used)', 0],
    // A fetch that took too long on a busy machine leaves out all that a process has.
    ['sum(up == bool 0)', 0],
  ];
  const isSettled = async (): Promise<number> => {
    const now = Date.now() / 1_000;
    const value = async (expr: string) => (await prometheus.at(expr, now))[0]?.values[0];
    const asked = await Promise.all(
      wanted.map(async ([expr, count]) => {
        const found = await value(expr);
        return found === count ? [] : [`${expr} is ${found}, not ${count}`];
      }),
    );
    const age = now - ((await value('max(vecino_standing_last_seconds)')) ?? now);
    const missing = [...asked.flat(), ...(age > LOOK_AGE ? [] : ['the last look is too new'])];
    if (missing.length > 0) throw new Error(missing.join('\n'));
    return now;
  };
  return waitFor(isSettled, { ...SOON, timeoutMs: 180_000, what: 'all that dashboards are asked about' });
}
