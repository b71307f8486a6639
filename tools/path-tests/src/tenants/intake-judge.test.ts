import { admittedByGrant, type Grant, intakeHeld, mostGranted, readGrants } from './intake-judge.js';

const WINDOW_MS = 1_000;
const grant = (at: number, granted: number, tenantId = 'acme'): Grant => ({ tenantId, granted, at });
const limit = (initial: number) => () => ({ initial, changes: [] });

it('the limit may be taken at once and again a window later', () => {
  const grants = [grant(0, 3), grant(1_000, 2), grant(1_500, 1), grant(500, 9, 'other')];
  expect(intakeHeld(grants, (id) => limit(id === 'acme' ? 3 : 9)(), WINDOW_MS)).toEqual([]);
  expect(mostGranted(grants.slice(0, 3), WINDOW_MS)).toBe(3);
});

it.each([
  ['across the edge of two windows', [grant(900, 2), grant(1_100, 2)]],
  ['one ms too early', [grant(0, 3), grant(999, 1)]],
  ['by two who do not know of each other, logged in any order', [grant(700, 2), grant(0, 2)]],
  ['at once', [grant(0, 4)]],
])('too many %s are found', (_, grants) => {
  expect(intakeHeld(grants, limit(3), WINDOW_MS)).toHaveLength(1);
});

it('after the limit was lowered the window is judged by the lower one', () => {
  const lowered = () => ({ initial: 3, changes: [{ value: 1, asked: 0, written: 0 }] });
  expect(intakeHeld([grant(4_999, 3), grant(6_500, 1)], lowered, WINDOW_MS)).toEqual([]);
  expect(intakeHeld([grant(4_999, 3), grant(5_500, 0)], lowered, WINDOW_MS)).toEqual([]);
  expect(intakeHeld([grant(4_999, 3), grant(5_500, 1)], lowered, WINDOW_MS)).toHaveLength(1);
});

it('one who got in without a grant is found', () => {
  expect(admittedByGrant(new Map([['acme', 3]]), [grant(0, 2), grant(5, 1)])).toEqual([]);
  expect(admittedByGrant(new Map([['acme', 4]]), [grant(0, 2), grant(5, 1)])).toHaveLength(1);
  expect(admittedByGrant(new Map([['other', 1]]), [grant(0, 2)])).toHaveLength(1);
});

it('grants are read from a log that says other things too and ends in half a line', () => {
  const log = [
    '{"level":"info","msg":"ready"}',
    '{"level":"debug","tenant_id":"acme","granted":2,"at":"1970-01-01T00:00:00.017Z","msg":"granted"}',
    'granted but no JSON',
    '{"level":"debug","tenant_id":"acme","granted":',
  ].join('\n');
  expect(readGrants(log)).toEqual([grant(17, 2)]);
});
