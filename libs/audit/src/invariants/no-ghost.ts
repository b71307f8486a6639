import { type CaseFile, type Deployment, nameOf, placeOf } from '../case-file.js';
import type { StatusRecord } from '../evidence/kafka-records.js';
import { methodOf } from '../router-changes.js';
import { turnsOf } from '../turns.js';
import type { Finding, Judge } from '../violation.js';

/**
 * I4: nothing happens that nobody asked for. Each record on the request topic was sent; each status, workflow, dead letter and device call
 * traces to one, and tells of what that asked for; and one request is worked for once, in whichever namespace.
 */
export const noGhost: Judge = (file) => {
  const { requests, statuses, executions, routerLog, deadLetters } = file.evidence;
  return {
    findings: [
      ...unsentRecords(file),
      ...ghostStatuses(file),
      ...ghostWorkflows(file),
      ...ghostLetters(file),
      ...ghostCalls(file),
      ...[...file.deployments.values()].flatMap((deployment) => [
        ...ranTwice(deployment),
        ...neverRan(deployment),
        ...tellsOfAnother(deployment),
      ]),
    ],
    judged: requests.length + statuses.length + executions.length + deadLetters.length + routerLog.length,
  };
};

/** Only where somebody kept a ledger. */
const unsentRecords = ({ evidence, sentAs }: CaseFile): Finding[] =>
  evidence.ledger.length === 0
    ? []
    : evidence.requests
        .filter((record) => sentAs(record) === undefined)
        .map((record) => ({
          subject: placeOf(record),
          text: 'lies on the topic and was sent by nobody',
          records: [record],
        }));

const ghostStatuses = ({ evidence, deployments }: CaseFile): Finding[] =>
  evidence.statuses.flatMap((record) => {
    const { tenant_id, deployment_id, state } = record.status;
    const subject = `${tenant_id}/${deployment_id}`;
    return deployments.has(subject)
      ? []
      : [{ subject, text: `a status ${state}, which nobody asked for`, records: [record] }];
  });

function ghostWorkflows({ evidence, deployments }: CaseFile): Finding[] {
  return evidence.executions.flatMap((execution) => {
    const subject = nameOf(execution);
    const asked = deployments.get(subject)?.asked;
    if (asked === undefined)
      return [{ subject, text: 'a workflow that nobody asked for', records: [execution] }];
    if (asked.fates.includes('taken')) return [];
    return [{ subject, text: 'a workflow for a record that is at fault', records: [asked, execution] }];
  });
}

function ghostLetters({ evidence }: CaseFile): Finding[] {
  const places = new Set(evidence.requests.map(placeOf));
  return evidence.deadLetters
    .filter(({ original }) => original.topic === evidence.requestTopic && !places.has(placeOf(original)))
    .map((letter) => ({
      subject: placeOf(letter.original),
      text: `a dead letter ${letter.code} of a record that there is not`,
      records: [letter],
    }));
}

/** A router is called only for a deployment that runs: whose router it is, and not just whoever's request names it. */
function ghostCalls(file: CaseFile): Finding[] {
  const turns = turnsOf(file);
  return file.evidence.routerLog.flatMap((record) =>
    record.kind === 'call' && !turns.has(record.router_id)
      ? [
          {
            subject: record.router_id,
            text: `${methodOf(record)}, which nobody asked for`,
            records: [record],
          },
        ]
      : [],
  );
}

const ranTwice = ({ name, executions }: Deployment): Finding[] =>
  executions.length < 2
    ? []
    : [{ subject: name, text: `ran ${executions.length} times`, records: executions }];

/** What only a workflow can say, where there was none. */
function neverRan({ name, executions, statuses }: Deployment): Finding[] {
  if (executions.length > 0) return [];
  const said = statuses.find(({ status }) => !WITHOUT_WORKFLOW.has(status.state));
  return said === undefined
    ? []
    : [{ subject: name, text: `${said.status.state} of a workflow that there was not`, records: [said] }];
}

const WITHOUT_WORKFLOW: ReadonlySet<string> = new Set(['ACCEPTED', 'QUEUED', 'REJECTED', 'CANCELLED']);

/** Of a faulty record a status says what could be read of it. */
function tellsOfAnother({ name, asked, statuses }: Deployment): Finding[] {
  if (asked.fates.includes('refused')) return [];
  const differs = ({ status }: StatusRecord) =>
    status.router_id !== asked.routerId || status.software_version !== asked.softwareVersion;
  const odd = statuses.find(differs);
  if (odd === undefined) return [];
  const { router_id, software_version } = odd.status;
  const text = `asked for ${asked.softwareVersion} on ${asked.routerId}, and a status tells of ${software_version} on ${router_id}`;
  return [{ subject: name, text, records: [asked, odd] }];
}
