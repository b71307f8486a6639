import { busy } from '../busy.js';
import { colors } from '../colors.js';
import { type RegisterCommand } from '../command.js';
import { guide } from '../command-guide.js';
import { gatherFacts } from '../doctor/facts.js';
import { type Finding, judge, type Verdict } from '../doctor/judge.js';
import { EXIT } from '../exit-code.js';
import { type OutputFormat, printJson } from '../output-option.js';

export const registerDoctor: RegisterCommand = (program, { repository, exit }) => {
  const command = program
    .command('doctor')
    .description('look for what could go wrong on this machine, each with its fix')
    .action(async ({ output }: { readonly output: OutputFormat }) => {
      const facts = await busy.while('looking around', () => gatherFacts(repository));
      const findings = judge(facts);
      const isFine = findings.every(({ verdict }) => verdict !== 'bad');
      if (output === 'json') printJson({ ok: isFine, findings: findings.map(reportOf) });
      else for (const finding of findings) console.log(findingText(finding));
      if (!isFine) exit(EXIT.failed);
    });
  guide(command, {
    examples: [
      {
        run: 'doctor',
        does: 'tools, settings, servers, ports and who has them, memory, disk, folders, clocks',
      },
      {
        run: 'doctor --output json | jq -r \'.findings[] | select(.verdict == "bad").fix\'',
        does: 'only what has to be done',
      },
    ],
    prints: {
      form: 'object',
      keys: {
        ok: 'whether nothing is `bad`',
        findings:
          '`subject`, `verdict` (`good`, `poor`: works, but worse; `bad`: will not work), `found`, `fix` or null',
      },
    },
    reads: ['start', 'kafka', 'temporal', 'registry-file'],
    exits: { done: 'Nothing is in the way.', failed: 'Something has to be done first.' },
  });
};

const MARKS: Readonly<Record<Verdict, string>> = {
  good: colors.green('✓'),
  poor: colors.yellow('!'),
  bad: colors.red('✗'),
};

const reportOf = ({ fix, ...finding }: Finding) => ({ ...finding, fix: fix ?? null });

const findingText = ({ subject, verdict, found, fix }: Finding): string =>
  `${MARKS[verdict]} ${subject.padEnd(9)} ${found}${fix === undefined ? '' : `\n    → ${fix}`}`;
