import { chooseSampler } from '@vecino/telemetry';
import { z } from 'zod';
import { parseServiceConfig } from './parse-service-config.js';
import { EVERY_SERVICE } from './standard-variables.js';

const minimal = { KAFKA_BROKERS: 'k:9092' };
const configOf = (set: Record<string, string>) => parseServiceConfig({ ...minimal, ...set }, z.object({}));

const defaults = EVERY_SERVICE.flatMap(({ names, byDefault }) => {
  const value = /^`([^`<]+)`$/.exec(byDefault)?.[1];
  return value === undefined ? [] : names.map((name) => [name, value] as const);
});

it.each(defaults)('%s left out is the same as %s', (name, value) => {
  expect(configOf({ [name]: value })).toEqual(configOf({}));
  expect(configOf({})).toMatchObject({ ok: true });
  expect(chooseSampler({ [name]: value })).toBe(chooseSampler({}));
});

it('there are such of every kind', () => {
  expect(defaults.map(([name]) => name)).toEqual(
    expect.arrayContaining([
      'VECINO_LOG_LEVEL',
      'VECINO_METRICS_MAX_TENANTS',
      'TEMPORAL_ADDRESS',
      'TEMPORAL_NAMESPACE',
      'OTEL_TRACES_SAMPLER',
      'KAFKA_SSL',
    ]),
  );
});

it('tells what is needed', () => {
  const needed = EVERY_SERVICE.filter(({ byDefault }) => byDefault === 'needed');
  expect(needed.flatMap(({ names }) => names)).toEqual(['KAFKA_BROKERS']);
  expect(parseServiceConfig({}, z.object({}))).toEqual({
    ok: false,
    faults: [expect.stringContaining('KAFKA_BROKERS')],
  });
});
