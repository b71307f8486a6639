import { groupBy } from '@vecino/foundation';
import { type CaseFile, isStray } from '../case-file.js';
import type { Finding, Judge } from '../violation.js';

/** Where whoever runs the platform sees all tenants. */
const SHARED = 'shared';

/**
 * I5: no tenant's data is in what belongs to another: no canary in a sink of somebody else, no status on another tenant's topic. Who
 * searched the sinks must have found canaries where they belong: a search that finds nothing shows nothing.
 */
export const noLeak: Judge = (file) => ({
  findings: [...strayCanaries(file), ...strayStatuses(file)],
  judged: file.evidence.canaryFindings.length,
});

function strayCanaries({ evidence }: CaseFile): Finding[] {
  const owners = groupBy(evidence.ledger, ({ canary }) => canary);
  return evidence.canaryFindings.flatMap((finding) => {
    const { canary, sink, owner, where } = finding;
    const [sent] = owners.get(canary) ?? [];
    if (owner === SHARED ? sent !== undefined : sent?.tenantId === owner) return [];
    const text =
      sent === undefined
        ? `a canary in ${sink} (${where}) that nobody sent`
        : `its canary was seen in ${sink} (${where}), which is ${owner}'s`;
    return [
      { subject: sent?.tenantId ?? canary, text, records: sent === undefined ? [finding] : [sent, finding] },
    ];
  });
}

const strayStatuses = ({ evidence }: CaseFile): Finding[] =>
  evidence.statuses.filter(isStray).map((record) => ({
    subject: record.status.tenant_id,
    text: `its status ${record.status.state} of ${record.status.deployment_id} is on the topic of ${record.owner}`,
    records: [record],
  }));
