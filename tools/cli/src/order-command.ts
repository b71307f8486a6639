import { setTimeout as delay } from 'node:timers/promises';
import { type DeploymentCommand, topics } from '@vecino/contracts';
import { openTopicTail, type TopicTail } from '@vecino/messaging';
import { answerOfDeadLetter, type CommonAnswer, type SentCommand } from './command-answer.js';
import { kafkaOf, type PlatformEnvironment } from './platform-access.js';
import { type PlacedCommand, sendCommand } from './send-command.js';
import { openStatusFeed, type ReadStatus, type StatusFeed } from './status-feed.js';

export interface CommandResult<Answer> {
  readonly placed: PlacedCommand;
  readonly answer: Answer | CommonAnswer;
}

/** What a status means to whoever sent the command; undefined where it is no answer. */
export type AnswerOf<Answer> = (sent: SentCommand, read: ReadStatus) => Answer | CommonAnswer | undefined;

interface Listening {
  readonly feed: StatusFeed;
  readonly letters: TopicTail;
}

const RETRY_AFTER_MS = 500;

/** Sends the command and waits for its answer on the tenant's status topic or among the dead letters. */
export async function orderCommand<Answer>(
  env: PlatformEnvironment,
  command: DeploymentCommand & { readonly requested_at: number },
  answerOf: AnswerOf<Answer>,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<CommandResult<Answer>> {
  const { dlq } = topics(env['VECINO_TOPIC_PREFIX']);
  const { tenant_id: tenantId, deployment_id: deploymentId, command_id: commandId } = command;
  // Both read from where they end now: only what comes after the command can answer it.
  const feed = await openStatusFeed(env, { wanted: (tenant) => tenant === tenantId, from: 'end' });
  try {
    const letters = await openTopicTail(kafkaOf(env), { wanted: (topic) => topic === dlq, from: 'end' });
    try {
      const placed = await sendCommand(env, command);
      const sent = { tenantId, deploymentId, commandId, value: placed.value };
      return { placed, answer: await awaitAnswer(sent, answerOf, { feed, letters }, options) };
    } finally {
      await letters.close();
    }
  } finally {
    await feed.close();
  }
}

async function awaitAnswer<Answer>(
  sent: SentCommand,
  answerOf: AnswerOf<Answer>,
  listening: Listening,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<Answer | CommonAnswer> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline && !signal?.aborted) {
    const answer = await nextAnswer(sent, answerOf, listening);
    if (answer !== undefined) return answer;
  }
  return { kind: 'silence', afterMs: timeoutMs };
}

/** Kafka away is not the end: the time limit is. */
async function nextAnswer<Answer>(
  sent: SentCommand,
  answerOf: AnswerOf<Answer>,
  { feed, letters }: Listening,
): Promise<Answer | CommonAnswer | undefined> {
  try {
    const [batch, dead] = await Promise.all([feed.next(), letters.next()]);
    for (const read of batch.statuses) {
      const answer = answerOf(sent, read);
      if (answer !== undefined) return answer;
    }
    return dead.map((letter) => answerOfDeadLetter(sent, letter)).find((answer) => answer !== undefined);
  } catch {
    await delay(RETRY_AFTER_MS);
    return undefined;
  }
}
