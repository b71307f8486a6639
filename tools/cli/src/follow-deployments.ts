import { setTimeout as delay } from 'node:timers/promises';
import { type DeploymentStory, isPartOf, type SentRequest, verdictOf } from './deployment-story.js';
import { type ReadStatus, type StatusFeed } from './status-feed.js';

export interface FollowOptions {
  readonly timeoutMs: number;
  /** How long after the last terminal a second one is waited for. */
  readonly lingerMs: number;
  readonly signal?: AbortSignal;
  readonly onStatus?: (read: ReadStatus, request: SentRequest) => void;
}

const RETRY_AFTER_MS = 500;

/** Reads until each request has a terminal and the topics have no more to say, or until the time is over. */
export async function followDeployments(
  feed: StatusFeed,
  requests: readonly SentRequest[],
  options: FollowOptions,
): Promise<DeploymentStory[]> {
  const stories = requests.map((request) => ({ request, statuses: [] as ReadStatus[] }));
  const deadline = Date.now() + options.timeoutMs;
  let endedAt: number | undefined;
  while (!options.signal?.aborted) {
    for (const read of await nextStatuses(feed)) {
      const story = stories.find(({ request }) => isPartOf(request, read));
      if (story === undefined) continue;
      story.statuses.push(read);
      options.onStatus?.(read, story.request);
    }
    const now = Date.now();
    if (stories.every((story) => verdictOf(story).kind !== 'missing')) endedAt ??= now;
    if (endedAt !== undefined && now - endedAt >= options.lingerMs && (await isAtEnd(feed))) break;
    if (now >= deadline) break;
  }
  return stories;
}

/** Kafka away is not the end: the time limit is. */
async function nextStatuses(feed: StatusFeed): Promise<readonly ReadStatus[]> {
  try {
    return (await feed.next()).statuses;
  } catch {
    await delay(RETRY_AFTER_MS);
    return [];
  }
}

const isAtEnd = (feed: StatusFeed): Promise<boolean> => feed.isAtEnd().catch(() => false);
