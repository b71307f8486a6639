import { status } from '@grpc/grpc-js';
import { LONGEST_REASON } from '@vecino/upgrade';
import { rpcFault } from './rpc-fault.js';

test('of what a router says with a status the beginning is kept, without secrets', () => {
  const details = `cannot reach ftp://ana:hunter2@store ${'x'.repeat(100_000)}`;
  const { message } = rpcFault({ code: status.INTERNAL, details }, undefined);
  expect(message).toMatch(/^cannot reach ftp:\/\/\[redacted\]@store x+…$/);
  expect(message).toHaveLength(LONGEST_REASON + 1);
});
