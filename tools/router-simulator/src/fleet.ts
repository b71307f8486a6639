import type { RouterSettings } from './router-config.js';

export interface FleetSettings extends Omit<RouterSettings, 'routerId' | 'address'> {
  readonly count: number;
  /** Router ids are `<prefix>-001` and so on. */
  readonly prefix?: string;
  /** IPv4 address of the first router; the others follow. */
  readonly firstAddress?: string;
}

/** Many routers alike, each with its own address. */
export function fleet({ count, prefix = 'router', firstAddress = '127.20.0.1', ...settings }: FleetSettings) {
  const width = Math.max(3, String(count).length);
  return Array.from({ length: count }, (_, index): RouterSettings => ({
    ...settings,
    routerId: `${prefix}-${String(index + 1).padStart(width, '0')}`,
    address: nthAddress(firstAddress, index),
  }));
}

function nthAddress(first: string, index: number): string {
  const number = first.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + index;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
