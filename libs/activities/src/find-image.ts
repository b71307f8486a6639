import { stop } from '@vecino/upgrade';
import { DeviceFault } from './device-fault.js';
import type { DeviceSession } from './device-session.js';
import type { StoredImage } from './image-store.js';

const NAMED_VERSIONS = 20;

/**
 * The image of the version asked for. Throws a `DeviceFault` that ends the deployment in `end`: `IMAGE_UNKNOWN` naming what
 * is there, or `INSTALL_FAILED` where it is damaged.
 */
export async function findImage(
  { images, target }: DeviceSession,
  end: 'REJECTED' | 'FAILED',
): Promise<StoredImage> {
  const lookup = await images.find(target.softwareVersion);
  switch (lookup.kind) {
    case 'found':
      return lookup.image;
    case 'damaged':
      throw new DeviceFault(stop('INSTALL_FAILED', lookup.text, end));
    case 'unknown': {
      const { known } = lookup;
      const more = known.length > NAMED_VERSIONS ? ` and ${known.length - NAMED_VERSIONS} more` : '';
      const there = known.length > 0 ? known.slice(0, NAMED_VERSIONS).join(', ') + more : 'none';
      throw new DeviceFault(
        stop('IMAGE_UNKNOWN', `there is no image of ${target.softwareVersion}; known: ${there}`, end),
      );
    }
  }
}
