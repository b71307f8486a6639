import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ruleFiles, type RuleOptions } from './rule-file.js';

/** Writes the rule files into a folder that is theirs alone: other `.yaml` in it goes. Gives back their paths. */
export function writeRules(folder: string, options: Partial<RuleOptions> = {}): string[] {
  mkdirSync(folder, { recursive: true });
  const files = ruleFiles(options);
  for (const name of readdirSync(folder))
    if (name.endsWith('.yaml') && !files.has(name)) rmSync(join(folder, name));
  return [...files].map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
}
