/** Every exit code of the command line, each with one meaning for all commands. docs/cli.md has the table. */
export const EXIT = {
  done: 0,
  failed: 1,
  refused: 2,
  otherwise: 3,
  interrupted: 130,
} as const;

export type ExitName = keyof typeof EXIT;

export const EXIT_MEANINGS: Readonly<Record<ExitName, string>> = {
  done: 'Done, and as it should be.',
  failed:
    'Not done, or not as it should be: a server does not answer, a deployment failed, something is unhealthy, a gap was found, the time was over. Trying again may help.',
  refused:
    'Refused, and nothing was changed: not understood, not confirmed, against a rule, or it names something that there is not. Trying again changes nothing.',
  otherwise: 'Too late: the deployment stands otherwise already. The order changed nothing.',
  interrupted: 'Interrupted by Ctrl-C. What the command had ordered before goes on.',
};
