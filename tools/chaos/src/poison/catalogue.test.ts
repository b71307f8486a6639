import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BROKER_REFUSALS } from './broker-refusals.js';
import { POISON_CLASSES } from './catalogue.js';
import { fateText } from './fate.js';
import { POISON_GROUPS, type PoisonClass } from './poison-class.js';
import { contextOf, planPoison, type PoisonPlanOptions } from './poison-plan.js';
import { contentOf } from './wire/raw-record.js';

/** Fewer than in a full run, for the sake of the largest. */
const EACH = 12;
const options: PoisonPlanOptions = {
  seed: 'test',
  classes: POISON_CLASSES,
  each: EACH,
  good: 2,
  partitions: 12,
};
const contentOfNth = (at: number, n: number): Buffer => {
  const { make } = POISON_CLASSES[at] as PoisonClass;
  return contentOf(make(n, contextOf(options, n, at)).record);
};
const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
/** Of a record that goes alone in a batch of 1 MiB. */
const LARGEST_BYTES = 1024 * 1024 - 128;
const WITHOUT_CANARY = ['nothing-at-all'];

test('has classes of every group, each under a name of its own', () => {
  expect(POISON_CLASSES.length).toBeGreaterThanOrEqual(55);
  expect(new Set(POISON_CLASSES.map(({ name }) => name)).size).toBe(POISON_CLASSES.length);
  expect([...new Set(POISON_CLASSES.map(({ group }) => group))]).toEqual(POISON_GROUPS);
});

describe.each(POISON_CLASSES.map(({ name }, at) => [name, at] as const))('%s', (name, at) => {
  it('makes records that differ, each with its canary, the same each time, and small enough for the topic', () => {
    const digests = new Set<string>();
    for (let n = 0; n < EACH; n += 1) {
      const content = contentOfNth(at, n);
      digests.add(digestOf(content));
      expect(content.length).toBeLessThan(LARGEST_BYTES);
      expect(content.includes(contextOf(options, n, at).canary)).toBe(!WITHOUT_CANARY.includes(name));
    }
    expect(digests.size).toBe(WITHOUT_CANARY.includes(name) ? 1 : EACH);
    expect(digests).toContain(digestOf(contentOfNth(at, 1)));
  });
});

test('a plan spreads each class over tenants and partitions, and gives no router and no id to two', () => {
  const plain = POISON_CLASSES.filter(({ group }) => group !== 'header' && group !== 'size');
  const planned = planPoison({ ...options, classes: plain }).flat();
  const good = planned.filter(({ className }) => className === 'good');
  expect(good).toHaveLength(EACH * 2 * 4);
  expect(new Set(good.map(({ poison }) => poison.deploymentId)).size).toBe(good.length);
  const reused = planned.filter(({ className }) => className === 'id-reused');
  expect(new Set(reused.map(({ partition }) => partition)).size).toBe(12);
  expect(new Set(reused.map(({ tenantId }) => tenantId)).size).toBe(4);
  for (const [i, { className, partition }] of planned.entries())
    if (className.endsWith(', first')) expect(planned[i + 1]?.partition).toBe(partition);
});

describe('docs/poison.md', () => {
  const page = readFileSync(join(__dirname, '../../../../docs/poison.md'), 'utf8');
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

  it('has every class with what becomes of it', () => {
    const shown = rows.filter((row) => row.length === 4);
    expect(shown).toEqual(
      POISON_CLASSES.map(({ name, group, what, fate }) => [`\`${name}\``, group, what, fateText(fate)]),
    );
  });

  it('has every batch that the broker refuses', () => {
    const shown = rows.filter((row) => row.length === 2);
    expect(shown).toEqual(BROKER_REFUSALS.map(({ name, what }) => [`\`${name}\``, what]));
  });
});
