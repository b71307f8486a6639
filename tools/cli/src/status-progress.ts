import { type NetworkDeploymentStatus } from '@vecino/contracts';

const MIB = 1024 * 1024;
const mib = (bytes: string): string => (Number(bytes) / MIB).toFixed(1);

/** How far the phase under way is, on a part of a line; empty where a status does not say. */
export function progressText({ details }: Pick<NetworkDeploymentStatus, 'details'>): string {
  const {
    step,
    percent,
    bytes,
    of_bytes: ofBytes,
    waiting_for: waitingFor,
  } = details as Readonly<Record<string, string | undefined>>;
  if (step === undefined) return '';
  return [
    step,
    ...(percent === undefined ? [] : [`${percent} %`]),
    ...(bytes === undefined || ofBytes === undefined ? [] : [`${mib(bytes)} of ${mib(ofBytes)} MiB`]),
    ...(waitingFor === undefined ? [] : [`waiting for ${waitingFor}`]),
  ].join('  ');
}
