import fc from 'fast-check';
import { InstallRequest } from './gen/gnoi/os.js';
import { encodeInstallRequest } from './install-stream.js';

const generated = (request: InstallRequest): Buffer => Buffer.from(InstallRequest.encode(request).finish());

describe('a request of an Install', () => {
  it('with content is encoded as the generated code does', () => {
    const size = fc.oneof(fc.nat(300), fc.constantFrom(127, 128, 16_383, 16_384, 65_536, 2_097_152));
    fc.assert(
      fc.property(size, (bytes) => {
        const value = Buffer.alloc(bytes, 7);
        const request: InstallRequest = { request: { $case: 'transferContent', value } };
        expect(encodeInstallRequest(request).equals(generated(request))).toBe(true);
      }),
    );
  });

  it.each([
    {
      request: {
        $case: 'transferRequest',
        value: { version: '2.0.0', standbySupervisor: true, packageSize: 5n },
      },
    },
    { request: { $case: 'transferEnd', value: {} } },
    { request: undefined },
  ] satisfies InstallRequest[])('$request.$case is encoded as the generated code does', (request) => {
    expect(encodeInstallRequest(request).equals(generated(request))).toBe(true);
  });
});
