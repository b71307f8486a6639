import { readFileSync } from 'node:fs';
import { cp, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Whether `.dockerignore` lets a path (below the root) into the build context. Of the patterns that match, the last one decides. */
export function contextFilter(patterns: readonly string[]): (path: string) => boolean {
  const rules = patterns
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keeps: line.startsWith('!'), pattern: patternOf(line.replace(/^!/, '')) }));
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.keeps ?? true;
}

/** A pattern matches a path and everything below it. */
function patternOf(glob: string): RegExp {
  const source = glob
    .split('**/')
    .map((part) => part.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*'))
    .join('(?:.*/)?');
  return new RegExp(`^${source}(?:/.*)?$`);
}

/** Copies the build context, or one path of it, as a container engine would see it. */
export async function copyContext(root: string, target: string, source = '.'): Promise<void> {
  const included = contextFilter(readFileSync(join(root, '.dockerignore'), 'utf8').split('\n'));
  // One entry after another: the target may lie in the root itself, in a folder that is left out.
  const entries = source === '.' ? await readdir(root) : [source];
  for (const entry of entries.filter(included))
    await cp(join(root, entry), source === '.' ? join(target, entry) : target, {
      recursive: true,
      preserveTimestamps: true,
      filter: (path) => included(relative(root, path)),
    });
}
