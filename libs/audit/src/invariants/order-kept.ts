import { groupBy } from '@vecino/foundation';
import type { Deployment } from '../case-file.js';
import type { Judge } from '../violation.js';

/**
 * I7: a router's deployments start in the order of their requests in the partition, over all namespaces that their tenant was in. Those of
 * two partitions have no order, and what never started broke none.
 */
export const orderKept: Judge = ({ deployments }) => {
  const ran = [...deployments.values()].filter(({ executions }) => executions.length > 0);
  const lines = groupBy(ran, ({ router, asked }) => `${asked.partition} ${router}`);
  return {
    findings: [...lines.values()].flatMap((line) => {
      let latest: Deployment | undefined;
      return line
        .toSorted((a, b) => a.asked.offset - b.asked.offset)
        .flatMap((deployment) => {
          const before = latest;
          if (before === undefined || startOf(deployment) >= startOf(before)) latest = deployment;
          if (before === undefined || startOf(deployment) >= startOf(before)) return [];
          const text = `started ${startOf(before) - startOf(deployment)} ms before ${before.name}, whose request came first`;
          const records = [before, deployment].flatMap(({ asked, executions }) => [
            asked,
            ...executions.slice(0, 1),
          ]);
          return [{ subject: deployment.name, text, records }];
        });
    }),
    judged: ran.length,
  };
};

const startOf = ({ executions }: Deployment): number => executions[0]?.started ?? Infinity;
