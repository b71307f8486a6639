import type { IntakeAsk } from '@vecino/intake';
import { type LogFields, silentLogger } from '@vecino/telemetry';
import type { GateItem } from '@vecino/workflows';
import { limitIntake } from './limit-intake.js';

const item = (offset: number, more: Partial<GateItem> = {}): GateItem => ({
  deploymentId: `d-${offset}`,
  routerId: 'r1',
  routerIp: '127.30.1.1',
  softwareVersion: '7.2.1',
  priority: 3,
  offset,
  timestamp: 1_700_000_000_000 + offset,
  fingerprint: `f-${offset}`,
  ...more,
});
const bad = { refusal: { code: 'INVALID_FIELD' as const, text: 'no' } };
const AT = Date.UTC(2026, 10, 26, 12);

async function limited(granted: number, items: readonly GateItem[]) {
  const asked: IntakeAsk[] = [];
  const hits: unknown[] = [];
  const lines: LogFields[] = [];
  const result = await limitIntake(
    {
      limiter: {
        take: (ask) => {
          asked.push(ask);
          return Promise.resolve({ granted, retryAt: AT + 60_000, at: AT });
        },
      },
      meter: { limited: (tenantId, requests) => hits.push([tenantId, requests]) },
      logger: { ...silentLogger, debug: (fields) => lines.push(fields) },
    },
    { tenantId: 'acme', limit: () => 300, items },
    new AbortController().signal,
  );
  return { result, asked, hits, lines };
}

test('the first ones go on as they are, the others are refused with the time when they may be sent again', async () => {
  const items = [item(1), item(2, bad), item(3), item(4)];
  const { result, asked, hits, lines } = await limited(2, items);
  expect(asked).toMatchObject([{ tenantId: 'acme', wanted: 3 }]);
  expect(result.slice(0, 3)).toEqual(items.slice(0, 3));
  expect(result[3]).toEqual({
    ...items[3],
    refusal: {
      code: 'RATE_LIMITED',
      text: 'more than 300 requests within 60 s: send it again from 2026-11-26T12:01:00.000Z on, with a new request_id',
    },
    refusalDetails: { retry_at: '2026-11-26T12:01:00.000Z' },
  });
  expect(hits).toEqual([['acme', 1]]);
  expect(lines).toEqual([{ tenant_id: 'acme', granted: 2, refused: 1, at: '2026-11-26T12:00:00.000Z' }]);
});

test('a batch within the limit goes on untouched', async () => {
  const items = [item(1), item(2)];
  const { result, hits } = await limited(2, items);
  expect(result).toBe(items);
  expect(hits).toEqual([]);
});

test('what is refused already takes nothing from the limit', async () => {
  const items = [item(1, bad), item(2, bad)];
  const { result, asked, lines } = await limited(0, items);
  expect(result).toBe(items);
  expect(asked).toEqual([]);
  expect(lines).toEqual([]);
});
