import colors from 'picocolors';
import { type RegisterCommand } from '../command.js';
import { gatherFacts } from '../doctor/facts.js';
import { type Finding, judge, type Verdict } from '../doctor/judge.js';

export const registerDoctor: RegisterCommand = (program, { repository, exit }) => {
  program
    .command('doctor')
    .description('look for what could go wrong on this machine, each with its fix')
    .action(async () => {
      const findings = judge(await gatherFacts(repository));
      for (const finding of findings) console.log(findingText(finding));
      if (findings.some(({ verdict }) => verdict === 'bad')) exit(1);
    });
};

const MARKS: Readonly<Record<Verdict, string>> = {
  good: colors.green('✓'),
  poor: colors.yellow('!'),
  bad: colors.red('✗'),
};

const findingText = ({ subject, verdict, found, fix }: Finding): string =>
  `${MARKS[verdict]} ${subject.padEnd(9)} ${found}${fix === undefined ? '' : `\n    → ${fix}`}`;
