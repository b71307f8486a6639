import Table from 'cli-table3';
import { openCase } from '@vecino/audit';
import { type Gap } from './find-gaps.js';
import { isBroken, type Looked } from './look.js';
import { type RepairPlan } from './plan-repair.js';
import { type SentAgain } from './send-again.js';

export interface AuditRun {
  readonly looked: Looked;
  readonly from: number;
  readonly to: number;
  readonly plan: RepairPlan;
  /** Undefined where nothing was to be sent. */
  readonly sent: readonly SentAgain[] | undefined;
}

export const AUDIT_KEYS = {
  ok: 'whether there is no gap',
  from: 'requests from then on',
  to: '… and before then',
  requests: 'records on the request topic',
  deployments: 'what they ask for',
  ended: 'of these, how many have ended',
  under_way: 'what has no terminal yet and is on its way; items as in `gaps`, without `repair`',
  gaps: 'what does not fit together: `kind`, `tenant_id`, `deployment_id`, `standing`, `text`, `record`, `repair`',
  requests_are_cut: 'whether what has no request may have had one that is gone by now: then it is not told',
  sent: 'what `--repair` sent again; null where nothing was to be sent',
};

/** As `--output json` prints it. */
export function auditReport({ looked, from, to, plan, sent }: AuditRun) {
  const { evidence, isCut } = looked.seen;
  const deployments = [...openCase(evidence).deployments.values()];
  const broken = looked.gaps.filter(isBroken);
  const due = new Set(plan.due.map(({ gap }) => gap));
  const left = new Map(plan.left.map(({ gap, code }) => [gap, code]));
  return {
    ok: broken.length === 0,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    requests: evidence.requests.length,
    deployments: deployments.length,
    ended: deployments.filter(({ terminals }) => terminals.length > 0).length,
    under_way: looked.gaps.filter((gap) => !isBroken(gap)).map(gapReport),
    gaps: broken.map((gap) => ({
      ...gapReport(gap),
      repair: due.has(gap) ? 'SEND_AGAIN' : (left.get(gap) ?? 'NOT_LOST'),
    })),
    /** Whether what has no request may have had one that is gone by now: then it is not told. */
    requests_are_cut: isCut,
    sent: sent ?? null,
  };
}

const gapReport = ({ kind, tenantId, deploymentId, standing, text, record }: Gap) => ({
  kind,
  tenant_id: tenantId,
  deployment_id: deploymentId,
  standing: standing ?? null,
  text,
  record:
    record === undefined
      ? null
      : { partition: record.partition, offset: record.offset, at: new Date(record.timestamp).toISOString() },
});

const ROWS = 50;
const TEXT_CHARACTERS = 90;

/** The same for people. */
export function auditText(run: AuditRun): string {
  const report = auditReport(run);
  const { under_way, gaps } = report;
  const counts = `${report.requests} requests since ${report.from}: ${report.ended} of ${report.deployments} deployments have ended, ${under_way.length} are on their way.`;
  return [
    counts,
    ...(report.requests_are_cut
      ? [
          'The request topic does not go back to its beginning: statuses and workflows without a request are not looked for.',
        ]
      : []),
    ...(gaps.length === 0
      ? ['No gaps.']
      : [`${gaps.length} gaps:`, tableOf(gaps), ...unreadableLines(gaps), ...repairLines(run)]),
  ].join('\n');
}

type ReportedGaps = ReturnType<typeof auditReport>['gaps'];

function tableOf(gaps: ReportedGaps): string {
  const table = new Table({
    head: ['gap', 'tenant', 'deployment', 'stands', 'what', 'repair'],
    style: { head: [], border: [], compact: true },
  });
  for (const { kind, tenant_id, deployment_id, standing, text, repair } of gaps.slice(0, ROWS))
    table.push([kind, tenant_id, deployment_id, standing ?? '', text.slice(0, TEXT_CHARACTERS), repair]);
  const more = gaps.length > ROWS ? `\n… and ${gaps.length - ROWS} more: --output json names all` : '';
  return `${table.toString()}${more}`;
}

const unreadableLines = (gaps: ReportedGaps): string[] =>
  gaps.some(({ kind }) => kind === 'unreadable-status')
    ? [
        'What cannot be read tells its tenant nothing either: `kcat -C -t TOPIC -o OFFSET -c 1` shows it; see who else may write to that topic.',
      ]
    : [];

function repairLines({ plan, sent }: AuditRun): string[] {
  if (sent !== undefined)
    return [`${sent.length} sent again. Look again with the same command, without --repair.`];
  const count = plan.due.length;
  if (count === 0) return ['Nothing of this is mended by sending it again.'];
  return [
    `${count === 1 ? 'One is a request' : `${count} are requests`} that --repair sends again, with the same id.`,
  ];
}
