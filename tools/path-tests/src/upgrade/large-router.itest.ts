import { groupBy } from '@vecino/foundation';
import {
  NEW_VERSION,
  OLD_VERSION,
  openUpgradeLaboratory,
  type UpgradeLaboratory,
} from './upgrade-laboratory.js';

const LARGE = 10_000;
const NEVER_MS = 3_600_000;

let lab: UpgradeLaboratory;
afterEach(() => lab?.stop());

test('a large router that comes back without any interface and any peer goes back to its old version', async () => {
  lab = await openUpgradeLaboratory({
    routers: [
      {
        interfaces: Array.from({ length: LARGE }, (_, n) => ({ name: `HundredGigE0/0/0/${n}` })),
        bgpPeers: Array.from({ length: LARGE }, (_, n) => ({
          address: `2001:db8:1234:5678::${n.toString(16)}`,
        })),
        // All are there until the first boot, and none after it.
        interfacesUpMs: NEVER_MS,
        bgpPeersUpMs: NEVER_MS,
      },
    ],
  });
  const id = await lab.start(lab.routerId(0));
  const end = await lab.ended(id);
  expect({ state: end.state, code: end.code, text: end.outcome.reason.text }).toMatchObject({
    state: 'ROLLED_BACK',
    code: 'POSTCHECK_FAILED',
  });
  expect(end.locked).toBe(false);
  expect(lab.simulator.router(lab.routerId(0)).snapshot()).toMatchObject({ runningVersion: OLD_VERSION });

  const evidence = lab.evidence(end.outcome);
  expect(evidence).toMatchObject({
    before: { version: OLD_VERSION },
    after: { version: NEW_VERSION, interfaces_up: [], peers_established: [] },
    postcheck: { kind: 'degraded', faults: 2 * LARGE },
  });
  const kinds = groupBy(evidence['faults'] as { kind: string }[], ({ kind }) => kind);
  expect(kinds.get('interface-down')).toHaveLength(LARGE);
  expect(kinds.get('peer-lost')).toHaveLength(LARGE);
}, 180_000);
