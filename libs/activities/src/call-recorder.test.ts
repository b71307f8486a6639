import type { CallRecord, DeviceCall } from '@vecino/gnoi';
import { CallRecorder, WRITE_PATIENCE_MS } from './call-recorder.js';
import type { CallEntry, EvidenceEntry } from './evidence-store.js';

const REBOOT = 'gnoi.system.System/Reboot';
const GET = 'gnmi.gNMI/Get';

function recording(
  checkpoint: () => void = () => undefined,
  written: () => Promise<void> = () => Promise.resolve(),
) {
  const entries: CallEntry[] = [];
  const append = (entry: EvidenceEntry): Promise<void> => {
    if ('call' in entry) entries.push(entry);
    return written();
  };
  const log = { append, close: () => Promise.resolve() };
  const recorder = new CallRecorder(log, { step: 'waitUp', attempt: 1 }, { checkpoint });
  const { beforeCall, observer } = recorder.hooks;
  return {
    entries,
    recorder,
    before: beforeCall,
    async make(call: DeviceCall, outcome: string, detail: CallRecord['detail'] = {}): Promise<void> {
      await beforeCall?.(call);
      observer?.({ call, startedAt: 1, ms: 2, outcome, detail });
    },
  };
}

test('a call that can change the device is told of before it goes out and when it is over', async () => {
  const { entries, make, before } = recording();
  await make(REBOOT, 'answer');
  expect(entries).toMatchObject([{ event: 'sent' }, { event: 'ended', outcome: 'answer' }]);
  expect(entries[0]?.id).toBe(entries[1]?.id);
  await before?.('gnoi.os.OS/Install');
  expect(entries[2]).toMatchObject({ event: 'sent', call: 'gnoi.os.OS/Install' });
});

test('no such call goes out once the step is cancelled; reads do', async () => {
  const { entries, before } = recording(() => {
    throw new Error('cancelled');
  });
  await expect(before?.(REBOOT)).rejects.toThrow('cancelled');
  await before?.(GET);
  expect(entries).toMatchObject([{ event: 'sent' }, { event: 'ended', outcome: 'not-sent' }]);
});

test('the checkpoint is asked last, after the wait for the disk', async () => {
  const order: string[] = [];
  const written = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    order.push('written');
  };
  await recording(() => void order.push('checkpoint'), written).before?.(REBOOT);
  expect(order).toEqual(['written', 'checkpoint']);
});

test('a disk that hangs does not hold a call back for ever', async () => {
  jest.useFakeTimers();
  try {
    const { before } = recording(undefined, () => new Promise(() => undefined));
    const sending = before?.(REBOOT);
    await jest.advanceTimersByTimeAsync(WRITE_PATIENCE_MS);
    await expect(sending).resolves.toBeUndefined();
  } finally {
    jest.useRealTimers();
  }
});

test('reads that come out the same, whatever the clock says, are one entry and a count', async () => {
  const { entries, make, recorder } = recording();
  for (let n = 0; n < 5; n += 1) {
    await make(GET, 'answer', { paths: '/system/state', deviceTimeNs: String(n) });
    await make('gnoi.system.System/RebootStatus', 'answer', { active: true, waitNs: String(100 - n) });
  }
  await make(GET, 'UNAVAILABLE', { paths: '/system/state' });
  expect(entries.map(({ event }) => event)).toEqual(['ended', 'ended', 'ended']);
  await recorder.close();
  expect(entries.slice(3)).toMatchObject([
    { event: 'repeated', times: 4, call: GET },
    { event: 'repeated', times: 4 },
  ]);
});

test('reads before and after a change are never told as one', async () => {
  const { entries, make } = recording();
  await make(GET, 'answer');
  await make(GET, 'answer');
  await make(REBOOT, 'answer');
  await make(GET, 'answer');
  expect(entries.map(({ event, call }) => `${event} ${call.split('/')[1]}`)).toEqual([
    'ended Get',
    'repeated Get',
    'sent Reboot',
    'ended Reboot',
    'ended Get',
  ]);
});
