import { NO_EVIDENCE } from '@vecino/audit';
import { auditReport, type AuditRun, auditText } from './audit-report.js';
import { type Gap, type Seen } from './find-gaps.js';
import { planRepair } from './plan-repair.js';
import { asked } from './testing/asked.js';

const lost = asked('d1', 5);
const running = asked('d2', 6, { routerId: 'r2', routerIp: '10.0.0.2' });
const gap = (record: typeof lost, standing: Gap['standing'] & string, text: string): Gap => ({
  kind: 'no-terminal',
  tenantId: record.tenantId,
  deploymentId: record.deploymentId,
  standing,
  text,
  record,
});
const seen: Seen = {
  evidence: { ...NO_EVIDENCE, requests: [lost, running] },
  committed: new Map(),
  earlier: new Set(),
  isCut: false,
  unreadable: [],
};
const runOf = (gaps: readonly Gap[], more: Partial<AuditRun> = {}): AuditRun => ({
  looked: { seen, gaps },
  from: 0,
  to: 60_000,
  plan: planRepair(gaps, seen.evidence.requests, () => true),
  sent: undefined,
  ...more,
});
const GAPS = [gap(lost, 'lost', 'nobody has heard of it'), gap(running, 'under-way', 'it is running')];

it('tells gaps from what is on its way, and what mends them', () => {
  expect(auditReport(runOf(GAPS))).toMatchObject({
    ok: false,
    requests: 2,
    deployments: 2,
    ended: 0,
    under_way: [{ deployment_id: 'd2', standing: 'under-way' }],
    gaps: [{ kind: 'no-terminal', deployment_id: 'd1', standing: 'lost', repair: 'SEND_AGAIN' }],
    sent: null,
  });
});

it('shows gaps as a table, and what can be done', () => {
  const text = auditText(runOf(GAPS));
  expect(text).toContain('0 of 2 deployments have ended, 1 are on their way');
  expect(text).toMatch(/no-terminal\W+acme\W+d1\W+lost\W+nobody has heard of it\W+SEND_AGAIN/);
  expect(text).toContain('--repair sends again');
  const sent = [{ tenantId: 'acme', deploymentId: 'd1', partition: 0, offset: 9 }];
  expect(auditText(runOf(GAPS, { sent }))).toContain('1 sent again');
});

it('goes on where a status cannot be read, and is not in order', () => {
  const unreadable: Gap = {
    kind: 'unreadable-status',
    tenantId: 'acme',
    deploymentId: 'd9',
    text: 'offset 12 of deployment-status.acme: the value is no Avro record',
  };
  const run = runOf([...GAPS, unreadable]);
  expect(auditReport(run)).toMatchObject({
    ok: false,
    requests: 2,
    gaps: [{ deployment_id: 'd1' }, { kind: 'unreadable-status', deployment_id: 'd9', repair: 'NOT_LOST' }],
  });
  expect(auditText(run)).toMatch(/unreadable-status\W+acme\W+d9\W+offset 12 of deployment-status\.acme/);
  expect(auditText(run)).toContain('kcat -C -t TOPIC -o OFFSET -c 1');
});

it('says so where there are none, or where nobody can tell', () => {
  expect(auditText(runOf([]))).toContain('No gaps.');
  const looked = { seen: { ...seen, isCut: true }, gaps: [] };
  expect(auditText(runOf([], { looked }))).toContain('does not go back to its beginning');
});
