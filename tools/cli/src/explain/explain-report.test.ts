import { type NetworkDeploymentStatus } from '@vecino/contracts';
import { type DeploymentRun, type PendingStep } from '@vecino/temporal';
import { type Tenant } from '@vecino/tenancy';
import { type Explanation } from '@vecino/workflows';
import { EXPLAIN_KEYS, explainReport, explainText } from './explain-report.js';
import { type DeploymentStanding, type WaitedQueue } from './look-around.js';
import { explanationOf } from './told-end.js';

const NOW = Date.UTC(2026, 10, 1, 12);
const ENV = { TEMPORAL_UI_URL: 'http://ui:8233', VECINO_TRACES_URL: 'http://jaeger:16686' };
const tenant = { id: 'acme', route: 'queue' } as unknown as Tenant;
const base = { tenant, deploymentId: 'd1', namespace: 'default' };

const told = (explanation: Partial<Explanation>): DeploymentStanding => ({
  ...base,
  answer: { tenantId: 'acme', explanation: { state: 'queued', sentence: 'd1 waits.', ...explanation } },
});
const run = (...steps: readonly PendingStep[]): DeploymentRun => ({
  input: { traceparent: '00-abcdef-01-01' } as DeploymentRun['input'],
  startedAt: NOW - 60_000,
  isRunning: true,
  runId: 'run-1',
  taskQueue: 'tenant-acme-deployments',
  state: 'STAGING',
  steps,
});
const running = (...steps: readonly PendingStep[]): DeploymentStanding => ({
  ...told({ state: 'running', sentence: 'd1 is running.' }),
  run: run(...steps),
});
const queue = (more: Partial<WaitedQueue> = {}): WaitedQueue => ({
  name: 'tenant-acme-deployments',
  type: 'activity',
  pollers: 0,
  backlog: 3,
  ...more,
});

const report = (standing: DeploymentStanding, env: Record<string, string> = ENV) =>
  explainReport(standing, env, NOW);
const commands = (standing: DeploymentStanding) => report(standing).next.map(({ run: command }) => command);

it('has the keys that are documented, whatever it stands for', () => {
  for (const standing of [told({}), running(), { ...base, answer: { tenantId: 'acme', silence: 'away' } }])
    expect(Object.keys(report(standing))).toEqual(Object.keys(EXPLAIN_KEYS));
});

describe('a wait leads to who can end it', () => {
  const reason = (code: NonNullable<Explanation['reason']>['code']) => ({ reason: { code, text: '' } });

  it.each<[Partial<Explanation>, string]>([
    [reason('CAP_REACHED'), './vecino tenant show acme'],
    [{ ...reason('ROUTER_BUSY'), holder: 'd0' }, './vecino explain d0 --tenant acme'],
    [reason('ROUTER_BUSY'), './vecino tenant show acme'],
    [reason('TENANT_PAUSED'), './vecino tenant resume acme'],
    [reason('PLATFORM_PAUSED'), './vecino status'],
    [reason('STATUS_BACKLOG'), './vecino status'],
    [reason('TENANT_MOVING'), './vecino tenant show acme'],
  ])('%j: %s', (explanation, command) => expect(commands(told(explanation))[0]).toBe(command));

  it('one that was refused has no evidence, and leads to what refused it', () => {
    const text = '127.20.0.3 is not in the networks of tenant acme';
    const status = {
      deployment_id: 'd1',
      run_id: '',
      state: 'REJECTED',
      occurred_at: NOW,
    } as NetworkDeploymentStatus;
    const reason = { code: 'ROUTER_OUTSIDE_NETWORKS', text } as const;
    const explanation = explanationOf({ ...status, reason });
    expect(explanation).toEqual({
      state: 'closed',
      sentence: `Deployment d1 ended as REJECTED at 2026-11-01T12:00:00.000Z: ${text}.`,
      reason,
      refused: true,
    });
    expect(commands(told(explanation ?? {}))).toEqual([
      './vecino tenant show acme',
      './vecino retry d1 --tenant acme',
    ]);
    expect(explanationOf({ ...status, reason, state: 'STAGING' })).toBeUndefined();
    // Its precheck refused it: there is evidence of that.
    const checked = explanationOf({ ...status, reason, run_id: 'run-1' });
    expect(commands(told(checked ?? {}))[0]).toBe('./vecino evidence d1 --tenant acme');
  });

  it('one for a time ends by itself', () => {
    const until = NOW + 1;
    expect(report(told({ ...reason('NOT_BEFORE'), until }))).toMatchObject({
      next: [],
      until: '2026-11-01T12:00:00.001Z',
    });
  });
});

describe('what runs says what it is busy with', () => {
  it('a step that runs: for how long, which attempt, where, and why again', () => {
    const step: PendingStep = {
      name: 'install',
      attempt: 3,
      state: 'running',
      since: NOW - 90_000,
      lastFault: 'the router closed the stream',
      worker: '77@host',
    };
    expect(report(running(step)).cause).toEqual([
      'step install has been running for 90 s, attempt 3, at 77@host',
      'the attempt before failed: the router closed the stream',
    ]);
    expect(commands(running(step))).toContain('./vecino evidence d1 --tenant acme');
  });

  it('a step between two attempts: when it is tried again', () => {
    const step: PendingStep = {
      name: 'precheck',
      attempt: 2,
      state: 'pausing',
      nextAt: NOW + 5_000,
      lastFault: 'no route',
    };
    expect(report(running(step)).cause[0]).toBe(
      'step precheck failed and is tried again at 2026-11-01T12:00:05.000Z, as attempt 2',
    );
  });

  it('a step without a worker: that nobody serves its queue', () => {
    const waiting: PendingStep = { name: 'install', attempt: 1, state: 'waiting', since: NOW - 200_000 };
    const standing = { ...running(waiting), queue: queue() };
    expect(report(standing).cause).toEqual([
      'step install has been waiting for a worker for 3 min',
      'no worker serves the task queue tenant-acme-deployments: nobody has asked it for work within 5 min',
    ]);
    expect(commands(standing).slice(0, 2)).toEqual(['./vecino tenant show acme', './vecino status']);
    const gone = { ...standing, queue: queue({ pollers: 1, polledAt: NOW - 120_000 }) };
    expect(report(gone).cause[1]).toContain('any more: one asked it for work last 2 min ago');
    const busy = { ...standing, queue: queue({ pollers: 1, polledAt: NOW - 1_000 }) };
    expect(report(busy).cause[1]).toBe(
      '3 tasks wait on the task queue tenant-acme-deployments, which a worker asked for work 1 s ago',
    );
  });

  it('no step at all: the phase in which time passes', () => {
    expect(report(running()).cause).toEqual(['it is in STAGING, and lets time pass as it should there']);
  });
});

it('a gate that does not answer leads to its workers', () => {
  const standing: DeploymentStanding = {
    ...base,
    answer: { tenantId: 'acme', silence: 'no answer' },
    queue: queue(),
  };
  expect(report(standing)).toMatchObject({
    state: 'silent',
    sentence: 'its gate does not answer: no answer',
  });
  expect(report(standing).cause[0]).toContain('no worker serves');
  expect(commands(standing)[0]).toBe('./vecino tenant show acme');
});

it('links to the run and to its trace where somebody has said where these are, and only there', () => {
  const text = explainText(report(running()));
  expect(text).toContain('http://ui:8233/namespaces/default/workflows/deployment%2Facme%2Fd1/run-1/history');
  expect(text).toContain('http://jaeger:16686/trace/abcdef');
  expect(text.split('\n')[0]).toBe('acme: d1 is running.');
  const bare = explainText(report(running(), {}));
  expect(bare).not.toContain('http');
  expect(bare).toContain('trace       abcdef');
});
