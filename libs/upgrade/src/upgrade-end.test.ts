import { REASON_CODES } from '@vecino/foundation';
import { isKnownAfterReboot, rollsBack } from './index.js';

describe('after the reboot', () => {
  it('a router goes back exactly from a version that runs and is not good', () => {
    expect(REASON_CODES.filter(rollsBack)).toEqual(['VERIFY_FAILED', 'POSTCHECK_FAILED']);
  });

  it('the router is free for the next deployment exactly where it is known what it runs', () => {
    expect(REASON_CODES.filter(isKnownAfterReboot)).toEqual(['FELL_BACK', 'POSTCHECK_FAILED']);
  });
});
