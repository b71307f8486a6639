import { contextFilter } from './build-context.js';

test.each([
  [['**/node_modules'], 'node_modules/yaml/index.js', false],
  [['**/node_modules'], 'libs/tenancy/node_modules', false],
  [['**/*.tsbuildinfo'], 'libs/a/x.tsbuildinfo', false],
  [['docs'], 'docs/a.md', false],
  [['docs'], 'libs/docs/a.md', true],
  [['deploy/*', '!deploy/docker'], 'deploy/docker/probe.cjs', true],
  [['deploy/*', '!deploy/docker'], 'deploy/helm/vecino', false],
  [['deploy/*', '!deploy/docker'], 'deploy', true],
  [['# dist', ''], 'dist', true],
])('%j: %s is in the context: %s', (patterns, path, included) => {
  expect(contextFilter(patterns)(path)).toBe(included);
});
