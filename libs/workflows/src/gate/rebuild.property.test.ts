import { isTerminalState } from '@vecino/foundation';
import fc from 'fast-check';
import type { GateItem, StatusChange, SubmitCommand, TenantSettings } from '../api/gate-protocol.js';
import { deploymentWorkflowId } from '../api/names.js';
import { type Carried, EMPTY_CARRIED } from './carried.js';
import { GateBook } from './gate-book.js';
import { answerCommands } from './gate-commands.js';
import { foldGateHistory, type GateEvent, originOf, pageOf } from './rebuild.js';
import { ACME } from './testing/acme.js';

const settings: TenantSettings = { ...ACME, cap: 3, queueLimit: 8 };

let offset = 0;
const item = fc
  .record({
    router: fc.integer({ min: 0, max: 4 }),
    id: fc.integer({ min: 0, max: 30 }),
    content: fc.integer({ min: 0, max: 1 }),
    refused: fc.boolean(),
  })
  .map(({ router, id, content, refused }): GateItem => {
    offset += 1;
    const refusal = { code: 'INVALID_FIELD' as const, text: 'no' };
    return {
      deploymentId: `d${id}`,
      routerId: `r${router}`,
      routerIp: `10.0.0.${router}`,
      softwareVersion: '2.0.0',
      priority: 3,
      offset,
      timestamp: offset,
      // The digest of the content, and the router is part of that.
      fingerprint: `f${id}-${content}-${router}`,
      ...(refused && id > 25 ? { refusal } : {}),
    };
  });

const command = fc
  .record({ id: fc.integer({ min: 0, max: 30 }), again: fc.integer({ min: 0, max: 1 }) })
  .map(({ id, again }): SubmitCommand => {
    offset += 1;
    return {
      commandId: `c${id}-${again}`,
      deploymentId: `d${id}`,
      action: 'CANCEL',
      topic: 'commands',
      partition: 0,
      offset,
    };
  });

type Act =
  | { readonly do: 'submit'; readonly items: readonly GateItem[] }
  | { readonly do: 'start' | 'stand-still' | 'publish' | 'publish-and-die' | 'letters' }
  | { readonly do: 'command'; readonly command: SubmitCommand }
  | { readonly do: 'confirm' | 'end' | 'kill' | 'quarantine'; readonly pick: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.array(item, { minLength: 1, maxLength: 4 }).map((items) => ({ do: 'submit' as const, items })),
  command.map((one) => ({ do: 'command' as const, command: one })),
  fc.constantFrom<Act>(
    { do: 'start' },
    { do: 'stand-still' },
    { do: 'publish' },
    { do: 'publish-and-die' },
    { do: 'letters' },
  ),
  fc.record({
    do: fc.constantFrom('confirm' as const, 'end' as const, 'kill' as const, 'quarantine' as const),
    pick: fc.nat(),
  }),
);

/** A live gate that writes the history that Temporal would keep of it. */
class Live {
  readonly book = new GateBook(settings, EMPTY_CARRIED);
  readonly history: GateEvent[] = [
    { kind: 'started', input: { settings }, at: 1 },
    { kind: 'rebuilt', page: {} },
  ];
  /** Terminals that a consumer may have read. */
  readonly told = new Map<string, StatusChange>();
  /** Those whose QUEUED a consumer may have read. */
  readonly toldToWait = new Set<string>();

  act(step: Act): void {
    const held = [...this.book.admission.holding()].map((h) => h.candidate.deploymentId);
    switch (step.do) {
      case 'submit': {
        const batch = { topic: 't', partition: 0, items: step.items, settings };
        this.history.push({ kind: 'submitted', batch, at: 1 });
        return this.book.take(batch, 1);
      }
      case 'command':
        this.history.push({ kind: 'commanded', command: step.command });
        this.book.takeCommand(step.command);
        return void answerCommands(this.book, 1, true);
      case 'start':
        for (const { deploymentId } of this.book.admit(1).start) {
          this.book.handOver(deploymentId);
          this.history.push({ kind: 'child-asked-for', deploymentId });
        }
        return;
      case 'stand-still':
        return void this.book.admit(1, { code: 'STATUS_BACKLOG' });
      case 'confirm': {
        const deploymentId = held[step.pick % held.length];
        if (deploymentId === undefined) return;
        this.book.started(deploymentId, `run-${deploymentId}`);
        this.history.push({ kind: 'child-started', deploymentId, runId: `run-${deploymentId}` });
        return;
      }
      case 'end': {
        const id = held[step.pick % held.length];
        if (id !== undefined)
          this.book.close(
            id,
            { state: 'SUCCEEDED', reason: { code: 'UPGRADED', text: 'x' } },
            1,
            `run-${id}`,
          );
        return;
      }
      case 'kill': {
        const id = held[step.pick % held.length];
        const closed = {
          workflowId: deploymentWorkflowId('acme', id ?? ''),
          runId: `run-${id}`,
          kind: 'terminated' as const,
        };
        if (id !== undefined) this.book.settle(id, closed, 5);
        return;
      }
      case 'publish': {
        const changes = this.book.outbox.slice(0, 5);
        this.giveOut(changes);
        this.book.published(changes.length);
        this.history.push({ kind: 'published', changes });
        return;
      }
      case 'publish-and-die':
        // The records are on the topic, and nobody wrote into the history that they are.
        return this.giveOut(this.book.outbox.slice(0, 5));
      case 'quarantine': {
        const id = held[step.pick % held.length];
        if (id === undefined || this.book.admission.holdOf(id) !== 'settling') return;
        const reason = { code: 'TERMINATED_FROM_OUTSIDE' as const, text: 'x' };
        return this.book.quarantine(
          id,
          { state: 'TERMINATED', reason, details: { router: 'quarantined' } },
          1,
        );
      }
      case 'letters': {
        const orders = [...this.book.deadLetters];
        this.book.lettersWritten(orders.length);
        this.history.push({ kind: 'letters-written', orders });
      }
    }
  }

  private giveOut(changes: readonly StatusChange[]): void {
    this.history.push({ kind: 'decided', changes });
    for (const change of changes) {
      if (isTerminalState(change.state)) this.told.set(change.deploymentId, change);
      if (change.state === 'QUEUED') this.toldToWait.add(change.deploymentId);
    }
  }

  rebuilt(): Carried {
    const origin = originOf(this.history);
    if (origin.kind !== 'known') throw new Error('the origin is in the history');
    return foldGateHistory(origin.carried, this.history, settings);
  }
}

const idsOf = (carried: Carried) => [
  ...carried.queue.map(([id]) => id),
  ...carried.held.map((held) => held.item[0]),
];

const whenItDies = (check: (live: Live, rebuilt: Carried) => void) =>
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      offset += 1_000;
      const live = new Live();
      for (const one of acts) live.act(one);
      check(live, live.rebuilt());
    }),
    { numRuns: 300 },
  );

/** What becomes a record: metrics know a repeated one from its first. */
const eventOf = ({ measured: _, ...event }: StatusChange) => event;

describe('a gate rebuilt from the history of one that died', () => {
  test('knows each deployment that still has to end, and none that has', () =>
    whenItDies((live, rebuilt) => {
      const open = new Set(idsOf(rebuilt));
      const untold = rebuilt.outbox
        .filter((change) => isTerminalState(change.state))
        .map((change) => change.deploymentId);
      const known = new Set([...open, ...untold]);
      for (const { candidate } of live.book.admission.holding())
        expect(known.has(candidate.deploymentId)).toBe(true);
      for (const { deploymentId } of live.book.admission.waiting())
        expect(known.has(deploymentId)).toBe(true);
      for (const { deploymentId } of live.book.outbox)
        if (!live.told.has(deploymentId)) expect(known.has(deploymentId)).toBe(true);
      const quarantined = new Set(
        rebuilt.held.filter((entry) => entry.hold === 'quarantined').map((entry) => entry.item[0]),
      );
      for (const id of live.told.keys()) expect(open.has(id)).toBe(quarantined.has(id));
      for (const entry of rebuilt.held) if (entry.hold !== 'running') expect(entry.settling).toBeDefined();
    }));

  test('holds the router of each deployment that was started and not reported to have ended', () =>
    whenItDies((live, rebuilt) => {
      const held = new Set(rebuilt.held.map((entry) => entry.item[0]));
      for (const { candidate } of live.book.admission.holding())
        expect(held.has(candidate.deploymentId)).toBe(true);
    }));

  test('stands at the same source positions, so that nothing is taken twice', () =>
    whenItDies((live, rebuilt) => {
      expect(rebuilt.positions).toEqual(live.book.toCarried([], true).positions);
      const again = new GateBook(settings, rebuilt);
      const before = JSON.stringify(again.toCarried([], false));
      for (const event of live.history) {
        if (event.kind === 'submitted') again.take(event.batch, 9);
        if (event.kind === 'commanded') again.commands.take(event.command);
      }
      expect(JSON.stringify(again.toCarried([], false))).toBe(before);
    }));

  test('keeps the order of the queue', () =>
    whenItDies((live, rebuilt) => {
      const waiting = new Set([...live.book.admission.waiting()].map((c) => c.deploymentId));
      const order = rebuilt.queue.map(([id]) => id).filter((id) => waiting.has(id));
      expect(order).toEqual([...waiting].filter((id) => order.includes(id)));
    }));

  test('knows which of those that wait were held up by the platform', () =>
    whenItDies((live, rebuilt) => {
      const again = new GateBook(settings, rebuilt);
      for (const { deploymentId } of live.book.admission.waiting())
        if (live.toldToWait.has(deploymentId))
          expect(again.waitCauseOf(deploymentId)).toBe(live.book.waitCauseOf(deploymentId));
    }));

  test('says again, word for word, what may have been read already', () =>
    whenItDies((live, rebuilt) => {
      for (const change of rebuilt.outbox) {
        const told = live.told.get(change.deploymentId);
        if (told !== undefined) expect(eventOf(change)).toEqual(eventOf(told));
      }
    }));

  test('still has each command that has no answer', () =>
    whenItDies((live, rebuilt) => {
      const known = new Set(rebuilt.commands?.open.map((open) => open.command.commandId));
      for (const waiting of live.book.commands.waiting()) expect(known.has(waiting.commandId)).toBe(true);
      const again = new GateBook(settings, rebuilt);
      answerCommands(again, 2, true);
      // Whatever was taken out of the queue by a command stays out of it.
      for (const change of live.book.outbox) {
        if (change.state !== 'CANCELLED') continue;
        expect(again.admission.find(change.deploymentId)).toBeUndefined();
        expect(again.outbox.filter((c) => c.deploymentId === change.deploymentId)).not.toHaveLength(0);
      }
      for (const letter of live.book.deadLetters) {
        // A deployment that was requested after the command is one that the command is about, now that it is looked for again.
        const known = live.history.some(
          (event) =>
            event.kind === 'submitted' &&
            event.batch.items.some((one) => one.deploymentId === letter.deploymentId),
        );
        if (letter.reason.code !== 'UNKNOWN_DEPLOYMENT' || known) continue;
        expect(again.deadLetters).toContainEqual(letter);
      }
    }));

  test('is the same when it comes in pages', () =>
    whenItDies((_, rebuilt) => {
      const events: GateEvent[] = [{ kind: 'started', input: { settings }, at: 1 }];
      for (let page: number | undefined = 0; page !== undefined;) {
        const part: ReturnType<typeof pageOf> = pageOf(rebuilt, page, 300);
        events.push({ kind: 'rebuilt', page: part });
        page = part.nextPage;
      }
      expect(originOf(events)).toEqual({ kind: 'known', carried: rebuilt });
    }));

  test('starts from what it was handed where its run had been handed something', () => {
    const carried = { ...EMPTY_CARRIED, positions: { 't/0': { offset: 7, timestamp: 7 } } };
    expect(originOf([{ kind: 'started', input: { settings, carried }, at: 1 }])).toEqual({
      kind: 'known',
      carried,
    });
  });

  test('is its predecessor where it died before it had rebuilt itself', () => {
    expect(originOf([{ kind: 'started', input: { settings }, at: 1 }])).toEqual({ kind: 'predecessor' });
    const halfway: GateEvent[] = [
      { kind: 'started', input: { settings }, at: 1 },
      { kind: 'rebuilt', page: { text: '{', nextPage: 1 } },
    ];
    expect(originOf(halfway)).toEqual({ kind: 'predecessor' });
  });
});
