import { busy } from '../busy.js';
import { type JsonShape } from '../command-guide.js';
import { tenantOf } from '@vecino/tenancy';
import { type CommandContext } from '../command.js';
import { type OutputFormat } from '../output-option.js';
import { findPlatform } from '../platform-access.js';
import { type ChangeReport, changeReport, changeText, isNoChange } from './change-report.js';
import { type DecideEdit, type DoneChange, previewChange, writeChange } from './change-tenants.js';
import { NOTHING_PROVISIONED, type Provisioned, provisionTenants, type TenantNeeds } from './provision.js';

export interface ChangeOptions {
  readonly dryRun: boolean;
  readonly output: OutputFormat;
  /** Of the Temporal namespaces that the change makes. */
  readonly retention?: number;
  /** Makes what is missing of tenants that are in the registry already, too. */
  readonly provisionAll?: boolean;
}

/**
 * Changes the registry, or shows what would change, and prints it. What tenants need that are new is there before they are
 * in the registry.
 */
export async function applyChange(
  { repository }: CommandContext,
  decide: DecideEdit,
  options: ChangeOptions,
): Promise<void> {
  const env = await findPlatform(repository);
  const preview = await busy.while('reading the registry', () => previewChange(env, decide));
  if (options.dryRun) {
    const report = changeReport(preview.before, preview.after);
    return printChange(report, preview, NOTHING_PROVISIONED, options);
  }
  const { retention: retentionMs } = options;
  const provisioned = await busy.while('making what new tenants need', () =>
    provisionTenants(
      env,
      needsOf(preview, options.provisionAll === true),
      retentionMs === undefined ? {} : { retentionMs },
    ),
  );
  const done = await busy.while('changing the registry', () => writeChange(env, decide));
  printChange(changeReport(done.before, done.after), done, provisioned, options);
}

/** Of those that are new; of `all`, also of those in namespaces of their own, which may have been imported before these were made. */
const needsOf = ({ before, after }: DoneChange, all: boolean): readonly TenantNeeds[] =>
  after.tenants
    .filter(({ id, route }) => tenantOf(before, id) === undefined || (all && route === 'namespace'))
    .map((tenant) => ({ tenant, route: tenant.route }));

export const CHANGE_SHAPE: JsonShape = {
  form: 'object',
  keys: {
    ok: 'true',
    dry_run: 'whether nothing was written',
    changed: 'whether anything changes',
    revision_before: 'of the registry',
    revision: 'of the registry afterwards',
    tenants:
      'tenants that change: `tenant`, `change` (`added`, `changed` or `removed`), `keys` with `before` and `after`',
    platform:
      'what changes for all: `platform_networks`, `paused`, `stopped_versions`, each with `before` and `after`',
    provisioned: '`topics` and `namespaces` that were made',
  },
};

/** One shape for every change of the registry. */
export const changeOutput = (
  report: ChangeReport,
  { before, after }: DoneChange,
  provisioned: Provisioned,
  dryRun: boolean,
) => ({
  ok: true,
  dry_run: dryRun,
  changed: !isNoChange(report),
  revision_before: before.revision,
  revision: after.revision,
  tenants: report.tenants,
  platform: report.platform,
  provisioned,
});

function printChange(
  report: ChangeReport,
  done: DoneChange,
  provisioned: Provisioned,
  { dryRun, output }: ChangeOptions,
): void {
  if (output === 'json')
    return console.log(JSON.stringify(changeOutput(report, done, provisioned, dryRun), null, 2));
  for (const name of provisioned.namespaces) console.log(`made the Temporal namespace ${name}`);
  for (const name of provisioned.topics) console.log(`made the topic ${name}`);
  if (isNoChange(report)) return console.log('Nothing changes.');
  console.log(changeText(report));
  console.log(dryRun ? 'Nothing was written (--dry-run).' : `Revision ${done.after.revision}.`);
}
