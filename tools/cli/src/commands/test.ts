import { formatElapsed } from '@vecino/devstack';
import { Option } from 'commander';
import colors from 'picocolors';
import { ALL_CHECKS } from '../checks/all-checks.js';
import { type Check, type CheckOutcome, SECTIONS, type Section } from '../checks/check.js';
import { describe } from '../background.js';
import { type CommandContext, type RegisterCommand } from '../command.js';

export const registerTest: RegisterCommand = (program, context) => {
  program
    .command('test')
    .description('run every check, as CI does')
    .addOption(new Option('--only <section>', 'run one section').choices(SECTIONS))
    .action(async ({ only }: { only?: Section }) => {
      const checks = ALL_CHECKS.filter(({ section }) => only === undefined || section === only);
      const results = await runChecks(checks, context);
      console.log(`\n${summary(results)}`);
      if (totals(results).failed > 0) context.exit(1);
    });
};

interface CheckResult extends CheckOutcome {
  readonly check: Check;
  readonly milliseconds: number;
}

async function runChecks(
  checks: readonly Check[],
  { repository }: Pick<CommandContext, 'repository'>,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    console.log(colors.bold(`── ${check.section}: ${check.title}`));
    const began = Date.now();
    const outcome = await check
      .run(repository)
      .catch((error: unknown): CheckOutcome => ({ passed: 0, failed: 1, output: describe(error) }));
    const result = { ...outcome, check, milliseconds: Date.now() - began };
    if (result.failed > 0 && result.output !== '') console.log(result.output.trimEnd());
    console.log(resultLine(result));
    results.push(result);
  }
  return results;
}

function resultLine({ check, passed, failed, skipped = 0, milliseconds }: CheckResult): string {
  const mark = failed > 0 ? colors.red('✗') : colors.green('✓');
  const counts = passed + failed > 1 ? ` ${passed} passed, ${failed} failed` : '';
  const left = skipped > 0 ? `, ${skipped} skipped` : '';
  return `${mark} ${check.section}: ${check.title}${counts}${left} (${formatElapsed(milliseconds)})`;
}

export const totals = (results: readonly Pick<CheckOutcome, 'passed' | 'failed'>[]) => ({
  passed: results.reduce((sum, { passed }) => sum + passed, 0),
  failed: results.reduce((sum, { failed }) => sum + failed, 0),
});

/** Ends with the line that CI reads. */
function summary(results: readonly CheckResult[]): string {
  const { passed, failed } = totals(results);
  return [...results.map(resultLine), '', `${passed} passed, ${failed} failed`].join('\n');
}
