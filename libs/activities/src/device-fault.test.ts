import { retry, stop } from '@vecino/upgrade';
import { DeviceFault, toApplicationFailure } from './device-fault.js';

describe('a fault on its way to Temporal', () => {
  it('carries the reason as type and the outcome as first detail', () => {
    const failure = toApplicationFailure(
      new DeviceFault(stop('IMAGE_UNKNOWN', 'no such image', 'REJECTED')),
      1,
    );
    expect(failure).toMatchObject({ type: 'IMAGE_UNKNOWN', message: 'no such image', nonRetryable: true });
    expect(failure.details).toEqual([
      { state: 'REJECTED', reason: { code: 'IMAGE_UNKNOWN', text: 'no such image' } },
    ]);
  });

  it('is retried as long as it may pass', () => {
    const few = new DeviceFault(retry('INSTALL_FAILED', 'sync failed', { maxAttempts: 2 }));
    const many = new DeviceFault(retry('DEVICE_UNREACHABLE', 'away'));
    expect([1, 2].map((attempt) => toApplicationFailure(few, attempt).nonRetryable)).toEqual([false, true]);
    expect([1, 99].map((attempt) => toApplicationFailure(many, attempt).nonRetryable)).toEqual([
      false,
      false,
    ]);
    expect([few.disposition, many.disposition]).toEqual(['retry', 'retry']);
  });
});
