import type { CallRecord, DeviceCall } from '@vecino/gnoi';
import { CallRecorder } from './call-recorder.js';
import type { CallEntry } from './evidence-store.js';

const REBOOT = 'gnoi.system.System/Reboot';
const GET = 'gnmi.gNMI/Get';

function recording(checkpoint: () => void = () => undefined) {
  const entries: CallEntry[] = [];
  const log = { append: (entry: CallEntry) => void entries.push(entry), close: () => undefined };
  const recorder = new CallRecorder(log, { step: 'waitUp', attempt: 1 }, { checkpoint });
  const { beforeCall, observer } = recorder.hooks;
  return {
    entries,
    recorder,
    before: beforeCall,
    make(call: DeviceCall, outcome: string, detail: CallRecord['detail'] = {}): void {
      beforeCall?.(call);
      observer?.({ call, startedAt: 1, ms: 2, outcome, detail });
    },
  };
}

test('a call that can change the device is told of before it goes out and when it is over', () => {
  const { entries, make, before } = recording();
  make(REBOOT, 'answer');
  expect(entries).toMatchObject([{ event: 'sent' }, { event: 'ended', outcome: 'answer' }]);
  expect(entries[0]?.id).toBe(entries[1]?.id);
  before?.('gnoi.os.OS/Install');
  expect(entries[2]).toMatchObject({ event: 'sent', call: 'gnoi.os.OS/Install' });
});

test('no such call goes out once the step is cancelled; reads do', () => {
  const { entries, before } = recording(() => {
    throw new Error('cancelled');
  });
  expect(() => before?.(REBOOT)).toThrow('cancelled');
  expect(() => before?.(GET)).not.toThrow();
  expect(entries).toEqual([]);
});

test('reads that come out the same, whatever the clock says, are one entry and a count', () => {
  const { entries, make, recorder } = recording();
  for (let n = 0; n < 5; n += 1) {
    make(GET, 'answer', { paths: '/system/state', deviceTimeNs: String(n) });
    make('gnoi.system.System/RebootStatus', 'answer', { active: true, waitNs: String(100 - n) });
  }
  make(GET, 'UNAVAILABLE', { paths: '/system/state' });
  expect(entries.map(({ event }) => event)).toEqual(['ended', 'ended', 'ended']);
  recorder.close();
  expect(entries.slice(3)).toMatchObject([
    { event: 'repeated', times: 4, call: GET },
    { event: 'repeated', times: 4 },
  ]);
});

test('reads before and after a change are never told as one', () => {
  const { entries, make } = recording();
  make(GET, 'answer');
  make(GET, 'answer');
  make(REBOOT, 'answer');
  make(GET, 'answer');
  expect(entries.map(({ event, call }) => `${event} ${call.split('/')[1]}`)).toEqual([
    'ended Get',
    'repeated Get',
    'sent Reboot',
    'ended Reboot',
    'ended Get',
  ]);
});
