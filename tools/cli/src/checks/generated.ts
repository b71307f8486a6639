import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { broken, type Check, heldUnless } from './check.js';
import { readManifests } from './manifests.js';
import { run } from './tool.js';

const NOT_SOURCES = new Set(['node_modules', 'dist', 'out-tsc']);

/**
 * Runs every package's `generate` script and holds when no file changed of the package, or of the folders that its manifest
 * says it generates. Works with and without git.
 */
export const generated: Check = {
  section: 'generated',
  title: 'generated files are fresh',
  async run({ root }) {
    const complaints: string[] = [];
    for (const { folder, scripts, vecino } of readManifests(root)) {
      if (scripts?.['generate'] === undefined) continue;
      const written = [folder, ...(vecino?.generates ?? [])];
      const before = digestsOf(root, written);
      const { ok, output } = await run(root, 'npm', ['run', '--silent', 'generate', '-w', folder]);
      if (!ok) return broken(`generating in ${folder} failed:\n${output}`);
      const changed = differences(before, digestsOf(root, written));
      complaints.push(
        ...changed.map((file) => `${file} was not fresh: run the generate script of ${folder} and commit`),
      );
    }
    return heldUnless(complaints);
  },
};

type Digests = ReadonlyMap<string, string>;

function digestsOf(root: string, folders: readonly string[]): Digests {
  const found = new Map<string, string>();
  for (const folder of folders) digest(root, folder, found);
  return found;
}

function digest(dir: string, prefix: string, found: Map<string, string>): void {
  for (const entry of readdirSync(join(dir, prefix), { withFileTypes: true })) {
    if (NOT_SOURCES.has(entry.name)) continue;
    const path = join(prefix, entry.name);
    if (entry.isDirectory()) digest(dir, path, found);
    else
      found.set(
        path,
        createHash('sha256')
          .update(readFileSync(join(dir, path)))
          .digest('hex'),
      );
  }
}

/** Files that were added, removed or altered. */
export function differences(before: Digests, after: Digests): string[] {
  const files = new Set([...before.keys(), ...after.keys()]);
  return [...files].filter((file) => before.get(file) !== after.get(file)).sort();
}
