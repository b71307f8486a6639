import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from './exit-code.js';
import { ERRORS } from './next-steps.js';
import { REFUSALS } from './refusal-codes.js';
import { thisRepository } from './repository.js';

const page = readFileSync(join(thisRepository().root, 'docs', 'cli.md'), 'utf8');
const table = page.split('\n## Error codes\n')[1]?.split('\n## ')[0] ?? '';

const codes: readonly [string, number][] = [
  ...Object.keys(REFUSALS).map((code): [string, number] => [code, EXIT.refused]),
  ...Object.entries(ERRORS).map(([code, { exit }]): [string, number] => [code, EXIT[exit]]),
];

it('docs/cli.md has every code that a command ends with, with its exit code, and no other', () => {
  const told = [...table.matchAll(/^\| `([A-Z_]+)` .* (\d+) +\|$/gm)].map(([, code, exit]) => [
    code,
    Number(exit),
  ]);
  expect(told).toEqual(codes);
});

it('each code means one thing, and has a next step', () => {
  const names = codes.map(([code]) => code);
  expect(names).toEqual([...new Set(names)]);
  const steps = [...Object.values(REFUSALS), ...Object.values(ERRORS)].map(({ next }) => next);
  expect(steps).not.toContain('');
});

it('the command line throws no error of its own but with a code of the list', () => {
  const sources = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/\.i?test\.ts$/.test(file),
  );
  const untyped = sources.filter((file) =>
    /new VecinoError\(/.test(readFileSync(join(__dirname, file), 'utf8')),
  );
  expect(sources.length).toBeGreaterThan(100);
  expect(untyped).toEqual([]);
});
