import type { Clock } from '@vecino/foundation';
import type { Logger } from '@vecino/telemetry';
import type { UpgradeTiming } from '@vecino/upgrade';
import type { ClaimAttempt } from './claim-attempt.js';
import type { DeviceConnector } from './device-connector.js';
import type { EvidenceStore } from './evidence-store.js';
import type { ImageStore } from './image-store.js';
import type { Polling } from './polling.js';
import type { RouterAccessPolicy } from './router-access.js';
import type { TellProgress } from './step-reporter.js';
import type { TenantRules } from './tenant-rules.js';

export interface DeviceActivityDeps {
  readonly connect: DeviceConnector;
  readonly images: ImageStore;
  readonly evidence: EvidenceStore;
  readonly access: RouterAccessPolicy;
  readonly rules: TenantRules;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly polling?: Polling;
  readonly timing?: UpgradeTiming;
  /** Default: a signal to the activity's own workflow. */
  readonly progress?: TellProgress;
  /** Default: a heartbeat of the activity. */
  readonly claim?: ClaimAttempt;
}
