import { busy } from '../busy.js';
import { type CommandContext, type RegisterCommand } from '../command.js';
import { guide } from '../command-guide.js';
import { PLATFORM } from '../environment.js';
import { EXIT } from '../exit-code.js';
import { namedParts, namesAnother } from '../named-platform.js';
import { linkText, type NextStep, step, stepText } from '../next-step.js';
import { type OutputFormat, printJson } from '../output-option.js';
import { partHealth, type PartStanding } from '../part-health.js';
import { isWell, partTable } from '../part-table.js';
import { type PlatformEnvironment } from '../platform-access.js';
import { stopLines, stopsOf, type StopsReport } from '../stops.js';
import { presentUp } from '../present-up.js';
import { type UpPart, type UpState } from '../up-state.js';

/** What `status --output json` prints. */
export interface StatusReport {
  readonly phase: UpState['phase'] | 'down' | 'named';
  readonly pid?: number;
  readonly startedAt?: string;
  readonly message?: string;
  readonly parts: readonly (UpPart & PartStanding)[];
  /** Stops that hold for all tenants; left out where the registry cannot be read. */
  readonly stops?: StopsReport;
  readonly links: { readonly temporal: string | null; readonly traces: string | null };
  readonly next: readonly NextStep[];
}

export const STATUS_KEYS = {
  phase:
    '`down`, `starting`, `running` or `failed`; `named` where `KAFKA_BROKERS` names a platform that is not the one of this clone',
  pid: 'of the process that `up` left; while it is there',
  startedAt: '…',
  message: 'why it failed; only then',
  parts:
    'servers and services, of a `named` platform the servers alone: `name`, `kind`, `origin`, `address`, `healthAddress`, `uiUrl`, `pid`, `logPath`, `restarts`, `health` (`answers`, `silent`, `ready`, `unready`, `runs`, `gone`), `why`; each where it is known',
  stops:
    'that hold for all tenants: `platform` and `software_versions`, each with `reason`, `by`, `at`; left out where the registry cannot be read',
  links: '`temporal` and `traces`; null where nobody has said where these are',
  next: 'commands that tell more or mend what is wrong, each with `does` and `run`',
};

export const registerStatus: RegisterCommand = (program, context) => {
  const command = program
    .command('status')
    .description('what is up: parts, processes, addresses, health, stops')
    .action(async ({ output }: { readonly output: OutputFormat }) => {
      const report = await busy.while('asking every part', () => reportOf(context));
      if (output === 'json') printJson(report);
      else console.log(statusText(report));
      if (!isHealthy(report)) context.exit(EXIT.failed);
    });
  guide(command, {
    examples: [
      { run: 'status', does: 'a table of all parts, and where their logs are if something is wrong' },
      {
        run: 'status --output json | jq -r \'.parts[] | select(.name == "kafka").address\'',
        does: "Kafka's address",
      },
    ],
    prints: { form: 'object', keys: STATUS_KEYS },
    reads: [...PLATFORM, 'start', 'links'],
    exits: {
      done: 'Everything runs and answers; of a platform that is named, its servers answer.',
      failed: 'Nothing is up, or something of it is not well.',
    },
    more: MORE,
  });
};

const MORE = `
Where KAFKA_BROKERS names a platform that is not the one of this clone, it asks the servers that the environment names, and
the registry for stops. Services that run elsewhere are not asked: each says at its /readyz how it is (docs/operations.md).`;

const reportOf = async ({ repository }: CommandContext): Promise<StatusReport> =>
  (await namesAnother(repository)) ? namedReport(process.env) : statusReport({ repository });

async function namedReport(env: PlatformEnvironment): Promise<StatusReport> {
  const parts = await namedParts(env);
  // The registry of a Kafka that does not answer would only be waited for.
  const isKafkaThere = parts.some(({ name, health }) => name === 'kafka' && isWell(health));
  const stops = isKafkaThere ? await stopsOf(env) : undefined;
  return {
    phase: 'named',
    parts,
    ...(stops && { stops }),
    links: { temporal: env['TEMPORAL_UI_URL'] || null, traces: env['VECINO_TRACES_URL'] || null },
    next: nextOf('named', parts),
  };
}

/** Of the platform of this clone, whatever the environment names. */
export async function statusReport({
  repository,
}: Pick<CommandContext, 'repository'>): Promise<StatusReport> {
  const state = await presentUp(repository);
  if (state === undefined) return NOTHING_UP;
  const parts = await Promise.all(
    state.parts.map(async (part) => ({ ...part, ...(await partHealth(part)) })),
  );
  const { phase, pid, startedAt, message } = state;
  const stops = phase === 'running' ? await stopsOf({ ...process.env, ...state.env }) : undefined;
  return {
    phase,
    pid,
    startedAt,
    parts,
    ...(message !== undefined && { message }),
    ...(stops && { stops }),
    links: {
      temporal: parts.find(({ uiUrl }) => uiUrl !== undefined)?.uiUrl ?? null,
      traces: process.env['VECINO_TRACES_URL'] || null,
    },
    next: nextOf(phase, parts),
  };
}

const START = step('up', 'starts everything');
const NOTHING_UP: StatusReport = {
  phase: 'down',
  parts: [],
  links: { temporal: null, traces: null },
  next: [START, step('doctor', 'looks for what could go wrong before')],
};

function nextOf(phase: Exclude<StatusReport['phase'], 'down'>, parts: StatusReport['parts']): NextStep[] {
  const broken = parts.filter(({ health }) => !isWell(health));
  const logs = broken.flatMap(({ name, logPath }) =>
    logPath === undefined ? [] : [{ run: `tail -n 50 ${logPath}`, does: `what ${name} said last` }],
  );
  switch (phase) {
    case 'starting':
      return [step('status', 'looks again')];
    case 'failed':
      return [step('doctor', 'looks for what is wrong'), START];
    case 'running':
    case 'named':
      if (broken.length > 0) return [...logs, step('doctor', 'looks for what is wrong')];
      return [step('tenant list', 'who may order upgrades'), step('watch', 'statuses as they come')];
  }
}

/** Exit code 0 only when everything that can be asked runs and answers. */
export const isHealthy = ({ phase, parts }: Pick<StatusReport, 'phase' | 'parts'>): boolean =>
  (phase === 'running' || phase === 'named') && parts.every(({ health }) => isWell(health));

const statusText = (report: StatusReport): string =>
  [
    phaseText(report),
    ...(report.links.temporal === null ? [] : [linkText(report.links.temporal, 'Temporal')]),
    ...(report.links.traces === null ? [] : [linkText(report.links.traces, 'traces')]),
    ...report.next.map(stepText),
  ].join('\n');

function phaseText(report: StatusReport): string {
  switch (report.phase) {
    case 'down':
      return 'Nothing is up.';
    case 'starting':
      return `Starting since ${report.startedAt}.`;
    case 'failed':
      return `Failed: ${report.message ?? 'for an unknown reason'}`;
    case 'running':
      return standingText(`Up since ${report.startedAt}, process ${report.pid}.`, report);
    case 'named':
      return standingText(
        'The platform that KAFKA_BROKERS names. Its services are not asked: each says at its /readyz how it is.',
        report,
      );
  }
}

const standingText = (head: string, { parts, stops }: StatusReport): string =>
  [
    head,
    partTable(parts),
    ...(stops === undefined
      ? ['Which stops hold is not known: the registry cannot be read.']
      : stopLines(stops)),
  ].join('\n');
