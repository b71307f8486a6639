import { grantsInLog } from './grants-in-log.js';

it('grants are read from a log that says other things too and ends in half a line', () => {
  const log = [
    '{"level":"info","msg":"ready"}',
    '{"level":"debug","tenant_id":"acme","granted":2,"at":"1970-01-01T00:00:00.017Z","msg":"granted"}',
    'granted but no JSON',
    '{"level":"debug","tenant_id":"acme","granted":',
  ].join('\n');
  expect(grantsInLog(log)).toEqual([{ tenantId: 'acme', granted: 2, at: 17 }]);
});
