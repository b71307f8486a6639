import { setTimeout as delay } from 'node:timers/promises';
import { type Controls, type StopOrder } from '@vecino/tenancy';
import { colors } from './colors.js';
import { type PlatformEnvironment } from './platform-access.js';
import { registryOf } from './platform-registry.js';

export interface StopReport {
  readonly reason: string;
  readonly by: string | null;
  readonly at: string;
}

/** What holds for all tenants, as `--output json` prints it. */
export interface StopsReport {
  readonly platform: StopReport | null;
  readonly software_versions: readonly (StopReport & { readonly software_version: string })[];
}

const READ_WITHIN_MS = 5_000;

/** Undefined where the registry cannot be read in time: who looks at a status wants to see the rest. */
export async function stopsOf(env: PlatformEnvironment): Promise<StopsReport | undefined> {
  const late = delay(READ_WITHIN_MS, undefined, { ref: false });
  const read = registryOf(env).then(({ controls }) => stopsReport(controls));
  return Promise.race([read.catch(() => undefined), late]);
}

export const stopsReport = ({ paused, stoppedVersions }: Controls): StopsReport => ({
  platform: paused === undefined ? null : stopReport(paused),
  software_versions: stoppedVersions.map(({ softwareVersion, ...order }) => ({
    software_version: softwareVersion,
    ...stopReport(order),
  })),
});

const stopReport = ({ reason, by, at }: StopOrder): StopReport => ({
  reason,
  by: by ?? null,
  at: new Date(at).toISOString(),
});

/** The same for people; nothing where nothing is stopped. */
export function stopLines({ platform, software_versions: versions }: StopsReport): string[] {
  const text = ({ reason, by, at }: StopReport) => `${reason} (${by ?? 'somebody'}, ${at})`;
  return [
    ...(platform === null
      ? []
      : [colors.red(`The whole platform is paused: ${text(platform)}. ./vecino resume --platform`)]),
    ...versions.map((one) =>
      colors.red(
        `Version ${one.software_version} starts nowhere: ${text(one)}. ./vecino resume --software-version ${one.software_version}`,
      ),
    ),
  ];
}
