import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { broken, type Check, heldUnless } from './check.js';
import { readManifests } from './manifests.js';
import { run } from './tool.js';

/** References are generated, too. */
const DOCS = 'docs';
const NOT_SOURCES = new Set(['node_modules', 'dist', 'out-tsc']);

/** Runs every package's `generate` script and holds when no file of the package, and no document, changed. Works with and without git. */
export const generated: Check = {
  section: 'generated',
  title: 'generated files are fresh',
  async run({ root }) {
    const complaints: string[] = [];
    for (const { folder, scripts } of readManifests(root)) {
      if (scripts?.['generate'] === undefined) continue;
      const before = digestsOf(root, folder);
      const { ok, output } = await run(root, 'npm', ['run', '--silent', 'generate', '-w', folder]);
      if (!ok) return broken(`generating in ${folder} failed:\n${output}`);
      const changed = differences(before, digestsOf(root, folder));
      const mend = `npm run generate -w ${folder}, and commit`;
      complaints.push(...changed.map((file) => `${file} was not fresh: ${mend}`));
    }
    return heldUnless(complaints);
  },
};

type Digests = ReadonlyMap<string, string>;

/** By their paths from the root. */
const digestsOf = (root: string, folder: string): Digests =>
  new Map(
    [folder, DOCS].flatMap((dir) =>
      [...digests(join(root, dir))].map(([file, digest]) => [join(dir, file), digest]),
    ),
  );

function digests(dir: string, prefix = '', found = new Map<string, string>()): Digests {
  for (const entry of readdirSync(join(dir, prefix), { withFileTypes: true })) {
    if (NOT_SOURCES.has(entry.name)) continue;
    const path = join(prefix, entry.name);
    if (entry.isDirectory()) digests(dir, path, found);
    else
      found.set(
        path,
        createHash('sha256')
          .update(readFileSync(join(dir, path)))
          .digest('hex'),
      );
  }
  return found;
}

/** Files that were added, removed or altered. */
export function differences(before: Digests, after: Digests): string[] {
  const files = new Set([...before.keys(), ...after.keys()]);
  return [...files].filter((file) => before.get(file) !== after.get(file)).sort();
}
