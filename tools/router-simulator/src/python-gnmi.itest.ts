import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askWithPython, type PythonAnswer, type PythonTarget } from './testing/python-gnmi.js';
import { startSimulator, type Simulator } from './simulator.js';
import { readAuthority, writeCertificates } from './write-certificates.js';

const PREPARE_MS = 240_000;

let dir: string;
let simulator: Simulator;
let target: PythonTarget;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'vecino-python-gnmi-'));
  const files = await writeCertificates(dir, 'python');
  simulator = await startSimulator({
    routers: [
      {
        routerId: 'edge-1',
        address: '127.0.0.1',
        port: 0,
        runningVersion: '1.0.0',
        alarms: [{ id: 'fan', severity: 'MINOR', text: 'slow', resource: 'fan-1' }],
      },
    ],
    authority: await readAuthority(dir),
  });
  const { address, port } = simulator.router('edge-1').snapshot();
  target = {
    address,
    port,
    serverName: 'edge-1',
    ca: files.ca,
    cert: files.clientCert,
    key: files.clientKey,
  };
});
afterAll(async () => {
  await simulator.stop();
  rmSync(dir, { recursive: true });
});

const updatesOf = ({ get }: PythonAnswer) => get.notification.flatMap(({ update = [] }) => update);

describe('a gNMI client written by somebody else', () => {
  it(
    'learns what the router can do and reads it in JSON_IETF, over mutual TLS',
    async () => {
      const answer = await askWithPython(target, {
        encoding: 'json_ietf',
        paths: ['/system/state', '/system/alarms', '/interfaces/interface[name=eth1]/state/oper-status'],
      });
      expect(answer.capabilities.gnmi_version).toBe('0.8.0');
      expect(answer.capabilities.supported_encodings).toEqual(['json', 'proto', 'ascii', 'json_ietf']);
      expect(answer.capabilities.supported_models.map(({ name }) => name)).toContain('openconfig-platform');
      const [system, alarms, status] = updatesOf(answer);
      expect(system).toMatchObject({
        path: 'system/state',
        val: {
          'openconfig-system:hostname': 'edge-1',
          'openconfig-system:boot-time': simulator.router('edge-1').snapshot().bootTimeNs,
        },
      });
      expect(alarms?.val).toMatchObject({
        'openconfig-system:alarm': [{ id: 'fan', state: { severity: 'openconfig-alarm-types:MINOR' } }],
      });
      expect(status?.val).toBe('UP');
      const calls = simulator.calls().filter(({ rpc }) => rpc.endsWith('/Get'));
      expect(calls.at(-1)).toMatchObject({ peer: 'python', accepted: true });
    },
    PREPARE_MS,
  );

  it(
    'reads leaf by leaf in PROTO, with wildcards and a prefix',
    async () => {
      const answer = await askWithPython(target, {
        encoding: 'proto',
        prefix: '/interfaces',
        target: 'edge-1',
        paths: ['interface[name=*]/state/oper-status'],
      });
      expect(updatesOf(answer).map(({ path, val }) => [path, val])).toEqual(
        [0, 1, 2, 3].map((n) => [`interfaces/interface[name=eth${n}]/state/oper-status`, 'UP']),
      );
    },
    PREPARE_MS,
  );

  it(
    'is told what is not there',
    async () => {
      const asking = askWithPython(target, { encoding: 'json', paths: ['/no/such/path'] });
      await expect(asking).rejects.toThrow(/NOT_FOUND|no such path/);
    },
    PREPARE_MS,
  );
});
