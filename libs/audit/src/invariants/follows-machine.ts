import { isTerminalState } from '@vecino/foundation';
import type { CaseFile, Deployment } from '../case-file.js';
import { fitsSequence, mayEndAs, mayFollow } from '../deployment-machine.js';
import type { StatusRecord } from '../evidence/kafka-records.js';
import type { Finding, Judge } from '../violation.js';

/**
 * I3: what a reader sees who ignores each record whose sequence is not above the last one's follows the machine, each state with a
 * sequence and a terminal with a reason that it may have, and nothing follows the terminal: its workflow has closed.
 *
 * What is ignored is not judged: the gate and the deployment write side by side, and a publish that was given up may land late.
 */
export const followsMachine: Judge = (file) => {
  const all = [...file.deployments.values()];
  return {
    findings: all.flatMap((deployment) => [...wrongStep(deployment), ...worksOn(deployment, file)]),
    judged: all.filter(({ statuses }) => statuses.length > 0).length,
  };
};

/** The first one. */
function wrongStep({ name, statuses }: Deployment): Finding[] {
  let last: StatusRecord | undefined;
  for (const record of statuses) {
    const { state, sequence, reason } = record.status;
    const finding = (text: string): Finding[] => [
      { subject: name, text, records: last === undefined ? [record] : [last, record] },
    ];
    if (!fitsSequence(state, sequence)) return finding(`${state} has the sequence ${sequence}`);
    if (last !== undefined && sequence <= last.status.sequence) continue;
    const seen = last?.status.state ?? 'NOTHING';
    if (!mayFollow(seen, state)) return finding(`${state} follows ${seen}`);
    if (isTerminalState(state) && !mayEndAs(reason?.code, state))
      return finding(`${state} gives the reason ${reason?.code}`);
    last = record;
  }
  return [];
}

function worksOn({ name, terminals, executions }: Deployment, { evidence }: CaseFile): Finding[] {
  const [end] = terminals;
  if (end === undefined) return [];
  return executions.flatMap((execution) => {
    const { closed } = execution;
    if (closed !== undefined && closed <= end.timestamp + evidence.clocksApartMs) return [];
    const text = `had its terminal ${closed === undefined ? 'and its workflow still runs' : `${closed - end.timestamp} ms before its workflow closed`}`;
    return [{ subject: name, text, records: [end, execution] }];
  });
}
