import type { LogRecord } from './call-log.js';
import { mutationIntervals } from './mutation-intervals.js';

const call = (rpc: string, start: number, end: number, more: object = {}): LogRecord => ({
  kind: 'call',
  seq: start,
  router_id: 'edge-1',
  rpc,
  start,
  end,
  peer: null,
  accepted: true,
  status: 'OK',
  detail: {},
  ...more,
});
const up = (routerId: string, at: number): LogRecord => ({
  kind: 'up',
  seq: at,
  router_id: routerId,
  at,
  cause: 'reboot',
  running_version: '1.0.0',
  boot_time_ns: '1',
});
const edges = (records: LogRecord[]) =>
  mutationIntervals(records).map(({ mutation, start, end }) => [mutation, start, end]);

describe('the times during which a router was changed', () => {
  it('are those of calls with an effect; a reboot lasts until the router is back', () => {
    const records = [
      call('gnoi.os.OS/Install', 1, 5),
      call('gnoi.os.OS/Install', 2, 2, { accepted: false }),
      call('gnoi.os.OS/Verify', 3, 3),
      call('gnoi.os.OS/Activate', 6, 7),
      call('gnoi.system.System/Reboot', 8, 8),
      call('gnoi.system.System/RebootStatus', 9, 9),
      up('edge-2', 10),
      up('edge-1', 20),
    ];
    expect(edges(records)).toEqual([
      ['Install', 1, 5],
      ['Activate', 6, 7],
      ['Reboot', 8, 20],
    ]);
  });

  it('do not end where the router never came back', () => {
    expect(edges([call('gnoi.system.System/Reboot', 8, 8)])).toEqual([['Reboot', 8, Infinity]]);
  });

  it('end with the call where only the standby rebooted', () => {
    const reboot = call('gnoi.system.System/Reboot', 8, 9, { detail: { component: 'RP1' } });
    expect(edges([reboot, up('edge-1', 20)])).toEqual([['Reboot', 8, 9]]);
  });
});
