import type { Context } from '@temporalio/activity';
import {
  ActivityCancelledError,
  ActivityNotFoundError,
  ActivityPausedError,
  ActivityResetError,
} from '@temporalio/client';

/** Whether the server still takes this attempt for the one that runs; rejects where it cannot be asked. */
export type ClaimAttempt = (heartbeatDetails: unknown) => Promise<'ours' | 'lost'>;

/**
 * A heartbeat whose answer is waited for. A worker that was stopped is given tasks that lie in its connection since then: each
 * begins when it goes on, long after the server has given it to another worker, and no clock of the worker's shows that.
 */
export const claimByHeartbeat =
  ({ client, info }: Context): ClaimAttempt =>
  async (details) => {
    try {
      await client.activity.heartbeat(Buffer.from(info.base64TaskToken, 'base64'), details);
    } catch (error) {
      if (error instanceof ActivityNotFoundError) return 'lost';
      // Wishes of the server: the step hears of them by itself, and ends as it must.
      const isWish = [ActivityCancelledError, ActivityPausedError, ActivityResetError].some(
        (wish) => error instanceof wish,
      );
      if (!isWish) throw error;
    }
    return 'ours';
  };
