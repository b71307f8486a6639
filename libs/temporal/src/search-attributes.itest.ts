import { silentLogger } from '@vecino/telemetry';
import { connectTemporalClient } from './connect.js';
import { ensureSearchAttributes } from './search-attributes.js';
import { parseTemporalConfig } from './temporal-config.js';

test('the search attributes are there after it, however often it runs', async () => {
  const config = parseTemporalConfig(process.env);
  const temporal = await connectTemporalClient({ config, logger: silentLogger });
  try {
    await ensureSearchAttributes(temporal.connection, config.namespace);
    expect(await ensureSearchAttributes(temporal.connection, config.namespace)).toEqual([]);
    const { customAttributes } = await temporal.connection.operatorService.listSearchAttributes({
      namespace: config.namespace,
    });
    expect(Object.keys(customAttributes)).toEqual(
      expect.arrayContaining(['TenantId', 'RouterId', 'SoftwareVersion', 'DeploymentState', 'Tier']),
    );
  } finally {
    await temporal.close();
  }
});
