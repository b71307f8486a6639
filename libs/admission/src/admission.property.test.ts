import fc from 'fast-check';
import { Admission } from './admission.js';
import type { Candidate, Priority } from './candidate.js';
import type { Limits } from './limits.js';

const NOW = 1_000;

const candidate = fc.record({
  deploymentId: fc.uuid(),
  // Few routers, so that they collide; ids and addresses drawn apart, so that they collide crosswise.
  routerId: fc.integer({ min: 0, max: 5 }).map((n) => `r${n}`),
  routerIp: fc.integer({ min: 0, max: 5 }).map((n) => `10.0.0.${n}`),
  softwareVersion: fc.constantFrom('v1', 'v2', 'v3'),
  priority: fc.constantFrom<Priority>(1, 2, 3, 4, 5),
  notBefore: fc.option(fc.constantFrom(NOW - 1, NOW, NOW + 50), { nil: undefined }),
  fingerprint: fc.constant('f'),
}) as fc.Arbitrary<Candidate>;

const candidates = fc.uniqueArray(candidate, { selector: (c) => c.deploymentId, maxLength: 60 });
const limits = fc.record({
  cap: fc.integer({ min: 0, max: 6 }),
  queueLimit: fc.integer({ min: 0, max: 80 }),
});

/** What can happen to a gate's admission, `pick` choosing among those it can happen to. */
type Step =
  | { readonly do: 'enter'; readonly candidate: Candidate }
  | { readonly do: 'start' }
  | { readonly do: 'settle' | 'quarantine' | 'release' | 'cancel'; readonly pick: number }
  | { readonly do: 'limit'; readonly limits: Limits }
  | { readonly do: 'stop'; readonly versions: readonly string[] }
  | { readonly do: 'wait'; readonly ms: number };

const pick = fc.nat();
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: candidate.map((c) => ({ do: 'enter' as const, candidate: c })) },
  { weight: 4, arbitrary: fc.constant({ do: 'start' as const }) },
  { weight: 4, arbitrary: pick.map((p) => ({ do: 'release' as const, pick: p })) },
  { weight: 1, arbitrary: pick.map((p) => ({ do: 'settle' as const, pick: p })) },
  { weight: 1, arbitrary: pick.map((p) => ({ do: 'quarantine' as const, pick: p })) },
  { weight: 1, arbitrary: pick.map((p) => ({ do: 'cancel' as const, pick: p })) },
  { weight: 1, arbitrary: limits.map((l) => ({ do: 'limit' as const, limits: l })) },
  {
    weight: 1,
    arbitrary: fc.subarray(['v1', 'v2', 'v3']).map((v) => ({ do: 'stop' as const, versions: v })),
  },
  { weight: 1, arbitrary: fc.nat({ max: 30 }).map((ms) => ({ do: 'wait' as const, ms })) },
);

/** Drives admission through the steps, calling `check` after each with what is known to be true from outside. */
class Driver {
  readonly admission: Admission<Candidate>;
  readonly arrived: Candidate[] = [];
  readonly started: Candidate[] = [];
  readonly gone = new Set<string>();
  stopped: ReadonlySet<string> = new Set();
  now = NOW;

  constructor(initial: Limits) {
    this.admission = new Admission<Candidate>(initial);
  }

  run(step: Step): void {
    const held = [...this.admission.holding()];
    const waiting = [...this.admission.waiting()];
    switch (step.do) {
      case 'enter':
        if (this.arrived.some((c) => c.deploymentId === step.candidate.deploymentId)) return;
        if (this.admission.enter(step.candidate).kind === 'queued') this.arrived.push(step.candidate);
        return;
      case 'start': {
        const before = this.admission.slotsUsed;
        const { start } = this.admission.decide(this.now);
        for (const { softwareVersion, notBefore = 0 } of start)
          expect([this.stopped.has(softwareVersion), notBefore <= this.now]).toEqual([false, true]);
        for (const c of start) this.started.push(this.admission.admit(c.deploymentId));
        expect(before + start.length).toBeLessThanOrEqual(Math.max(before, this.admission.limits.cap));
        return;
      }
      case 'settle':
      case 'quarantine': {
        const target = held[step.pick % held.length];
        if (target)
          this.admission.keep(
            target.candidate.deploymentId,
            step.do === 'settle' ? 'settling' : 'quarantined',
          );
        return;
      }
      case 'release': {
        const target = held[step.pick % held.length];
        if (target) this.gone.add(this.admission.release(target.candidate.deploymentId).deploymentId);
        return;
      }
      case 'cancel': {
        const target = waiting[step.pick % waiting.length];
        if (target) this.gone.add(this.admission.cancel(target.deploymentId).deploymentId);
        return;
      }
      case 'limit':
        return this.admission.setLimits(step.limits);
      case 'stop':
        this.stopped = new Set(step.versions);
        return this.admission.setRules({ stoppedVersions: this.stopped });
      case 'wait':
        this.now += step.ms;
    }
  }
}

const afterEachStep = (check: (driver: Driver) => void) =>
  fc.assert(
    fc.property(limits, fc.array(step, { maxLength: 120 }), (initial, steps) => {
      const driver = new Driver(initial);
      for (const one of steps) {
        driver.run(one);
        check(driver);
      }
    }),
    { numRuns: 300 },
  );

const sharesRouter = (a: Candidate, b: Candidate) => a.routerId === b.routerId || a.routerIp === b.routerIp;

describe('admission', () => {
  test('never has two on one router, by id or by address', () =>
    afterEachStep(({ admission }) => {
      const held = [...admission.holding()].map((h) => h.candidate);
      for (const [i, a] of held.entries())
        for (const b of held.slice(i + 1)) expect(sharesRouter(a, b)).toBe(false);
    }));

  test('never starts more than the cap leaves room for', () =>
    afterEachStep(({ admission }) => {
      const slots = [...admission.holding()].filter((h) => h.hold !== 'quarantined').length;
      expect(admission.slotsUsed).toBe(slots);
    }));

  test('forgets nothing: what arrived waits, holds its router, or is gone', () =>
    afterEachStep(({ admission, arrived, gone }) => {
      const known = [...[...admission.waiting()], ...[...admission.holding()].map((h) => h.candidate)];
      expect(known.map((c) => c.deploymentId).sort()).toEqual(
        arrived
          .map((c) => c.deploymentId)
          .filter((id) => !gone.has(id))
          .sort(),
      );
    }));

  test('keeps the order of arrival per router', () =>
    afterEachStep(({ arrived, started }) => {
      const place = new Map(arrived.map((c, i) => [c.deploymentId, i]));
      const at = (c: Candidate) => place.get(c.deploymentId) as number;
      const last = started.at(-1);
      if (last === undefined) return;
      for (const earlier of started.slice(0, -1))
        if (sharesRouter(earlier, last)) expect(at(earlier)).toBeLessThan(at(last));
    }));

  test('deciding changes nothing: asked twice it answers the same', () =>
    afterEachStep(({ admission, now }) => expect(admission.decide(now)).toEqual(admission.decide(now))));

  test('whoever does not start is told why, and the reason is true', () =>
    afterEachStep(({ admission, now, stopped }) => {
      const startable = new Set(admission.decide(now).start.map((c) => c.deploymentId));
      const waiting = [...admission.waiting()];
      const held = [...admission.holding()].map((h) => h.candidate);
      const waits = admission.explain(
        waiting.map((c) => c.deploymentId),
        now,
      );
      for (const [i, c] of waiting.entries()) {
        if (startable.has(c.deploymentId)) continue;
        const wait = waits.get(c.deploymentId);
        if (wait?.reason.code === 'ROUTER_BUSY') expect(held.some((h) => sharesRouter(h, c))).toBe(true);
        else if (wait?.reason.code === 'BEHIND_ON_ROUTER')
          expect(waiting.slice(0, i).some((w) => sharesRouter(w, c))).toBe(true);
        else if (wait?.reason.code === 'VERSION_STOPPED') expect(stopped.has(c.softwareVersion)).toBe(true);
        else if (wait?.reason.code === 'NOT_BEFORE') expect(wait.until).toBe(c.notBefore);
        else
          expect([wait?.reason.code, admission.slotsUsed + startable.size >= admission.limits.cap]).toEqual([
            'CAP_REACHED',
            true,
          ]);
      }
    }));

  test('nobody waits for ever: with room and time everything starts, the higher priority first', () =>
    fc.assert(
      fc.property(candidates, fc.integer({ min: 1, max: 5 }), (all, cap) => {
        const admission = new Admission<Candidate>({ cap, queueLimit: 1_000 });
        for (const c of all) admission.enter(c);
        const order: Candidate[] = [];
        while (admission.queued > 0) {
          const { start } = admission.decide(NOW + 50);
          expect(start.length).toBeGreaterThan(0);
          expect(start.map((c) => c.priority)).toEqual(start.map((c) => c.priority).sort());
          for (const c of start) order.push(admission.admit(c.deploymentId));
          for (const { candidate: c } of [...admission.holding()]) admission.release(c.deploymentId);
        }
        expect(order).toHaveLength(all.length);
      }),
    ));

  test('wakes for the next time that is named, and only for that', () =>
    afterEachStep(({ admission, now }) => {
      const { wakeAt } = admission.decide(now);
      if (wakeAt === undefined) return;
      expect(wakeAt).toBeGreaterThan(now);
      expect([...admission.waiting()].some((c) => c.notBefore === wakeAt)).toBe(true);
    }));

  test('places are 1, 2, 3 … by priority and then arrival', () =>
    fc.assert(
      fc.property(candidates, (all) => {
        const admission = new Admission<Candidate>({ cap: 0, queueLimit: 1_000 });
        for (const c of all) admission.enter(c);
        const waits = admission.explain(
          all.map((c) => c.deploymentId),
          NOW,
        );
        const byPlace = [...all].sort((a, b) => a.priority - b.priority || all.indexOf(a) - all.indexOf(b));
        expect(byPlace.map((c) => waits.get(c.deploymentId)?.place)).toEqual(byPlace.map((_, i) => i + 1));
      }),
    ));

  test('a full queue is said to be full, by number and by size', () => {
    const admission = new Admission<Candidate>({ cap: 1, queueLimit: 2 }, () => 400_000);
    const enter = (id: string) =>
      admission.enter({
        deploymentId: id,
        routerId: id,
        routerIp: id,
        softwareVersion: 'v1',
        priority: 3,
        fingerprint: 'f',
      });
    expect([enter('a').kind, enter('b').kind]).toEqual(['queued', 'queued']);
    expect(enter('c')).toMatchObject({ kind: 'full', reason: { code: 'QUEUE_FULL' } });
    admission.cancel('a');
    expect(enter('d').kind).toBe('queued');
    const small = new Admission<Candidate>({ cap: 1, queueLimit: 1 });
    const kinds = ['a', 'b', 'c'].map(
      (id) =>
        small.enter({
          deploymentId: id,
          routerId: id,
          routerIp: id,
          softwareVersion: 'v1',
          priority: 3,
          fingerprint: 'f',
        }).kind,
    );
    expect(kinds).toEqual(['queued', 'queued', 'full']);
  });
});
