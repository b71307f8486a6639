import { isClaimed } from '@vecino/devstack';
import { Option } from 'commander';
import { upClaim } from '../background.js';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { isAlive } from '../is-alive.js';
import { partHealth, type PartStanding } from '../part-health.js';
import { isWell, partTable } from '../part-table.js';
import { stopLines, stopsOf, type StopsReport } from '../stops.js';
import { readUpState, type UpPart } from '../up-state.js';

/** What `status --output json` prints. */
export interface StatusReport {
  readonly phase: 'down' | 'starting' | 'running' | 'failed';
  readonly pid?: number;
  readonly startedAt?: string;
  readonly message?: string;
  readonly parts: readonly (UpPart & PartStanding)[];
  /** Stops that hold for all tenants; left out where the registry cannot be read. */
  readonly stops?: StopsReport;
}

export const registerStatus: RegisterCommand = (program, context) => {
  program
    .command('status')
    .description('what is up: parts, processes, addresses, health')
    .addOption(new Option('-o, --output <format>').choices(['table', 'json']).default('table'))
    .action(async ({ output }: { output: 'table' | 'json' }) => {
      const report = await statusReport(context);
      console.log(output === 'json' ? JSON.stringify(report, null, 2) : statusText(report));
      if (!isHealthy(report)) context.exit(1);
    });
};

export async function statusReport({
  repository,
}: Pick<CommandContext, 'repository'>): Promise<StatusReport> {
  const state = readUpState(repository.stateDir);
  if (state === undefined) return { phase: 'down', parts: [] };
  // A killed process holds its claim for some seconds more.
  const runs = isAlive(state.pid) && (await isClaimed(upClaim(repository)));
  if (!runs && state.phase !== 'failed') return { phase: 'down', parts: [] };
  const parts = await Promise.all(
    state.parts.map(async (part) => ({ ...part, ...(await partHealth(part)) })),
  );
  const { phase, pid, startedAt, message } = state;
  const stops = phase === 'running' ? await stopsOf({ ...process.env, ...state.env }) : undefined;
  return { phase, pid, startedAt, parts, ...(message !== undefined && { message }), ...(stops && { stops }) };
}

/** Exit code 0 only when everything runs and answers. */
export const isHealthy = (report: StatusReport): boolean =>
  report.phase === 'running' && report.parts.every(({ health }) => isWell(health));

function statusText(report: StatusReport): string {
  switch (report.phase) {
    case 'down':
      return 'Nothing is up. Start it with ./vecino up';
    case 'starting':
      return `Starting since ${report.startedAt}.`;
    case 'failed':
      return `Failed: ${report.message ?? 'for an unknown reason'}`;
    case 'running':
      return [
        `Up since ${report.startedAt}, process ${report.pid}.`,
        partTable(report.parts),
        ...(report.stops === undefined ? [] : stopLines(report.stops)),
      ].join('\n');
  }
}
