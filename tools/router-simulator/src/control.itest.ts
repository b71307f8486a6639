import type { LogRecord } from './call-log.js';
import type { RouterSnapshot } from './router-snapshot.js';
import { NEW, OLD, openRouter, ROUTER_ID, until, type OpenRouter } from './testing/open-router.js';

let lab: OpenRouter;
afterEach(() => lab.close());

const open = async (settings: Parameters<typeof openRouter>[0] = {}) => {
  lab = await openRouter(settings, { control: 0 });
};

async function http(method: string, path: string, body?: unknown) {
  const answer = await fetch(`http://127.0.0.1:${lab.simulator.controlPort}${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  });
  return { status: answer.status, body: (await answer.json()) as unknown };
}
const router = `/routers/${ROUTER_ID}`;
const patch = async (change: object) => (await http('PATCH', router, change)).body as RouterSnapshot;

describe('the control', () => {
  it('shows a router as it is', async () => {
    await open({ supervisors: { kind: 'dual', install: 'individual' }, alarms: [{ id: 'fan' }] });
    const { status, body } = await http('GET', router);
    expect(status).toBe(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(lab.snapshot())));
    expect(body).toMatchObject({
      runningVersion: OLD,
      standby: { id: 'RP1', condition: 'present', runningVersion: OLD },
      alarms: [{ id: 'fan', severity: 'MAJOR' }],
      struck: {},
    });
    expect((await http('GET', '/routers')).body).toEqual([body]);
  });

  it('adds a router, which answers at once, and none whose name or address is taken', async () => {
    await open();
    const added = { routerId: 'late', address: '127.20.77.1', port: 0, runningVersion: OLD };
    expect(await http('POST', '/routers', added)).toMatchObject({
      status: 201,
      body: { routerId: 'late', runningVersion: OLD },
    });
    expect((await http('GET', '/routers/late')).status).toBe(200);
    const refused = async (body: object) => (await http('POST', '/routers', body)).status;
    expect(await refused(added)).toBe(400);
    expect(await refused({ ...added, routerId: 'unbound', address: '192.0.2.1' })).toBe(400);
    expect(await refused({ routerId: 'half' })).toBe(400);
    expect((await http('GET', '/routers')).body).toHaveLength(2);
  });

  it('changes whatever can be changed', async () => {
    await open({ supervisors: { kind: 'dual', install: 'individual' } });
    const before = lab.snapshot();
    const after = await patch({
      runningVersion: '1.5.0',
      installedVersions: ['1.6.0'],
      activationFailMessage: 'broken',
      standby: { condition: 'UNAVAILABLE', activationFailMessage: 'cold' },
      freeBytes: 1_000,
      interfaces: [{ name: 'eth0', operStatus: 'DOWN' }],
      bgpPeers: [{ address: '203.0.113.1', sessionState: 'CONNECT' }],
      alarms: [{ id: 'psu', severity: 'CRITICAL' }],
      clockStepMs: -5_000,
    });
    expect(after).toMatchObject({
      runningVersion: '1.5.0',
      installedVersions: [OLD, '1.6.0', '1.5.0'],
      activationFailMessage: 'broken',
      standby: { condition: 'UNAVAILABLE', runningVersion: '1.5.0', activationFailMessage: 'cold' },
      freeBytes: 1_000,
      alarms: [{ id: 'psu' }],
      clockOffsetMs: before.clockOffsetMs - 5_000,
      bootTimeNs: before.bootTimeNs,
    });
    expect(after.interfaces[0]).toMatchObject({ name: 'eth0', operStatus: 'DOWN' });
    expect(after.bgpPeers.map(({ sessionState }) => sessionState)).toEqual([
      'ESTABLISHED',
      'ESTABLISHED',
      'CONNECT',
    ]);
    expect(await lab.device.os.verify()).toMatchObject({
      version: '1.5.0',
      standby: { state: 'UNAVAILABLE' },
    });
    expect((await patch({ clearAlarms: ['psu'] })).alarms).toEqual([]);
  });

  it('adds, lists and clears faults, and tells which have struck', async () => {
    await open();
    await http('POST', `${router}/faults`, { kind: 'call-error', rpc: 'Verify', code: 'INTERNAL', times: 2 });
    await http('POST', `${router}/faults`, { kind: 'reboot-never-starts' });
    await lab.device.os.verify();
    expect((await http('GET', `${router}/faults`)).body).toMatchObject({
      faults: [{ kind: 'call-error', times: 1 }, { kind: 'reboot-never-starts' }],
      struck: { 'call-error': 1 },
    });
    await http('DELETE', `${router}/faults`);
    expect(await lab.device.os.verify()).toMatchObject({ kind: 'answer' });
    expect((await http('GET', `${router}/faults`)).body).toEqual({ faults: [], struck: { 'call-error': 1 } });
  });

  it('takes a router away and brings it back booted', async () => {
    await open({ installedVersions: [NEW] });
    await lab.device.os.activate({ version: NEW, noReboot: true });
    expect((await http('POST', `${router}/power-off`)).body).toMatchObject({ up: false, boots: 0 });
    expect(await lab.device.os.verify()).toMatchObject({ code: 'UNAVAILABLE' });
    expect((await http('POST', `${router}/power-on`)).body).toMatchObject({
      up: true,
      boots: 1,
      runningVersion: NEW,
    });
    await until(async () => (await lab.device.os.verify()).kind === 'answer');
  });

  it('tells what the routers were asked', async () => {
    await open();
    await lab.device.os.verify();
    await lab.reboot();
    const calls = (await http('GET', `/calls?router_id=${ROUTER_ID}`)).body;
    expect(calls).toEqual(lab.simulator.calls());
    const records = (await http('GET', '/records')).body as LogRecord[];
    expect(records.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['call', 'down', 'up']));
    expect((await http('GET', '/calls?router_id=other')).body).toEqual([]);
  });

  it.each<[string, string, unknown, RegExp]>([
    ['PATCH', router, { runningVersion: 'no good' }, /runningVersion/],
    ['PATCH', router, { colour: 'red' }, /colour/],
    ['PATCH', router, { interfaces: [{ name: 'eth0', operStatus: 'SIDEWAYS' }] }, /operStatus/],
    ['PATCH', router, { standby: { condition: 'present' } }, /no second supervisor/],
    ['PATCH', router, '{"half":', /JSON/],
    ['POST', `${router}/faults`, { kind: 'install-error', type: 'BROKEN' }, /type/],
    ['POST', `${router}/faults`, { kind: 'nonsense' }, /kind/],
    ['GET', '/calls?router=edge-1', undefined, /router/],
  ])('%s %s with %j is answered with 400 and the reason', async (method, path, body, reason) => {
    await open();
    const before = lab.snapshot();
    const answer = await http(method, path, body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toMatch(reason);
    expect(lab.snapshot()).toEqual(before);
  });

  it('knows no other router', async () => {
    await open();
    expect(await http('GET', '/routers/edge-9')).toMatchObject({ status: 404 });
  });
});
