import { type LogFields, silentLogger } from '@vecino/telemetry';
import { closeInTime } from './close-in-time.js';

test('closes all at once, names those that do not in time or fail, and never rejects', async () => {
  const told: LogFields[] = [];
  const logger = { ...silentLogger, warn: (fields: LogFields) => void told.push(fields) };
  const begun: string[] = [];
  await closeInTime(logger, 20, {
    quick: async () => begun.push('quick'),
    stuck: () => {
      begun.push('stuck');
      return new Promise(() => undefined);
    },
    broken: () => {
      begun.push('broken');
      throw new Error('no');
    },
    failing: () => Promise.reject(new Error('neither')),
  });
  expect(begun).toEqual(['quick', 'stuck', 'broken']);
  expect(told.map(({ part }) => part).sort()).toEqual(['broken', 'failing', 'stuck']);
});
