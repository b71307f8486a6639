import Table from 'cli-table3';
import colors from 'picocolors';
import { type PartHealth } from './part-health.js';
import { type UpPart } from './up-state.js';

/** Servers and services for people, one a line. */
export function partTable(parts: readonly (UpPart & { readonly health?: PartHealth })[]): string {
  const table = new Table({
    head: ['part', 'from', 'pid', 'address', 'health'],
    style: { head: [], border: [], compact: true },
  });
  for (const part of parts) {
    table.push([
      part.name,
      part.origin,
      part.pid ?? '',
      part.address ?? '',
      part.health === undefined ? colors.green('ready') : healthText(part.health),
    ]);
  }
  return table.toString();
}

function healthText(health: PartHealth): string {
  switch (health) {
    case 'answers':
    case 'runs':
      return colors.green(health);
    case 'silent':
    case 'gone':
      return colors.red(health);
  }
}
