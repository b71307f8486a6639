import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Tenant } from '@vecino/tenancy';
import { waitFor } from '@vecino/testing';
import { misbehave } from './ask-simulator.js';
import { type PathPlatform, startPathPlatform } from './path-platform.js';
import { planUpgrade } from './request-plan.js';
import { quietly, runVecino } from './vecino-command.js';

interface Next {
  readonly run: string;
}
/** As `explain --output json` prints it. */
interface Explained {
  readonly state: string;
  readonly reason: { readonly code: string } | null;
  readonly holder: string | null;
  readonly cause: readonly string[];
  readonly queue: { readonly name: string; readonly pollers: number } | null;
  readonly trace_id: string | null;
  readonly links: { readonly workflow: string | null; readonly trace: string | null };
  readonly next: readonly Next[];
}
interface Failed {
  readonly failed?: readonly { readonly code: string }[];
}
interface Standing {
  readonly phase: string;
  readonly stops?: { readonly platform: { readonly reason: string } | null };
}
interface Shown {
  readonly gate: {
    readonly state: string;
    readonly running: number | null;
    readonly cap: number;
    readonly stand_still: { readonly code: string } | null;
  };
  readonly deployments: readonly { readonly deployment_id: string }[] | null;
  readonly queue: { readonly unserved: string | null } | null;
  readonly next: readonly Next[];
}

const OUTSIDE = { ...process.env };
const TRACES = 'http://jaeger.example:16686';
/** Its only worker is never started. */
const UNSERVED = 'mayorista';
const WITHIN = { timeoutMs: 60_000 };

describe('from "deployment X of tenant Y is slow" to the cause, each step a command that the one before printed', () => {
  let path: PathPlatform;
  let speakAgain: () => void;

  beforeAll(async () => {
    path = await startPathPlatform(
      {},
      { services: (planned) => planned.filter(({ name }) => name !== `worker-dedicated-${UNSERVED}`) },
    );
    Object.assign(process.env, path.platform.env, { VECINO_TRACES_URL: TRACES });
    speakAgain = quietly();
  }, 180_000);

  afterAll(async () => {
    speakAgain?.();
    process.env = OUTSIDE;
    await path?.stop();
  }, 60_000);

  const tenantOf = (id: string): Tenant => {
    const tenant = path.platform.registry.tenants.find((one) => one.id === id);
    if (tenant === undefined) throw new Error(`the registry has no ${id}`);
    return tenant;
  };
  async function request(tenantId: string, router: number, id: string): Promise<string> {
    const { routerId, routerIp, softwareVersion } = planUpgrade(tenantOf(tenantId), router);
    await runVecino([
      ...['request', '--tenant', tenantId, '--router', routerId, '--ip', routerIp],
      ...['--version', softwareVersion, '--request-id', id],
    ]);
    return routerId;
  }
  /** Runs a command as it was printed. */
  const follow = <T extends object>(run: string) => runVecino<T>(run.split(' ').slice(1));
  async function explained(run: string): Promise<Explained & { readonly exit: number }> {
    const { exit, ...items } = await follow<Record<string, Explained>>(run);
    const [item] = Object.values(items);
    return { ...(item as Explained), exit };
  }
  const explain = (id: string, tenantId: string) => `./vecino explain ${id} --tenant ${tenantId}`;
  /** The first answer that is so: a gate that sleeps has to wake, and a busy server may not answer in time. */
  const answered = <T>(what: string, ask: () => Promise<T>, is: (found: T) => boolean): Promise<T> =>
    waitFor<T>(() => ask().then((found) => is(found) && found), { what, ...WITHIN });
  const until = (id: string, tenantId: string, is: (found: Explained) => boolean): Promise<Explained> =>
    answered(`${id} as expected`, () => explained(explain(id, tenantId)), is);
  const shown = (run: string, is: (found: Shown) => boolean) => answered(run, () => follow<Shown>(run), is);
  const isBecauseOf = (code: string) => (found: Explained) => found.reason?.code === code;

  // First: a change of the registry would have its worker started.
  it('no worker: one step says so, and the next says of which queue', async () => {
    await request(UNSERVED, 1, 'unserved-1');
    await shown(`./vecino tenant show ${UNSERVED}`, ({ gate }) => gate.state !== 'none');
    const first = await until('unserved-1', UNSERVED, ({ state }) => state === 'silent');
    const name = `tenant-${UNSERVED}-deployments`;
    expect(first).toMatchObject({ exit: 1, state: 'silent', queue: { name, pollers: 0 } });
    expect(first.cause[0]).toContain(`no worker serves the task queue ${name}`);
    const second = await shown(first.next[0]?.run ?? '', ({ gate }) => gate.state === 'silent');
    expect(second.queue).toMatchObject({ unserved: first.cause[0] });
    expect(second.next[0]?.run).toBe('./vecino status');
    const third = await answered(
      'the status',
      () => follow<Standing>(second.next[0]?.run ?? ''),
      ({ exit }) => exit === 0,
    );
    expect(third.phase).toBe('named');
  }, 120_000);

  it('a paused tenant: one step, and the next one ends it', async () => {
    await runVecino(['tenant', 'pause', 'chogar']);
    await request('chogar', 1, 'paused-1');
    const { next } = await until('paused-1', 'chogar', isBecauseOf('TENANT_PAUSED'));
    expect(next[0]?.run).toBe('./vecino tenant resume chogar');
    expect(await follow(next[0]?.run ?? '')).toMatchObject({ exit: 0, changed: true });
    await until('paused-1', 'chogar', ({ state }) => state === 'closed');
  }, 120_000);

  it('an emergency stop: one step, and the next two say whose it is and end it', async () => {
    await runVecino(['pause', '--platform', '--reason', 'a drill']);
    await shown('./vecino tenant show chogar', ({ gate }) => gate.stand_still?.code === 'PLATFORM_PAUSED');
    await request('chogar', 2, 'stopped-1');
    const { next } = await until('stopped-1', 'chogar', isBecauseOf('PLATFORM_PAUSED'));
    expect(next.map(({ run }) => run)).toEqual(['./vecino status', './vecino resume --platform']);
    await answered(
      'the stop in the status',
      () => follow<Standing>(next[0]?.run ?? ''),
      ({ exit, stops }) => exit === 0 && stops?.platform?.reason === 'a drill',
    );
    expect(await follow(next[1]?.run ?? '')).toMatchObject({ exit: 0, changed: true });
    await until('stopped-1', 'chogar', ({ state }) => state === 'closed');
  }, 180_000);

  it('all slots in use by something slow: three steps to what that is busy with', async () => {
    await runVecino(['tenant', 'set', 'amovil', '--cap', '1']);
    await shown('./vecino tenant show amovil', ({ gate }) => gate.cap === 1);
    await misbehave(path, 'amovil-001', { kind: 'slow-disk', msPerMiB: 120_000 });
    await request('amovil', 1, 'slow-1');
    await until('slow-1', 'amovil', ({ state }) => state === 'running');
    await request('amovil', 2, 'waits-1');
    await request('amovil', 1, 'same-router');

    const first = await until('waits-1', 'amovil', isBecauseOf('CAP_REACHED'));
    const second = await shown(first.next[0]?.run ?? '', ({ gate }) => gate.state === 'open');
    expect(second).toMatchObject({
      exit: 0,
      gate: { running: 1, cap: 1 },
      deployments: [{ deployment_id: 'slow-1' }],
    });
    const toSlow = second.next.find(({ run }) => run.includes('slow-1'))?.run ?? '';
    const third = await answered(
      'the slow step',
      () => explained(toSlow),
      ({ cause }) => cause.some((fact) => /^step install has been running/.test(fact)),
    );
    const { runId } = await path.temporal.workflow.getHandle('deployment/amovil/slow-1').describe();
    expect(third.links).toMatchObject({
      workflow: expect.stringContaining(`/workflows/deployment%2Famovil%2Fslow-1/${runId}/history`) as string,
      trace: `${TRACES}/trace/${third.trace_id}`,
    });

    const busy = await until('same-router', 'amovil', isBecauseOf('ROUTER_BUSY'));
    expect(busy).toMatchObject({ holder: 'slow-1', next: [{ run: toSlow }] });
    expect(await runVecino(['cancel', 'slow-1', '--tenant', 'amovil'])).toMatchObject({ exit: 0, ok: true });
    await until('same-router', 'amovil', ({ state }) => state === 'closed' || state === 'running');
  }, 180_000);

  it('finds Temporal by a profile of a file, as Temporal’s own tools do, and says so when that is away', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vecino-profile-'));
    const file = join(folder, 'temporal.toml');
    const address = process.env['TEMPORAL_ADDRESS'] ?? '';
    writeFileSync(
      file,
      `[profile.here]\naddress = "${address}"\n[profile.away]\naddress = "127.0.0.1:1"\n[profile.lost]\naddress = "${address}"\nnamespace = "nowhere"\n`,
    );
    const show = (profile: string) => {
      Object.assign(process.env, {
        TEMPORAL_ADDRESS: '',
        TEMPORAL_CONFIG_FILE: file,
        TEMPORAL_PROFILE: profile,
      });
      return runVecino<Failed>(['explain', 'paused-1', '--tenant', 'chogar']);
    };
    const failure = (profile: string, code: string) =>
      answered(
        `${code} of the profile ${profile}`,
        () => show(profile),
        ({ failed }) => failed?.[0]?.code === code,
      );
    try {
      const closed = await answered(
        'an answer of the profile',
        () => show('here'),
        ({ exit }) => exit === 0,
      );
      expect(closed).toMatchObject({ 0: { state: 'closed' } });
      expect(await failure('away', 'TEMPORAL_UNREACHABLE')).toMatchObject({
        exit: 1,
        failed: [{ text: 'Temporal at 127.0.0.1:1 does not answer' }],
      });
      expect(await failure('lost', 'NAMESPACE_NOT_FOUND')).toMatchObject({
        exit: 1,
        failed: [{ next: expect.stringContaining('provision') }],
      });
    } finally {
      Object.assign(process.env, {
        TEMPORAL_ADDRESS: address,
        TEMPORAL_CONFIG_FILE: '',
        TEMPORAL_PROFILE: '',
      });
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);

  it('one that was refused: one step says why, and leads to what refused it', async () => {
    await runVecino([
      ...['request', '--tenant', 'chogar', '--router', 'chogar-009', '--ip', '10.99.0.9'],
      ...['--version', '1.1.0', '--request-id', 'outside-1'],
    ]);
    const found = await until('outside-1', 'chogar', isBecauseOf('ROUTER_OUTSIDE_NETWORKS'));
    expect(found).toMatchObject({ exit: 0, state: 'closed' });
    expect(found.next.map(({ run }) => run)).toEqual([
      './vecino tenant show chogar',
      './vecino retry outside-1 --tenant chogar',
    ]);
    expect(await follow(found.next[0]?.run ?? '')).toMatchObject({ exit: 0, id: 'chogar' });
  }, 90_000);

  it('what there is not is refused by name, with what may have been meant', async () => {
    const refusal = (id: string, tenantId: string) =>
      answered(
        `a refusal of ${id}`,
        () => follow<object>(explain(id, tenantId)),
        ({ exit }) => exit === 2,
      );
    expect(await refusal('nobody', 'chogar')).toMatchObject({
      refused: [{ code: 'UNKNOWN_DEPLOYMENT', next: expect.stringContaining('./vecino watch') as string }],
    });
    expect(await refusal('x', 'chogarr')).toMatchObject({
      refused: [{ code: 'UNKNOWN_TENANT', next: 'did you mean chogar?' }],
    });
  }, 120_000);
});
