import { type Busy, busy } from '../busy.js';
import { guide } from '../command-guide.js';
import { EXIT } from '../exit-code.js';
import { type OutputFormat, printJson, tellPeople } from '../output-option.js';
import { formatElapsed } from '@vecino/devstack';
import { Option } from 'commander';
import { colors } from '../colors.js';
import { ALL_CHECKS } from '../checks/all-checks.js';
import { type Check, type CheckOutcome, SECTIONS, type Section } from '../checks/check.js';
import { describe } from '../background.js';
import { type CommandContext, type RegisterCommand } from '../command.js';

export const registerTest: RegisterCommand = (program, context) => {
  const command = program
    .command('test')
    .description('run every check, as CI does')
    .addOption(new Option('--only <section>', 'run one section').choices(SECTIONS))
    .action(async ({ only, output }: { readonly only?: Section; readonly output: OutputFormat }) => {
      const checks = ALL_CHECKS.filter(({ section }) => only === undefined || section === only);
      const tell = tellPeople(output);
      const results = await runChecks(checks, context, tell);
      tell(`\n${summary(results)}`);
      if (output === 'json') printJson(testReport(results));
      if (totals(results).failed > 0) context.exit(EXIT.failed);
    });
  guide(command, {
    examples: [
      { run: 'test', does: 'all of it' },
      { run: 'test --only unit', does: 'one section' },
    ],
    prints: {
      form: 'object',
      keys: {
        ok: 'whether nothing failed',
        passed: 'how many things held',
        failed: 'how many did not',
        checks:
          '`section`, `title`, `passed`, `failed`, `skipped`, `milliseconds`, `output` (of those that failed)',
      },
    },
    reads: ['start'],
    exits: { done: 'Everything held.', failed: 'Something did not.' },
  });
};

const testReport = (results: readonly CheckResult[]) => ({
  ok: totals(results).failed === 0,
  ...totals(results),
  checks: results.map(({ check: { section, title }, passed, failed, skipped = 0, milliseconds, output }) => ({
    section,
    title,
    passed,
    failed,
    skipped,
    milliseconds,
    output: failed > 0 ? output : '',
  })),
});

interface CheckResult extends CheckOutcome {
  readonly check: Check;
  readonly milliseconds: number;
}

export async function runChecks(
  checks: readonly Check[],
  { repository }: Pick<CommandContext, 'repository'>,
  tell: (text: string) => void,
  progress: Pick<Busy, 'while'> = busy,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    tell(colors.bold(`── ${check.section}: ${check.title}`));
    const began = Date.now();
    const running = () => check.run(repository);
    const outcome = await (check.isLive ? running() : progress.while(check.title, running)).catch(
      (error: unknown): CheckOutcome => ({ passed: 0, failed: 1, output: describe(error) }),
    );
    const result = { ...outcome, check, milliseconds: Date.now() - began };
    if (result.failed > 0 && result.output !== '') tell(result.output.trimEnd());
    tell(resultLine(result));
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
