import { stringify } from 'yaml';
import { type Alert } from '../alert.js';
import { ALL_ALERTS } from '../all-alerts.js';
import { secondsOf } from '../timing.js';
import { type AlertCase, STEP } from './alert-case.js';

interface Expectation {
  readonly expr: string;
  readonly eval_time: string;
  readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
}

function alertOf({ alert }: AlertCase): Alert {
  const found = ALL_ALERTS.find(({ name }) => name === alert);
  if (found === undefined) throw new Error(`no alert ${alert}`);
  return found;
}

const textOf = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ');

function expect(alertCase: AlertCase, at: string, fires: AlertCase['fires'], severity: string): Expectation {
  const firing = { alertname: alertCase.alert, alertstate: 'firing' };
  return {
    // Of a failure promtool 2.42 tells the expression, and not the name of the test.
    expr: `ALERTS{${textOf(firing)}} # ${titleOf(alertCase)}`,
    eval_time: at,
    exp_samples: fires.map((labels) => ({
      labels: `ALERTS{${textOf({ ...firing, severity, ...labels })}}`,
      value: 1,
    })),
  };
}

/** A moment at which the condition has held for a while, and not yet for as long as it must. */
export function justBefore(alertCase: AlertCase): string | undefined {
  const { for: held } = alertOf(alertCase);
  if (held === undefined || alertCase.since === undefined) return undefined;
  return `${secondsOf(alertCase.since) + secondsOf(held) - secondsOf(STEP)}s`;
}

export const titleOf = ({ alert, title }: AlertCase): string => `${alert}: ${title}`;

/** A file of tests for `promtool test rules`. */
export function promtoolTests(ruleFile: string, cases: readonly AlertCase[]): string {
  const tests = cases.map((alertCase) => {
    const { severity } = alertOf(alertCase);
    const early = justBefore(alertCase);
    return {
      interval: STEP,
      input_series: Object.entries(alertCase.series).map(([series, values]) => ({ series, values })),
      promql_expr_test: [
        expect(alertCase, alertCase.at, alertCase.fires, severity),
        ...(early === undefined ? [] : [expect(alertCase, early, [], severity)]),
      ],
    };
  });
  return stringify({ rule_files: [ruleFile], evaluation_interval: STEP, tests });
}
