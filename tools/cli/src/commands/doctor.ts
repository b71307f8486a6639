import { busy } from '../busy.js';
import { colors } from '../colors.js';
import { type RegisterCommand } from '../command.js';
import { guide } from '../command-guide.js';
import { gatherFacts } from '../doctor/facts.js';
import { type Finding, type Verdict } from '../doctor/finding.js';
import { judge } from '../doctor/judge.js';
import { EXIT } from '../exit-code.js';
import { type OutputFormat, printJson } from '../output-option.js';

export const registerDoctor: RegisterCommand = (program, { repository, exit }) => {
  const command = program
    .command('doctor')
    .description('look for what is wrong or could go wrong, each with its fix')
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
        does: 'tools, settings, servers, topics, services, ports and who has them, memory, disk, folders, clocks',
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
    exits: { done: 'Nothing is in the way.', failed: 'Something has to be done.' },
    more: MORE,
  });
};

const MORE = `
It looks at this machine; at Kafka, Temporal and Redis that the environment names or that run for this clone, but not at a
Redis behind TLS or a password; at whether the topics are there; and asks the services of ./vecino up. Services that run
elsewhere are not asked: each says at its /readyz what it lacks (docs/operations.md).`;

const MARKS: Readonly<Record<Verdict, string>> = {
  good: colors.green('✓'),
  poor: colors.yellow('!'),
  bad: colors.red('✗'),
};

const reportOf = ({ fix, ...finding }: Finding) => ({ ...finding, fix: fix ?? null });

const findingText = ({ subject, verdict, found, fix }: Finding): string =>
  `${MARKS[verdict]} ${subject.padEnd(9)} ${found}${fix === undefined ? '' : `\n    → ${fix}`}`;
