import type { KafkaClient } from '@vecino/messaging';
import { silentLogger, startTelemetry, type Telemetry } from '@vecino/telemetry';
import { readPrometheusText, waitFor } from '@vecino/testing';
import { watchLag } from './watch-lag.js';

const COMMITTED = 3;
const END = 10;
const MINUTE_MS = 60_000;

/** One partition; counts the connections that are made and those that are open. */
function fakeKafka() {
  const state = { made: 0, open: 0, looks: 0, isAway: false };
  const answer = <T>(value: T): Promise<T> =>
    state.isAway ? Promise.reject(new Error('away')) : Promise.resolve(value);
  function admin() {
    state.made += 1;
    let isOpen = false;
    const become = (wanted: boolean): Promise<void> => {
      if (isOpen !== wanted) state.open += wanted ? 1 : -1;
      isOpen = wanted;
      return Promise.resolve();
    };
    return {
      connect: () => become(true),
      disconnect: () => become(false),
      fetchOffsets: () =>
        answer([{ topic: 't', partitions: [{ partition: 0, offset: String(COMMITTED), metadata: null }] }]),
      fetchTopicOffsets: () => {
        state.looks += 1;
        return answer([{ partition: 0, offset: String(END), high: String(END), low: '0' }]);
      },
    };
  }
  return { state, client: { kafka: { admin }, logger: silentLogger } as unknown as KafkaClient };
}

function fakeClock() {
  let nowMs = 0;
  return {
    now: () => nowMs,
    goOn(ms: number): void {
      nowMs += ms;
    },
  };
}

describe('the watch over lag', () => {
  let telemetry: Telemetry;
  beforeAll(() => {
    telemetry = startTelemetry({ serviceName: 'test', env: {}, metrics: { scraped: true, maxTenants: 1 } });
  });
  afterAll(() => telemetry.shutdown());

  async function lag(): Promise<number | undefined> {
    const families = readPrometheusText((await telemetry.scrape?.()) ?? '');
    return families.find(({ name }) => name === 'vecino_ingest_lag')?.samples[0]?.value;
  }

  const becomes = (what: string, is: () => boolean | Promise<boolean>) =>
    waitFor(is, { timeoutMs: 4_000, what });

  it('keeps one connection, makes another after a failure, and closes it at the end', async () => {
    const { state, client } = fakeKafka();
    const clock = fakeClock();
    const stopping = new AbortController();
    const group = { topic: 't', groupId: 'g', assigned: () => [0] };
    const watching = watchLag(client, [group], stopping.signal, { lookMs: 1, clock });
    await becomes('five looks', () => state.looks >= 5);
    expect(state).toMatchObject({ made: 1, open: 1 });
    expect(await lag()).toBe(END - COMMITTED);

    state.isAway = true;
    await becomes('two failed looks', () => state.made >= 3);
    expect(await lag()).toBe(END - COMMITTED);
    clock.goOn(MINUTE_MS + 1);
    await becomes('no lag after a minute of them', async () => (await lag()) === undefined);
    state.isAway = false;
    await becomes('the lag again', async () => (await lag()) === END - COMMITTED);
    expect(state.made).toBeGreaterThan(1);
    expect(state.open).toBe(1);

    stopping.abort();
    await watching;
    expect(state.open).toBe(0);
    await becomes('no lag any more', async () => (await lag()) === undefined);
  });

  it('keeps for a minute what a rebalance takes away, and at once nothing that another replica has', async () => {
    const { state, client } = fakeKafka();
    const clock = fakeClock();
    const stopping = new AbortController();
    let assigned: readonly number[] = [0];
    const group = { topic: 't', groupId: 'g', assigned: () => assigned };
    const watching = watchLag(client, [group], stopping.signal, { lookMs: 1, clock });
    /** Whatever was under way when this was called is over then, and a whole look after it. */
    async function look(): Promise<void> {
      const before = state.looks;
      await becomes('another look', () => state.looks >= before + 2);
    }
    await becomes('the lag', async () => (await lag()) === END - COMMITTED);

    assigned = [];
    await look();
    expect(await lag()).toBe(END - COMMITTED);
    clock.goOn(MINUTE_MS + 1);
    await becomes('no lag after a minute', async () => (await lag()) === undefined);

    assigned = [0];
    await becomes('the lag again', async () => (await lag()) === END - COMMITTED);
    assigned = [1];
    await becomes('no lag of another replica’s', async () => (await lag()) === undefined);

    stopping.abort();
    await watching;
  });
});
