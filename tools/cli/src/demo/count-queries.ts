import { type PlatformEnvironment } from '../platform-access.js';
import { withTemporal } from '../temporal-access.js';
import { type CountedQuery } from './demo-report.js';

/** Asks Temporal each query. A Temporal that does not answer is no fault of the deployments. */
export async function countQueries(
  env: PlatformEnvironment,
  queries: readonly string[],
): Promise<CountedQuery[]> {
  try {
    return await withTemporal(env, ({ client }) =>
      Promise.all(
        queries.map(async (query) => ({ query, workflows: (await client.workflow.count(query)).count })),
      ),
    );
  } catch {
    return queries.map((query) => ({ query, workflows: null }));
  }
}
