import { chooseExporters, chooseSampler, losesFailures } from './exporters.js';

describe('chooseExporters', () => {
  const none = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

  test.each([
    ['nothing configured', {}, {}],
    [
      'an endpoint for all',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' },
      { OTEL_TRACES_EXPORTER: 'otlp', OTEL_METRICS_EXPORTER: 'otlp' },
    ],
    [
      'an endpoint for traces',
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c/v1' },
      { OTEL_TRACES_EXPORTER: 'otlp' },
    ],
    [
      'an exporter by name, without endpoint',
      { OTEL_TRACES_EXPORTER: 'console' },
      { OTEL_TRACES_EXPORTER: 'console' },
    ],
    [
      'one signal switched off',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_METRICS_EXPORTER: 'none' },
      { OTEL_TRACES_EXPORTER: 'otlp' },
    ],
    ['the SDK disabled', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'true' }, {}],
    ['an empty variable counts as unset', { OTEL_TRACES_EXPORTER: '', OTEL_EXPORTER_OTLP_ENDPOINT: '' }, {}],
  ])('%s', (_case, env, exported) => {
    expect(chooseExporters(env)).toEqual({ ...none, ...exported });
  });
});

describe('chooseSampler', () => {
  test.each([
    ['nothing configured', {}, 'always_on', false],
    ['an empty variable counts as unset', { OTEL_TRACES_SAMPLER: ' ' }, 'always_on', false],
    ['what is configured holds', { OTEL_TRACES_SAMPLER: 'traceidratio' }, 'traceidratio', true],
    [
      "the specification's default follows the producer",
      { OTEL_TRACES_SAMPLER: 'parentbased_always_on' },
      'parentbased_always_on',
      true,
    ],
  ])('%s', (_case, env, sampler, loses) => {
    expect(chooseSampler(env)).toBe(sampler);
    expect(losesFailures(sampler)).toBe(loses);
  });
});
