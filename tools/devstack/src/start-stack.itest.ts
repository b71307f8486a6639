import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaClusterId } from './kafka-server.js';
import { startStack } from './start-stack.js';
import { greetTemporal } from './temporal-server.js';

const ownEnvironment = () => {
  const { KAFKA_BROKERS: _kafka, TEMPORAL_ADDRESS: _temporal, ...env } = process.env;
  return env;
};

describe('startStack', () => {
  it('starts servers that answer beside those already running, again after they died, and leaves nothing behind', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'vecino-stack-'));
    const stack = await startStack({
      stateDir,
      ephemeral: true,
      parts: ['kafka', 'temporal'],
      env: ownEnvironment(),
    });
    const brokers = stack.env['KAFKA_BROKERS'] ?? '';
    const address = stack.env['TEMPORAL_ADDRESS'] ?? '';
    expect(brokers).not.toBe(process.env['KAFKA_BROKERS']);
    expect(address).not.toBe(process.env['TEMPORAL_ADDRESS']);
    await expect(kafkaClusterId([brokers], 5_000)).resolves.not.toBe('');
    await expect(greetTemporal(address, 5_000)).resolves.toMatch(/^\d+\./);

    for (const part of stack.parts) {
      part.process?.signal('SIGKILL');
      await part.restart?.();
    }
    await expect(kafkaClusterId([brokers], 5_000)).resolves.not.toBe('');
    await expect(greetTemporal(address, 5_000)).resolves.toMatch(/^\d+\./);

    await stack.stop();
    await expect(kafkaClusterId([brokers], 500)).rejects.toThrow();
    await expect(greetTemporal(address, 500)).rejects.toThrow();
    expect(existsSync(stateDir)).toBe(false);
  }, 180_000);
});
