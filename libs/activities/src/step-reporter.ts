import type { Context } from '@temporalio/activity';
import { type Clock, redactTexts } from '@vecino/foundation';
import type { Logger } from '@vecino/telemetry';
import type { UpgradeStep } from '@vecino/upgrade';
import { progressSignal, type StepProgress } from '@vecino/workflows';
import { nothingTold, worthTelling, type ToldProgress } from './progress-throttle.js';

export type TellProgress = (progress: StepProgress) => Promise<void>;

/** Signals the workflow that an activity belongs to. */
export const signalProgress =
  (context: Context): TellProgress =>
  async (progress) => {
    const { client, info } = context;
    if (info.workflowExecution === undefined) return;
    const { workflowId, runId } = info.workflowExecution;
    await client.workflow.getHandle(workflowId, runId).signal(progressSignal, progress);
  };

/** How far one attempt of a step is. */
export class StepReporter {
  readonly #step: UpgradeStep;
  readonly #tell: TellProgress;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #told: ToldProgress;
  #progress: Readonly<Record<string, string>> | undefined;

  constructor(step: UpgradeStep, tell: TellProgress, clock: Clock, logger: Logger) {
    this.#step = step;
    this.#tell = tell;
    this.#clock = clock;
    this.#logger = logger;
    this.#told = nothingTold(clock.now());
  }

  /** The latest report. */
  get progress(): Readonly<Record<string, string>> | undefined {
    return this.#progress;
  }

  report(details: Readonly<Record<string, string>>): void {
    // A status will say it, and before that a signal and a heartbeat: without secrets, should a router have told one.
    this.#progress = redactTexts(details);
    this.tell();
  }

  /** Tells the deployment where it is worth it. A status that could not be told is no reason for the step to fail. */
  tell(): void {
    const step = this.#step;
    const details = this.#progress;
    if (details === undefined || !isLong(step)) return;
    const told = worthTelling(this.#told, details, this.#clock.now());
    if (told === undefined) return;
    this.#told = told;
    const failed = (error: unknown): void =>
      this.#logger.warn({ error: String(error) }, 'progress could not be told');
    this.#tell({ step, details }).catch(failed);
  }
}

const LONG_STEPS: readonly string[] = [
  'install',
  'installStandby',
  'soak',
  'waitUp',
  'verify',
  'postcheck',
] satisfies readonly StepProgress['step'][];

const isLong = (step: UpgradeStep): step is StepProgress['step'] => LONG_STEPS.includes(step);
