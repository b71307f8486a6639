import Table from 'cli-table3';
import { colors } from './colors.js';
import { type PartHealth, type PartStanding } from './part-health.js';
import { type UpPart } from './up-state.js';

/** Servers and services for people, one a line. */
export function partTable(parts: readonly (UpPart & Partial<PartStanding>)[]): string {
  const table = new Table({
    head: ['part', 'from', 'pid', 'address', 'health'],
    style: { head: [], border: [], compact: true },
  });
  for (const part of parts) {
    table.push([
      part.name,
      part.origin,
      part.pid ?? '',
      part.address ?? part.healthAddress ?? '',
      part.health === undefined ? colors.green('ready') : standingText(part.health, part.why),
    ]);
  }
  return table.toString();
}

const standingText = (health: PartHealth, why: string | undefined): string =>
  (isWell(health) ? colors.green : colors.red)(why === undefined ? health : `${health}: ${why}`);

export function isWell(health: PartHealth): boolean {
  switch (health) {
    case 'answers':
    case 'ready':
    case 'runs':
      return true;
    case 'silent':
    case 'unready':
    case 'gone':
      return false;
  }
}
