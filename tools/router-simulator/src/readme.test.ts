import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultSchema } from './fault.js';
import { routerConfigSchema } from './router-config.js';

const readme = readFileSync(join(__dirname, '..', 'README.md'), 'utf8');

describe('the README', () => {
  it('describes every fault there is, and no other', () => {
    const section = readme.split('## Faults')[1]?.split('\n## ')[0] ?? '';
    const described = [...section.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, kind]) => kind);
    const kinds = faultSchema.options.map(({ shape }) => shape.kind.value);
    expect(described).toEqual(kinds);
  });

  it('names settings that there are', () => {
    const sentence = readme.split('without a fault have settings:')[1]?.split('.\n')[0] ?? '';
    const named = [...sentence.matchAll(/`([A-Za-z]+)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(Object.keys(routerConfigSchema.shape)).toEqual(expect.arrayContaining(named));
  });
});
