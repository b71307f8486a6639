import { type Tenant, tenantOf } from '@vecino/tenancy';
import { type CommandContext } from '../command.js';
import { type OutputFormat } from '../output-option.js';
import { findPlatform, type PlatformEnvironment } from '../platform-access.js';
import { type ChangeReport, changeReport, changeText, isNoChange } from './change-report.js';
import { type DecideEdit, type DoneChange, previewChange, writeChange } from './change-tenants.js';
import { NOTHING_PROVISIONED, type Provisioned, provisionTenants } from './provision.js';

export interface ChangeOptions {
  readonly dryRun: boolean;
  readonly output: OutputFormat;
  /** Of the Temporal namespaces that the change makes. */
  readonly retention?: number;
}

/**
 * Changes the registry, or shows what would change. What tenants need that are new is there before they are in the registry.
 * @returns what was done; undefined for a dry run
 */
export async function applyChange(
  { repository }: CommandContext,
  decide: DecideEdit,
  options: ChangeOptions,
): Promise<{ readonly env: PlatformEnvironment; readonly done: DoneChange } | undefined> {
  const env = await findPlatform(repository);
  const preview = await previewChange(env, decide);
  if (options.dryRun) {
    printChange(changeReport(preview.before, preview.after), preview, NOTHING_PROVISIONED, options);
    return undefined;
  }
  const needs = addedTenants(preview).map((tenant) => ({ tenant, route: tenant.route }));
  const { retention: retentionMs } = options;
  const provisioned = await provisionTenants(env, needs, retentionMs === undefined ? {} : { retentionMs });
  const done = await writeChange(env, decide);
  printChange(changeReport(done.before, done.after), done, provisioned, options);
  return { env, done };
}

const addedTenants = ({ before, after }: DoneChange): readonly Tenant[] =>
  after.tenants.filter(({ id }) => tenantOf(before, id) === undefined);

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
