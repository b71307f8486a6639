import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOOK_LIMITS } from './look-limits.js';

test('docs/operations.md says each limit', () => {
  const page = readFileSync(join(__dirname, '../../../../docs/operations.md'), 'utf8');
  const [, section = ''] = /\n## How tenants are looked at\n([\s\S]*?)\n## /.exec(page) ?? [];
  const rows = [...section.matchAll(/^\| `(\w+)` +\| ([\d,]+) +\|/gm)];
  expect(rows.map(([, name, value]) => [name, Number(value?.replaceAll(',', ''))])).toEqual(
    Object.entries(LOOK_LIMITS),
  );
});
