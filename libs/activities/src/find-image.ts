import type { ReasonCode, TerminalState } from '@vecino/foundation';
import { stop } from '@vecino/upgrade';
import type { Direction } from '@vecino/workflows';
import { DeviceFault } from './device-fault.js';
import type { StepSession } from './device-session.js';
import type { StoredImage } from './image-store.js';

const NAMED_VERSIONS = 20;

/**
 * The image of the version asked for. Throws a `DeviceFault` that ends the deployment in `end`: `IMAGE_NOT_ALLOWED` and
 * `IMAGE_UNKNOWN` name the versions that the tenant may have, `IMAGE_DAMAGED` and `IMAGE_UNTRUSTED` what is wrong with it.
 */
export async function findImage(
  session: StepSession,
  end: TerminalState,
  direction: Direction = 'forward',
): Promise<StoredImage> {
  const { images, rules, target } = session;
  const { tenantId, softwareVersion: version } = target;
  const refuse = (code: ReasonCode, text: string): DeviceFault => new DeviceFault(stop(code, text, end));
  // Where the way leads back the tenant ran it already: no list that has changed since may bar it.
  if (direction === 'forward' && !rules.mayInstall(tenantId, version)) {
    const text = `the tenant may not have ${version}; allowed: ${await visibleVersions(session)}`;
    throw refuse('IMAGE_NOT_ALLOWED', text);
  }
  const lookup = await images.find(version);
  switch (lookup.kind) {
    case 'found':
      return lookup.image;
    case 'damaged':
      throw refuse('IMAGE_DAMAGED', lookup.text);
    case 'untrusted':
      throw refuse('IMAGE_UNTRUSTED', lookup.text);
    case 'unknown':
      throw refuse(
        'IMAGE_UNKNOWN',
        `there is no image of ${version}; known: ${await visibleVersions(session)}`,
      );
  }
}

async function visibleVersions({ images, rules, target }: StepSession): Promise<string> {
  const visible = (await images.versions()).filter((version) => rules.mayInstall(target.tenantId, version));
  const more = visible.length > NAMED_VERSIONS ? ` and ${visible.length - NAMED_VERSIONS} more` : '';
  return visible.length > 0 ? visible.slice(0, NAMED_VERSIONS).join(', ') + more : 'none';
}
