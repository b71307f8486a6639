import { REASON_CODES } from '@vecino/foundation';
import { aftermathOf, rollsBack } from './index.js';

describe('after the reboot', () => {
  it('a router goes back exactly from a version that runs and is not good', () => {
    expect(REASON_CODES.filter(rollsBack)).toEqual(['VERIFY_FAILED', 'POSTCHECK_FAILED']);
  });

  it.each([
    [false, ['POSTCHECK_FAILED'], ['REBOOT_FAILED', 'FELL_BACK']],
    [true, ['FELL_BACK', 'POSTCHECK_FAILED'], ['REBOOT_FAILED']],
  ] as const)(
    'a router is let go only where it runs what it boots next (Activate reboots: %s)',
    (activateReboots, known, toBeSetBack) => {
      const those = (aftermath: string) =>
        REASON_CODES.filter((code) => aftermathOf(code, activateReboots) === aftermath);
      expect(those('known')).toEqual(known);
      expect(those('to-be-set-back')).toEqual(toBeSetBack);
    },
  );
});
