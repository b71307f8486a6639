import { type ReasonCode } from '@vecino/foundation';
import { type Explanation } from '@vecino/workflows';
import { type NextStep, step } from '../next-step.js';
import { type DeploymentStanding } from './look-around.js';

/** Where to look next, or what ends the wait. Pure. */
export function nextOf({ tenant, deploymentId, answer, run, queue }: DeploymentStanding): NextStep[] {
  const about = `${deploymentId} --tenant ${tenant.id}`;
  const show = step(
    `tenant show ${tenant.id}`,
    'how its gate, its queue and its workers stand, and what runs',
  );
  const status = step('status', 'whether its worker runs, and where its log is');
  if ('silence' in answer) return [show, status];
  const { explanation } = answer;
  const watch = step(`watch ${tenant.id}`, 'its statuses as they come');
  switch (explanation.state) {
    case 'queued':
      return whileQueued(explanation, tenant.id, show);
    case 'starting':
      return [show];
    case 'running': {
      const isUnserved = queue !== undefined;
      const failed = run?.steps.some(({ lastFault }) => lastFault !== undefined) === true;
      return [
        ...(isUnserved ? [show, status] : []),
        ...(failed ? [step(`evidence ${about}`, 'every call to the router, once it has ended')] : []),
        watch,
      ];
    }
    case 'holding':
      return [
        step(`evidence ${about}`, 'what the router said'),
        step(`unlock ${about} --yes`, 'lets go of the router, once you have looked at it'),
      ];
    case 'closed':
      // Nothing of it ever ran.
      if (explanation.refused === true)
        return [
          step(`tenant show ${tenant.id}`, 'its networks, its limits and what uses them'),
          step(`retry ${about}`, 'asks for the same once more'),
        ];
      return [
        step(`evidence ${about}`, 'every call to its router'),
        ...(isSuccess(explanation) ? [] : [step(`retry ${about}`, 'asks for the same once more')]),
      ];
    case 'unknown':
      return [show];
  }
}

const isSuccess = ({ reason }: Explanation): boolean =>
  reason?.code === 'UPGRADED' || reason?.code === 'ALREADY_RUNNING';

type WaitCode = Extract<
  ReasonCode,
  | 'CAP_REACHED'
  | 'ROUTER_BUSY'
  | 'BEHIND_ON_ROUTER'
  | 'NOT_BEFORE'
  | 'TENANT_PAUSED'
  | 'PLATFORM_PAUSED'
  | 'VERSION_STOPPED'
  | 'TENANT_MOVING'
  | 'STATUS_BACKLOG'
  | 'GATE_CLOSING'
>;

function whileQueued({ reason, holder }: Explanation, tenantId: string, show: NextStep): NextStep[] {
  const slots = step(`tenant show ${tenantId}`, 'which deployments have the slots, the longest first');
  const projector = step('status', 'whether the status-projector runs, and what it lacks');
  const BY_REASON: Readonly<Record<WaitCode, NextStep[]>> = {
    CAP_REACHED: [slots, step(`tenant set ${tenantId} --cap COUNT`, 'gives it more slots')],
    ROUTER_BUSY:
      holder === undefined
        ? [show]
        : [
            step(
              `explain ${holder} --tenant ${tenantId}`,
              'what the deployment that has the router is busy with',
            ),
          ],
    BEHIND_ON_ROUTER: [show],
    NOT_BEFORE: [],
    TENANT_PAUSED: [step(`tenant resume ${tenantId}`, 'lets it go on')],
    PLATFORM_PAUSED: [
      step('status', 'who paused the platform, when and why'),
      step('resume --platform', 'lets all tenants go on'),
    ],
    VERSION_STOPPED: [step('status', 'who stopped the version, when and why')],
    TENANT_MOVING: [show],
    STATUS_BACKLOG: [projector],
    GATE_CLOSING: [show, projector],
  };
  return BY_REASON[reason?.code as WaitCode] ?? [show];
}
