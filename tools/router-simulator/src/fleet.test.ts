import { parseConfig } from './config.js';
import { fleet } from './fleet.js';
import { routerConfigSchema } from './router-config.js';

describe('a fleet', () => {
  it('numbers its routers and counts its addresses over the end of a block', () => {
    const routers = fleet({ count: 3, firstAddress: '127.20.0.254', runningVersion: '1.0.0' });
    expect(routers.map(({ routerId, address }) => `${routerId} ${address}`)).toEqual([
      'router-001 127.20.0.254',
      'router-002 127.20.0.255',
      'router-003 127.20.1.0',
    ]);
  });
});

describe('the settings of a fleet', () => {
  it('are those of each of its routers', () => {
    const [router] = fleet({
      count: 1,
      runningVersion: '1.0.0',
      supervisors: { kind: 'dual', install: 'individual' },
      alarms: [{ id: 'fan' }],
      bgpPeersUpMs: 900,
      faults: [{ kind: 'standby-late' }],
    });
    expect(routerConfigSchema.parse(router)).toMatchObject({
      routerId: 'router-001',
      supervisors: { kind: 'dual', standby: { id: 'RP1', condition: 'present' } },
      alarms: [{ id: 'fan', severity: 'MAJOR' }],
      bgpPeersUpMs: 900,
      faults: [{ kind: 'standby-late', times: 1, skip: 0, probability: 1 }],
    });
  });
});

describe('the command line', () => {
  it('describes a fleet', () => {
    const config = parseConfig([
      '--routers',
      '2',
      '--reboot-ms',
      '50',
      '--calls',
      'calls.jsonl',
      '--control',
      '0',
    ]);
    expect(config).toMatchObject({ callLog: 'calls.jsonl', controlPort: 0, seed: 'vecino' });
    expect(config.routers[1]).toMatchObject({ address: '127.20.0.2', port: 9339, rebootMs: 50, faults: [] });
  });

  it.each([[[]], [['--routers', 'many']], [['--unknown']], [['--routers', '1', '--control', '99999']]])(
    'refuses %j',
    (argv) => expect(() => parseConfig(argv)).toThrow(),
  );
});
