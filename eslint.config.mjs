import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

// The layers of ARCHITECTURE.md. A package may import its own layer only where it is listed here.
const layers = [
  ['core', ['core']],
  ['contract', ['core', 'contract']],
  ['workflow', ['core', 'workflow']],
  ['adapter', ['core', 'contract', 'workflow', 'adapter']],
  ['testing', ['core', 'contract', 'testing']],
  ['service', ['core', 'contract', 'workflow', 'adapter']],
  ['tool', ['core', 'contract', 'workflow', 'adapter', 'testing', 'tool']],
];
const boundaries = (...alsoAllowed) => [
  'error',
  {
    enforceBuildableLibDependency: false,
    allowCircularSelfDependency: false,
    depConstraints: layers.map(([layer, allowed]) => ({
      sourceTag: `layer:${layer}`,
      onlyDependOnLibsWithTags: [...allowed, ...alsoAllowed].map((to) => `layer:${to}`),
    })),
  },
];
const noEffects = ['kafkajs', '@temporalio/*', '@opentelemetry/*', '@grpc/*', 'redis', 'node:*'];

export default tseslint.config(
  { ignores: ['**/node_modules/', '**/dist/', '**/out-tsc/', '**/gen/', '.nx/', '.vecino/', '**/*.cjs'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommended, prettier],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(),
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { requireDefaultForNonUnion: true, considerDefaultExhaustiveForUnions: false },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ObjectExpression > SpreadElement > ObjectExpression',
          message: 'Write these properties where they are spread.',
        },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'Only main.ts ends the process.' },
      ],
    },
  },
  {
    // The core decides; it does no I/O and knows no transport.
    files: ['libs/{foundation,tenancy,admission,audit,upgrade}/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: noEffects, message: 'The core has no effects: decide here, act in an adapter.' },
          ],
        },
      ],
    },
  },
  {
    files: ['libs/workflows/src/**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.itest.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                'kafkajs',
                '@grpc/*',
                'redis',
                'node:*',
                '@temporalio/client',
                '@temporalio/worker',
                '@temporalio/activity',
              ],
              message: 'Workflow code runs in the deterministic sandbox.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.test.ts', '**/*.itest.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaries('testing') },
  },
  {
    files: ['**/main.ts', 'tools/**/*.ts', 'examples/**/*.ts', '**/*.test.ts', '**/*.itest.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
);
