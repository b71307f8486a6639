import { allowedToMiss, BURNS, type Objective } from '@vecino/telemetry/slo';
import { OBJECTIVES } from './objectives.js';
import { parseServiceLevels } from './parse-service-levels.js';

const FILE = 'levels.yaml';
const GOOD = { success: '0.999', start_in_time: '0.9', start_within_seconds: '30' };
const textOf = (keys: Readonly<Record<string, string>>): string =>
  Object.entries(keys)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');

it('promises what the file says', () => {
  const { success, startInTime } = parseServiceLevels(`# Ours.\n${textOf(GOOD)}`, FILE);
  expect([success.target, startInTime.target, startInTime.withinSeconds]).toEqual([0.999, 0.9, 30]);
});

it.each<[string, Readonly<Record<string, string>>, string]>([
  ['a share in percent', { ...GOOD, success: '99' }, 'levels.yaml: success is 99: give a share above 0 and'],
  ['all of them', { ...GOOD, success: '1' }, 'success is 1: give a share'],
  ['none', { ...GOOD, start_in_time: '0.0' }, 'start_in_time is 0: give a share'],
  ['text', { ...GOOD, start_in_time: '95 %' }, 'start_in_time is "95 %": give a share'],
  [
    'seconds that no bucket ends at',
    { ...GOOD, start_within_seconds: '7' },
    'start_within_seconds is 7: give one of the seconds by which waits are counted: 0.05, 0.1,',
  ],
  ['a key too few', { success: '0.99', start_in_time: '0.95' }, 'start_within_seconds is missing: give'],
  ['a misspelt key', { ...GOOD, sucess: '0.99' }, 'sucess is no key of this file; there are success,'],
])('refuses %s, and says what to give', (_, keys, said) => {
  expect(() => parseServiceLevels(textOf(keys), FILE)).toThrow(said);
});

it('tells all faults at once, each with the file', () => {
  expect(() => parseServiceLevels('success: 2\nstart_in_time: -1\n', FILE)).toThrow(
    /^levels\.yaml: success is 2.*\nlevels\.yaml: start_in_time is -1.*\nlevels\.yaml: start_within_seconds is missing/,
  );
});

it.each([
  ['', 'levels.yaml has no keys: give success, start_in_time, start_within_seconds'],
  ['- 0.99\n', 'levels.yaml has no keys'],
  ['success: [0.99\n', 'levels.yaml is no YAML: '],
])('refuses what is no file of keys: %j', (text, said) => {
  expect(() => parseServiceLevels(text, FILE)).toThrow(said);
});

it('has shipped promises whose every burn can be reached', () => {
  for (const objective of Object.values<Objective>(OBJECTIVES))
    for (const { rate } of Object.values(BURNS)) expect(rate * allowedToMiss(objective)).toBeLessThan(1);
});
