/** How a part that has started is ended. */
export type Ending = () => Promise<unknown>;

/**
 * Starts something of several parts. `start` adds the ending of each part once it runs; `stop` ends all that run, the last first,
 * and is called here where a later part does not start.
 */
export async function startWhole<T>(
  start: (endings: Ending[], stop: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const endings: Ending[] = [];
  const stop = async (): Promise<void> => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    return await start(endings, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}
