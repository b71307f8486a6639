import { setTimeout as delay } from 'node:timers/promises';
import { type DeploymentCommand, topics } from '@vecino/contracts';
import { openTopicTail, type TopicTail } from '@vecino/messaging';
import { answerOfDeadLetter, answerOfStatus, type CancelAnswer, type SentCommand } from './cancel-answer.js';
import { kafkaOf, type PlatformEnvironment } from './platform-access.js';
import { type PlacedCommand, sendCommand } from './send-command.js';
import { openStatusFeed, type StatusFeed } from './status-feed.js';

export interface CancelResult {
  readonly placed: PlacedCommand;
  readonly answer: CancelAnswer;
}

const RETRY_AFTER_MS = 500;

/** Sends the command and waits for its answer on the tenant's status topic or among the dead letters. */
export async function cancelDeployment(
  env: PlatformEnvironment,
  command: DeploymentCommand & { readonly requested_at: number },
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<CancelResult> {
  const { dlq } = topics(env['VECINO_TOPIC_PREFIX']);
  const { tenant_id: tenantId, deployment_id: deploymentId, command_id: commandId } = command;
  // Both read from where they end now: only what comes after the command can answer it.
  const feed = await openStatusFeed(env, { wanted: (tenant) => tenant === tenantId, from: 'end' });
  try {
    const letters = await openTopicTail(kafkaOf(env), { wanted: (topic) => topic === dlq, from: 'end' });
    try {
      const placed = await sendCommand(env, command);
      const sent = { tenantId, deploymentId, commandId, value: placed.value };
      return { placed, answer: await awaitAnswer(sent, feed, letters, options) };
    } finally {
      await letters.close();
    }
  } finally {
    await feed.close();
  }
}

async function awaitAnswer(
  sent: SentCommand,
  feed: StatusFeed,
  letters: TopicTail,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<CancelAnswer> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline && !signal?.aborted) {
    const answer = await nextAnswer(sent, feed, letters);
    if (answer !== undefined) return answer;
  }
  return { kind: 'silence', afterMs: timeoutMs };
}

/** Kafka away is not the end: the time limit is. */
async function nextAnswer(
  sent: SentCommand,
  feed: StatusFeed,
  letters: TopicTail,
): Promise<CancelAnswer | undefined> {
  try {
    const [batch, dead] = await Promise.all([feed.next(), letters.next()]);
    for (const read of batch.statuses) {
      const answer = answerOfStatus(sent, read);
      if (answer !== undefined) return answer;
    }
    return dead.map((letter) => answerOfDeadLetter(sent, letter)).find((answer) => answer !== undefined);
  } catch {
    await delay(RETRY_AFTER_MS);
    return undefined;
  }
}
