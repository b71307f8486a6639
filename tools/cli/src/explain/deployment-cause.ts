import { isTerminalState } from '@vecino/foundation';
import { type PendingStep } from '@vecino/temporal';
import { type DeploymentStanding, type WaitedQueue } from './look-around.js';

/** After so long without a question nobody polls a queue: a poll lasts a minute at the most. */
const POLLED_WITHIN_MS = 70_000;

/** What a deployment is busy with or waits for, beyond its gate's sentence; one fact a line. Pure. */
export function causeOf({ answer, run, queue }: DeploymentStanding, now: number): string[] {
  if ('silence' in answer)
    return queue === undefined ? [] : [unservedText(queue, now) ?? busyText(queue, now)];
  if (run === undefined || !run.isRunning) return [];
  const facts = run.steps.flatMap((step) => stepFacts(step, queue, now));
  if (facts.length > 0) return facts;
  const { state } = run;
  return state === undefined || isTerminalState(state)
    ? []
    : [`it is in ${state}, and lets time pass as it should there`];
}

function stepFacts(step: PendingStep, queue: WaitedQueue | undefined, now: number): string[] {
  const what = step.name === 'workflow' ? 'its workflow' : `step ${step.name}`;
  const since = step.since === undefined ? '' : ` for ${agoText(now - step.since)}`;
  const nth = step.attempt > 1 ? `, attempt ${step.attempt}` : '';
  const before = step.lastFault === undefined ? [] : [`the attempt before failed: ${step.lastFault}`];
  switch (step.state) {
    case 'running':
      return [
        `${what} has been running${since}${nth}${step.worker === undefined ? '' : `, at ${step.worker}`}`,
        ...before,
      ];
    case 'pausing':
      return [
        `${what} failed and is tried again at ${timeText(step.nextAt)}, as attempt ${step.attempt}`,
        ...before,
      ];
    case 'waiting':
      return [
        `${what} has been waiting for a worker${since}${nth}`,
        ...(queue === undefined ? [] : [unservedText(queue, now) ?? busyText(queue, now)]),
        ...before,
      ];
  }
}

/** That no worker asks for what lies on the queue; undefined where one does. */
export function unservedText({ name, polledAt }: WaitedQueue, now: number): string | undefined {
  if (polledAt === undefined)
    return `no worker serves the task queue ${name}: nobody has asked it for work within 5 min`;
  if (now - polledAt <= POLLED_WITHIN_MS) return undefined;
  return `no worker serves the task queue ${name} any more: one asked it for work last ${agoText(now - polledAt)} ago`;
}

const busyText = ({ name, backlog, polledAt = 0 }: WaitedQueue, now: number): string =>
  `${backlog} ${backlog === 1 ? 'task waits' : 'tasks wait'} on the task queue ${name}, which a worker asked for work ${agoText(now - polledAt)} ago`;

const timeText = (at: number | undefined): string => (at === undefined ? '?' : new Date(at).toISOString());

/** `12 s`, `3 min`, `5 h`. */
export function agoText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
