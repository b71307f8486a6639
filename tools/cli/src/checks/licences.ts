import { relative } from 'node:path';
import { broken, type Check, heldUnless } from './check.js';
import { readLock } from './manifests.js';
import { runTool } from './tool.js';

/** Licences of what is delivered: all permissive. CC-BY-4.0 is browser data that a build tool brings along. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Public Domain',
  'Python-2.0',
  'Unlicense',
]);

/** Whether an SPDX expression can be met with allowed licences: any side of an OR, every side of an AND. */
export function isAllowed(expression: string, allowed: ReadonlySet<string> = ALLOWED): boolean {
  const bare = /^\((?<inner>[^()]*)\)$/.exec(expression.trim())?.groups?.['inner'] ?? expression.trim();
  if (bare.includes(' OR ')) return bare.split(' OR ').some((side) => isAllowed(side, allowed));
  return bare.split(' AND ').every((side) => allowed.has(side.trim()));
}

interface Licensed {
  readonly licenses: string | readonly string[];
  readonly path: string;
}

export const licences: Check = {
  section: 'licences',
  title: 'every delivered dependency under an allowed licence',
  async run({ root }) {
    const { stdout, output } = await runTool(
      root,
      'license-checker-rseidelsohn/bin/license-checker-rseidelsohn.js',
      ['--json', '--excludePrivatePackages'],
    );
    const delivered = Object.entries(readLock(root)).filter(
      ([, locked]) => !locked.dev && !locked.devOptional,
    );
    const paths = new Set(delivered.map(([path]) => path));
    let found: Record<string, Licensed>;
    try {
      found = JSON.parse(stdout) as Record<string, Licensed>;
    } catch {
      return broken(`license-checker said:\n${output}`);
    }
    const checked = Object.entries(found).filter(([, { path }]) => paths.has(relative(root, path)));
    if (checked.length === 0) return broken('license-checker found no delivered dependency at all');
    return heldUnless(
      checked.flatMap(([name, { licenses }]) => {
        const expression = typeof licenses === 'string' ? licenses : licenses.join(' AND ');
        return isAllowed(expression) ? [] : [`${name}: ${expression}`];
      }),
    );
  },
};
