import { type PlatformRecord, type PlatformRecordInit } from '@vecino/contracts';
import { type PlatformEntry, type Registry, type StopOrder } from '@vecino/tenancy';

export const toPlatformRecord = (
  { revision, platformNetworks, controls }: Registry,
  recentChanges: readonly string[],
): PlatformRecordInit => ({
  revision,
  controls_revision: controls.revision,
  platform_networks: platformNetworks.map(({ text }) => text),
  paused: controls.paused === undefined ? null : toOrder(controls.paused),
  stopped_versions: controls.stoppedVersions.map(({ softwareVersion, ...order }) => ({
    software_version: softwareVersion,
    ...toOrder(order),
  })),
  recent_changes: recentChanges,
});

/** Not yet judged. */
export const fromPlatformRecord = (record: PlatformRecord): PlatformEntry => ({
  revision: record.revision,
  platformNetworks: record.platform_networks,
  controls: {
    revision: record.controls_revision,
    ...(record.paused !== null && { paused: fromOrder(record.paused) }),
    stoppedVersions: record.stopped_versions.map(({ software_version: softwareVersion, ...order }) => ({
      softwareVersion,
      ...fromOrder(order),
    })),
  },
});

type OrderRecord = NonNullable<PlatformRecord['paused']>;

const toOrder = ({ reason, by, at }: StopOrder): OrderRecord => ({ reason, by: by ?? null, at });
const fromOrder = ({ reason, by, at }: OrderRecord): StopOrder => ({
  reason,
  ...(by !== null && { by }),
  at,
});
