/** A command that tells more, or mends what was found. */
export interface NextStep {
  /** What it does, as a clause. */
  readonly does: string;
  /** As it is typed. */
  readonly run: string;
}

export const step = (args: string, does: string): NextStep => ({ run: `./vecino ${args}`, does });

export const explainStep = (tenantId: string, deploymentId: string): NextStep =>
  step(`explain ${deploymentId} --tenant ${tenantId}`, 'why it waits, or what it is busy with');

/** For people, on a line of its own. */
export const stepText = ({ run, does }: NextStep): string => `next        ${run}   (${does})`;

export const linkText = (url: string, shows: string): string => `link        ${url}   (${shows})`;
