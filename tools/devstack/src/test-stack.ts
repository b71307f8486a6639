import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorText } from '@vecino/foundation';
import { cacheDir } from './cache-dir.js';
import { createLineProgress } from './progress.js';
import { prepareRedis } from './redis-install.js';
import { type Stack, startStack } from './start-stack.js';

/**
 * The process behind the integration tests: starts a stack that is thrown away afterwards, sends its environment to the
 * process that forked it, and ends with it. Tests that need a Redis have one of their own, to kill: they are told how.
 */
async function main(): Promise<void> {
  const stateDir = mkdtempSync(join(tmpdir(), 'vecino-itest-'));
  const progress = createLineProgress((line) => process.stderr.write(`${line}\n`));
  const starting = startStack({ stateDir, ephemeral: true, parts: ['kafka', 'temporal'], progress });
  const end = async () => {
    await starting.then(
      (stack) => stack.stop(),
      () => undefined,
    );
    process.exit();
  };
  process.once('disconnect', () => void end());
  process.once('SIGTERM', () => void end());
  const stack: Stack = await starting;
  const redis = await prepareRedis(cacheDir(process.env), progress);
  const redisEnv = redis && { REDIS_SERVER: redis.path, REDIS_SERVER_LIBRARIES: redis.libraryPath ?? '' };
  process.send?.({ env: { ...stack.env, ...redisEnv } });
  const reason = await stack.died;
  process.stderr.write(`${reason.message}\n`);
}

main().catch((error: unknown) => {
  process.send?.({ failed: errorText(error) });
  process.exitCode = 1;
  process.disconnect?.();
});
