import { openUpgradeLaboratory, type UpgradeLaboratory } from './upgrade-laboratory.js';

const SOAK_SECONDS = 12;

let lab: UpgradeLaboratory;
afterEach(() => lab.stop());

test('a long step is told of as it goes on, as statuses of its phase', async () => {
  lab = await openUpgradeLaboratory({ routers: [{ policy: { soakSeconds: SOAK_SECONDS } }] });
  const id = await lab.start(lab.routerId(0));
  expect(await lab.ended(id)).toMatchObject({ state: 'SUCCEEDED' });

  const told = lab.published.filter(({ details }) => details?.['step'] !== undefined);
  // Not more often than each five seconds.
  expect(told.length).toBeGreaterThan(0);
  expect(told.length).toBeLessThan(4);
  const percents = told.map(({ state, details }) => {
    expect([state, details?.['step']]).toEqual(['SOAKING', 'soak']);
    return Number(details?.['percent']);
  });
  expect(percents[0]).toBeGreaterThanOrEqual(5);
  expect(percents).toEqual([...percents].sort((a, b) => a - b));
  const sequences = lab.published.map(({ sequence }) => sequence);
  expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
}, 60_000);
