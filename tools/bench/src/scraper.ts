import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '@vecino/devstack';

export interface Scraped {
  pages: number;
  bytes: number;
}

/** Fetches the metrics of services as Prometheus does, at once and then again and again, until what it returns is called. */
export function scrapeEvery(
  everyMs: number,
  services: readonly Service[],
  scraped: Scraped,
): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const scraping = services.map(async ({ readyLine }) => {
    const url = `http://${String(readyLine['metrics_address'])}/metrics`;
    while (!signal.aborted) {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`${url} answered ${response.status}`);
      scraped.bytes += (await response.text()).length;
      scraped.pages += 1;
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  });
  return async () => {
    stopping.abort();
    await Promise.all(scraping);
  };
}
