import { openUpgradeLaboratory, type UpgradeLaboratory } from './upgrade-laboratory.js';

const SOAK_SECONDS = 20;

let lab: UpgradeLaboratory;
afterEach(() => lab.stop());

test('a long step is told of as it goes on, as statuses of its phase', async () => {
  lab = await openUpgradeLaboratory({ routers: [{ policy: { soakSeconds: SOAK_SECONDS } }] });
  const id = await lab.start(lab.routerId(0));
  expect(await lab.ended(id)).toMatchObject({ state: 'SUCCEEDED' });

  // On a busy machine another step may be long, too.
  const told = lab.published.filter(({ details }) => details?.['step'] === 'soak');
  // Not more often than each five seconds.
  expect(told.length).toBeGreaterThan(0);
  expect(told.length).toBeLessThan(6);
  expect(new Set(told.map(({ state }) => state))).toEqual(new Set(['SOAKING']));
  const percents = told.map(({ details }) => Number(details?.['percent']));
  expect(percents[0]).toBeGreaterThanOrEqual(5);
  expect(percents).toEqual([...percents].sort((a, b) => a - b));
  const sequences = lab.published.map(({ sequence }) => sequence);
  expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
}, 180_000);
