import { inRequestTrace, requestTrace } from './request-trace.js';

const one = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
const other = { traceparent: '00-1bf7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

test('what is asked for before the first wait is of the request, what comes after is of none', async () => {
  const seen = await inRequestTrace(one, async () => {
    const first = requestTrace();
    await Promise.resolve();
    return [first, requestTrace()];
  });
  expect(seen).toEqual([one, undefined]);
});

test('of what carries a trace nothing else goes into headers', () => {
  const item = { ...one, tracestate: 'vendor=1', routerId: 'r-1' };
  void inRequestTrace(item, async () => {
    expect(requestTrace()).toEqual({ ...one, tracestate: 'vendor=1' });
  });
  expect.assertions(1);
});

test('requests served at once do not see each other', async () => {
  const seen: unknown[] = [];
  const serve = (trace: typeof one) => inRequestTrace(trace, async () => void seen.push(requestTrace()));
  await Promise.all([serve(one), serve(other)]);
  expect(seen).toEqual([one, other]);
  expect(requestTrace()).toBeUndefined();
});

test('one within another gives way to it again, also where it throws', () => {
  const fail = (): Promise<void> => {
    throw new Error('at once');
  };
  void inRequestTrace(one, () => {
    expect(() => inRequestTrace(other, fail)).toThrow('at once');
    expect(requestTrace()).toEqual(one);
    return Promise.resolve();
  });
  expect(requestTrace()).toBeUndefined();
});
