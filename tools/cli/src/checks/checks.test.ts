import { totals } from '../commands/test.js';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repositoryAt } from '../repository.js';
import { differences, generated } from './generated.js';
import { countReport } from './jest-run.js';
import { isAllowed } from './licences.js';
import { copiesOf, missingPlatformPackages, versionComplaints } from './manifests.js';
import { rulesThatComplain } from './planted-imports.js';

describe('versionComplaints', () => {
  const manifest = (name: string, dependencies: Record<string, string>) => ({
    folder: name,
    name,
    dependencies,
  });

  it('is content with one exact version everywhere', () => {
    expect(versionComplaints([manifest('a', { zod: '4.6.7' }), manifest('b', { zod: '4.6.7' })])).toEqual([]);
  });

  it('names a range and who asks for it', () => {
    expect(versionComplaints([manifest('a', { zod: '^4.6.7' })])).toEqual([
      'zod is not pinned (^4.6.7) in a',
    ]);
  });

  it('names two versions of one dependency, tools included', () => {
    const tool = { folder: 'b', name: 'b', devDependencies: { zod: '4.0.0' } };
    expect(versionComplaints([manifest('a', { zod: '4.6.7' }), tool])).toEqual([
      'zod has different versions: 4.6.7 in a; 4.0.0 in b',
    ]);
  });
});

describe('copiesOf', () => {
  it('finds nested copies, and no package whose name only ends alike', () => {
    const lock = {
      'node_modules/protobufjs': {},
      'node_modules/x/node_modules/protobufjs': {},
      'node_modules/@y/protobufjs': {},
    };
    expect(copiesOf(lock, 'protobufjs')).toEqual([
      'node_modules/protobufjs',
      'node_modules/x/node_modules/protobufjs',
    ]);
  });
});

it('packages of other platforms that the lock lacks are named, wherever they may lie', () => {
  const optionalDependencies = { 'x-linux': '1.0.0', 'x-darwin': '1.0.0' };
  const nested = {
    'node_modules/a/node_modules/x': { optionalDependencies },
    'node_modules/a/node_modules/x-linux': {},
  };
  expect(missingPlatformPackages({ ...nested, 'node_modules/x-darwin': {} })).toEqual([]);
  expect(missingPlatformPackages(nested)).toEqual(['x-darwin']);
});

describe('isAllowed', () => {
  it.each([
    ['MIT', true],
    ['GPL-3.0', false],
    ['(MIT OR GPL-3.0)', true],
    ['Apache-2.0 AND MIT', true],
    ['(Apache-2.0 AND GPL-2.0-only)', false],
    ['UNKNOWN', false],
    ['', false],
  ])('%j: %p', (expression, allowed) => expect(isAllowed(expression)).toBe(allowed));
});

describe('countReport', () => {
  const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numRuntimeErrorTestSuites: 0 };

  it('counts tests, and files that could not be run as failed', () => {
    expect(countReport({ ...report, numFailedTests: 2, numRuntimeErrorTestSuites: 1 }, false)).toMatchObject({
      passed: 3,
      failed: 3,
      skipped: 1,
    });
    expect(countReport(report, true)).toMatchObject({ passed: 3, failed: 0 });
  });

  it.each([
    ['no report', undefined, true],
    ['a bad end without a failed test', report, false],
    ['no test at all', { ...report, numPassedTests: 0 }, true],
  ])('takes %s for a failure', (_title, given, exitedWell) => {
    expect(countReport(given, exitedWell)).toMatchObject({ failed: 1 });
  });
});

it('a document that is generated is looked at like any other file', async () => {
  const root = mkdtempSync(join(tmpdir(), 'generated-'));
  try {
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    };
    write('package.json', JSON.stringify({ name: 'root', private: true, workspaces: ['tools/*'] }));
    for (const folder of ['libs', 'services']) mkdirSync(join(root, folder));
    const generate = `node -e "require('fs').writeFileSync('../../docs/page.md','fresh')"`;
    write(
      'tools/one/package.json',
      JSON.stringify({
        name: 'one',
        version: '1.0.0',
        scripts: { generate },
        vecino: { generates: ['docs'] },
      }),
    );
    write('docs/page.md', 'stale');
    const repository = repositoryAt(root, {});
    const stale = await generated.run(repository);
    expect(stale).toMatchObject({ failed: 1, output: expect.stringContaining('docs/page.md was not fresh') });
    expect(await generated.run(repository)).toMatchObject({ passed: 1, failed: 0 });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}, 30_000);

it('generated files that were added, removed or altered are named', () => {
  const before = new Map([
    ['same', '1'],
    ['altered', '1'],
    ['removed', '1'],
  ]);
  const after = new Map([
    ['same', '1'],
    ['altered', '2'],
    ['added', '1'],
  ]);
  expect(differences(before, after)).toEqual(['added', 'altered', 'removed']);
});

it('the rules that complain are read from the linter, and none from what is no report', () => {
  const report = [
    {
      messages: [
        { ruleId: 'a', message: '' },
        { ruleId: null, message: 'parse' },
      ],
    },
  ];
  expect(rulesThatComplain(`a warning\n${JSON.stringify(report)}`)).toEqual(['a']);
  expect(rulesThatComplain('Oops')).toEqual([]);
});

it('totals add up over the sections', () => {
  expect(
    totals([
      { passed: 2, failed: 1 },
      { passed: 1, failed: 0 },
    ]),
  ).toEqual({ passed: 3, failed: 1 });
});
