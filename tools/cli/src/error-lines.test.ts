import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');

/** Sources of everything that runs in a service. */
const sources = (['libs', 'services'] as const).flatMap((part) =>
  readdirSync(join(ROOT, part)).flatMap((name) => {
    const folder = join(ROOT, part, name, 'src');
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.i?test\.ts$/.test(file))
      .map((file) => join(folder, file));
  }),
);

/** The text of each call of a logger at level error, whatever its fields; what only passes on somebody else's has none. */
const errorLines = (text: string): string[] =>
  [...text.matchAll(/(?:[lL]ogger|\blog)\.error\(([\s\S]*?)\);/g)].flatMap(
    ([, given = '']) => /'((?:[^'\\]|\\.)+)'\s*,?\s*(?:\{[\s\S]*)?$/.exec(given)?.[1] ?? [],
  );

/** First column of the table of lines in docs/operations.md. */
function documented(): string[] {
  const text = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const [, section = ''] = /### Lines of level `error`\n([\s\S]*?)\n## /.exec(text) ?? [];
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, line]) => line ?? '');
}

test('docs/operations.md says of every line of level error what a person must do', () => {
  const said = sources.flatMap((file) => errorLines(readFileSync(file, 'utf8')));
  expect(said.length).toBeGreaterThan(4);
  expect([...new Set(said)].sort()).toEqual(documented().sort());
});
