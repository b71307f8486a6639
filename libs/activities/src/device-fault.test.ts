import { retry, stop } from '@vecino/upgrade';
import { DeviceFault, toApplicationFailure } from './device-fault.js';

describe('a fault on its way to Temporal', () => {
  it('carries the reason as type and the outcome as first detail', () => {
    const failure = toApplicationFailure(
      new DeviceFault(stop('IMAGE_UNKNOWN', 'no such image', 'REJECTED')),
      true,
    );
    expect(failure).toMatchObject({ type: 'IMAGE_UNKNOWN', message: 'no such image', nonRetryable: true });
    expect(failure.details).toEqual([
      { state: 'REJECTED', reason: { code: 'IMAGE_UNKNOWN', text: 'no such image' } },
    ]);
  });

  it('carries what machines read of it', () => {
    const fault = retry('INSTALL_FAILED', 'too large', { details: { gnoi_error: 'TOO_LARGE' } });
    const failure = toApplicationFailure(new DeviceFault(fault), false);
    expect(failure).toMatchObject({
      nonRetryable: false,
      details: [{ state: 'FAILED', details: { gnoi_error: 'TOO_LARGE' } }],
    });
  });

  it('carries no secret that a router has told', () => {
    const fault = stop('INSTALL_FAILED', 'TOO_LARGE: ftp://ana:hunter2@store/image', 'FAILED', {
      details: { gnoi_error: 'password=hunter2' },
    });
    const failure = toApplicationFailure(new DeviceFault(fault), true);
    const text = 'TOO_LARGE: ftp://[redacted]@store/image';
    expect(failure.message).toBe(text);
    expect(failure.details).toEqual([
      {
        state: 'FAILED',
        reason: { code: 'INSTALL_FAILED', text },
        details: { gnoi_error: 'password=[redacted]' },
      },
    ]);
  });
});
