import { isTerminalState, type Reason, TERMINAL_SEQUENCE } from '@vecino/foundation';
import type { StatusChange, SubmitCommand, TenantSettings } from '../api/gate-protocol.js';
import { EMPTY_CARRIED } from './carried.js';
import { CommandBook, SEEN_COMMANDS_LIMIT } from './command-book.js';
import { GateBook } from './gate-book.js';
import { answerCommands, commandsToDeliver } from './gate-commands.js';
import { RebuiltBook } from './rebuilt-book.js';
import { foldGateHistory, type GateEvent } from './rebuild.js';
import { ACME, acmeItem as item } from './testing/acme.js';

const settings: TenantSettings = { ...ACME, queueLimit: 10 };
const cancel = (deploymentId: string, more: Partial<SubmitCommand> = {}): SubmitCommand => ({
  commandId: `c-${deploymentId}`,
  deploymentId,
  action: 'CANCEL',
  requestedBy: 'ana',
  topic: 'commands',
  partition: 2,
  offset: 7,
  ...more,
});
const upgraded = { state: 'SUCCEEDED' as const, reason: { code: 'UPGRADED' as const, text: 'x' } };

/** d1 runs, d2 and d3 wait, and everybody has been told so. */
function busyGate() {
  const book = new GateBook(settings, EMPTY_CARRIED);
  book.take({ topic: 't', partition: 0, items: [1, 2, 3].map(item), settings }, 1);
  for (const { deploymentId } of book.admit(1).start) book.handOver(deploymentId);
  book.started('d1', 'run-1');
  book.published(book.outbox.length);
  return book;
}
/** What becomes a record: metrics know a repeated one from its first. */
const eventOf = ({ measured: _, ...event }: StatusChange) => event;
const states = (book: GateBook) => book.outbox.map(({ deploymentId, state }) => `${deploymentId} ${state}`);

describe('a command to cancel', () => {
  test('takes a waiting deployment out of the queue, and says who wanted that', () => {
    const book = busyGate();
    book.commands.take(cancel('d2'));
    answerCommands(book, 2, true);
    expect(book.outbox).toMatchObject([
      {
        deploymentId: 'd2',
        state: 'CANCELLED',
        sequence: TERMINAL_SEQUENCE,
        reason: { code: 'CANCELLED_BY_OPERATOR', text: 'cancelled by ana before it was started' },
      },
    ]);
    book.close('d1', upgraded, 3);
    expect(book.admit(3).start.map(({ deploymentId }) => deploymentId)).toEqual(['d3']);
  });

  test('that comes before its deployment was told to be accepted has that told first', () => {
    const book = new GateBook(settings, EMPTY_CARRIED);
    book.take({ topic: 't', partition: 0, items: [item(1)], settings }, 1);
    book.commands.take(cancel('d1'));
    answerCommands(book, 2, true);
    expect(states(book)).toEqual(['d1 ACCEPTED', 'd1 CANCELLED']);
    expect(book.admit(3).start).toEqual([]);
  });

  test('goes to a running deployment, whose terminal then says who cancelled it', () => {
    const book = busyGate();
    book.commands.take(cancel('d1'));
    answerCommands(book, 2, true);
    expect(commandsToDeliver(book).map(({ commandId }) => commandId)).toEqual(['c-d1']);
    expect(book.outbox).toEqual([]);
    expect(book.commands.cancelledBy('d1')).toBeUndefined();
    book.commands.delivered('c-d1');
    expect(commandsToDeliver(book)).toEqual([]);
    expect(book.commands.cancelledBy('d1')).toBe('ana');
    book.close('d1', upgraded, 3);
    expect(book.commands.toCarried().open).toEqual([]);
  });

  test('is delivered again where the workflow that had it never ran', () => {
    const book = busyGate();
    book.commands.take(cancel('d1'));
    book.commands.delivered('c-d1');
    book.commands.deliverAgain('d1');
    expect(commandsToDeliver(book)).toHaveLength(1);
  });

  test('about a deployment that has ended is answered with its terminal, word for word', () => {
    const book = busyGate();
    book.close('d1', { ...upgraded, details: { to_version: '2.0.0' } }, 3, 'run-1');
    const terminals = book.outbox.map(eventOf);
    book.published(1);
    book.commands.take(cancel('d1'));
    answerCommands(book, 9, true);
    expect(book.outbox.map(eventOf)).toEqual(terminals);
  });

  test('about a deployment whose router is in quarantine is answered with the terminal that it has', () => {
    const book = busyGate();
    book.settle('d1', { workflowId: 'w', runId: 'run-1', kind: 'terminated' }, 5);
    book.commands.take(cancel('d1'));
    answerCommands(book, 4, true);
    expect(book.outbox).toEqual([]);
    const reason = { code: 'TERMINATED_FROM_OUTSIDE' as const, text: 'x' };
    book.quarantine('d1', { state: 'TERMINATED', reason }, 6);
    book.commands.take(cancel('d1', { commandId: 'later' }));
    answerCommands(book, 7, true);
    expect(states(book)).toEqual(['d1 TERMINATED', 'd1 TERMINATED']);
    const [first, again] = book.outbox.map(eventOf);
    expect(again).toEqual(first);
    expect(book.outbox.map(({ measured }) => measured?.again)).toEqual([undefined, true]);
  });

  test('about a deployment that nobody knows becomes a dead letter, once all requests before it are taken', () => {
    const book = busyGate();
    book.commands.take(cancel('nobody'));
    answerCommands(book, 2, false);
    expect(book.deadLetters).toEqual([]);
    answerCommands(book, 3, true);
    answerCommands(book, 4, true);
    expect(book.deadLetters).toEqual([
      {
        topic: 'commands',
        partition: 2,
        offset: 7,
        tenantId: 'acme',
        deploymentId: 'nobody',
        reason: {
          code: 'UNKNOWN_DEPLOYMENT',
          text: 'tenant acme has no deployment nobody, it ended long ago, or its request has not been taken yet',
        },
      },
    ]);
  });

  test('that comes twice is answered once', () => {
    const book = busyGate();
    for (let n = 0; n < 2; n++) {
      book.commands.take(cancel('d2'));
      answerCommands(book, 2, true);
    }
    expect(book.outbox.filter(({ state }) => isTerminalState(state))).toHaveLength(1);
  });

  test('is carried to the next run, answered or not', () => {
    const book = busyGate();
    book.commands.take(cancel('d1'));
    book.commands.take(cancel('d2'));
    answerCommands(book, 2, true);
    const next = new GateBook(settings, JSON.parse(JSON.stringify(book.toCarried([], true))));
    expect(commandsToDeliver(next)).toEqual([cancel('d1')]);
    next.commands.take(cancel('d2'));
    answerCommands(next, 3, true);
    expect(next.outbox.filter(({ deploymentId }) => deploymentId === 'd2')).toHaveLength(1);
  });

  test('for a deployment whose id belongs to another request becomes a dead letter of its own', () => {
    const book = busyGate();
    book.commands.take(cancel('d1'));
    book.commands.delivered('c-d1');
    book.disown('d1');
    answerCommands(book, 2, true);
    expect(book.deadLetters.map(({ reason }) => reason.code)).toEqual(['ID_REUSED', 'UNKNOWN_DEPLOYMENT']);
  });

  test('whose dead letter lies at the same offset as a request does not end that request', () => {
    const book = new RebuiltBook(settings, busyGate().toCarried([], true));
    const reason = { code: 'UNKNOWN_DEPLOYMENT' as const, text: 'x' };
    const letter = {
      topic: 'commands',
      partition: 0,
      offset: 1,
      tenantId: 'acme',
      deploymentId: 'd1',
      reason,
    };
    book.letterWasWritten(letter);
    expect(book.admission.holdOf('d1')).toBe('running');
  });
});

/** d1 ended with nobody knowing what its router is up to; d4 waits for the same router. */
function quarantinedGate(reason: Reason = { code: 'TERMINATED_FROM_OUTSIDE', text: 'x' }) {
  const book = busyGate();
  const behind = { ...item(4), routerId: 'r1', routerIp: '10.0.0.1' };
  book.take({ topic: 't', partition: 0, items: [behind], settings }, 1);
  book.settle('d1', { workflowId: 'w', runId: 'run-1', kind: 'failed' }, 5);
  book.quarantine('d1', { state: 'FAILED', reason, details: { router: 'quarantined' } }, 6);
  for (const { deploymentId } of book.admit(6).start)
    if (deploymentId !== 'd4') book.close(deploymentId, upgraded, 7);
  for (const { deploymentId } of book.admit(7).start)
    if (deploymentId !== 'd4') book.close(deploymentId, upgraded, 7);
  book.published(book.outbox.length);
  return book;
}
const unlock = (deploymentId: string, more: Partial<SubmitCommand> = {}): SubmitCommand =>
  cancel(deploymentId, { commandId: `u-${deploymentId}`, action: 'UNLOCK', ...more });

describe('a command to unlock', () => {
  test('lets go of a quarantined router, and is answered with the terminal, word for word', () => {
    const book = quarantinedGate();
    const before = new GateBook(settings, book.toCarried([], true));
    before.commands.take(cancel('d1', { commandId: 'ask' }));
    answerCommands(before, 8, true);
    expect(book.admit(8).start).toEqual([]);
    book.takeCommand(unlock('d1'));
    expect(answerCommands(book, 8, true)).toMatchObject([
      { command: unlock('d1'), item: { deploymentId: 'd1', routerId: 'r1' } },
    ]);
    expect(book.outbox).toEqual(before.outbox);
    expect(book.outbox).toHaveLength(1);
    expect(book.deadLetters).toEqual([]);
    expect(book.admit(9).start.map(({ deploymentId }) => deploymentId)).toEqual(['d4']);
  });

  test('has its answer also where so much has ended since that the gate forgot how the deployment did', () => {
    const book = quarantinedGate();
    const carried = { ...book.toCarried([], true), recent: [] };
    const later = new GateBook(settings, JSON.parse(JSON.stringify(carried)));
    later.takeCommand(unlock('d1'));
    answerCommands(later, 9, true);
    expect(states(later)).toEqual(['d1 FAILED']);
    expect(later.deadLetters).toEqual([]);
  });

  test('waits while the router is being asked: what was sent may still reach it', () => {
    const book = quarantinedGate();
    book.takeCommand(unlock('d1'));
    expect(answerCommands(book, 8, true, (id) => id === 'd1')).toEqual([]);
    expect(book.admission.holdOf('d1')).toBe('quarantined');
    expect(answerCommands(book, 9, true)).toHaveLength(1);
  });

  test.each([
    ['runs', 'd1', 'is running'],
    ['waits', 'd2', 'waits and holds no router yet'],
    ['has ended', 'd3', 'has ended and holds no router'],
  ])('changes nothing for a deployment that %s, and becomes a dead letter', (_, id, text) => {
    const book = busyGate();
    if (id === 'd3') {
      book.admission.admit('d3');
      book.close('d3', upgraded, 3);
      book.published(book.outbox.length);
    }
    const hold = book.admission.holdOf(id);
    book.takeCommand(unlock(id));
    expect(commandsToDeliver(book)).toEqual([]);
    answerCommands(book, 4, true);
    expect(book.deadLetters).toMatchObject([
      { topic: 'commands', partition: 2, offset: 7, deploymentId: id, reason: { code: 'NOT_QUARANTINED' } },
    ]);
    expect(book.deadLetters[0]?.reason.text).toContain(text);
    expect(book.outbox).toEqual([]);
    expect(book.admission.holdOf(id)).toBe(hold);
    answerCommands(book, 5, true);
    expect(book.deadLetters).toHaveLength(1);
  });

  test('does not free a router that settles: what was sent last may still reach it', () => {
    const book = busyGate();
    book.settle('d1', { workflowId: 'w', runId: 'run-1', kind: 'terminated' }, 5);
    book.takeCommand(unlock('d1'));
    answerCommands(book, 4, true);
    expect(book.admission.holdOf('d1')).toBe('settling');
    expect(book.deadLetters.map(({ reason }) => reason.code)).toEqual(['NOT_QUARANTINED']);
  });

  test('about a deployment that nobody knows becomes a dead letter, once all requests before it are taken', () => {
    const book = busyGate();
    book.takeCommand(unlock('nobody'));
    answerCommands(book, 2, false);
    expect(book.deadLetters).toEqual([]);
    answerCommands(book, 3, true);
    expect(book.deadLetters.map(({ reason }) => reason.code)).toEqual(['UNKNOWN_DEPLOYMENT']);
  });

  test('that was answered when the gate died is carried out again, and does not free who came after', () => {
    const carried = quarantinedGate().toCarried([], true);
    const [again] = (() => {
      const book = new GateBook(settings, carried);
      book.takeCommand(unlock('d1'));
      answerCommands(book, 8, true);
      return book.outbox;
    })();
    const events: GateEvent[] = [
      { kind: 'started', input: { settings, carried }, at: 1 },
      { kind: 'commanded', command: unlock('d1') },
    ];
    const unanswered = new GateBook(settings, foldGateHistory(carried, events, settings));
    expect(unanswered.admission.holdOf('d1')).toBe('quarantined');
    expect(answerCommands(unanswered, 9, true)).toHaveLength(1);
    expect(unanswered.outbox).toEqual([again]);

    events.push({ kind: 'child-asked-for', deploymentId: 'd4' });
    events.push({ kind: 'decided', changes: [again!] });
    const answered = new GateBook(settings, foldGateHistory(carried, events, settings));
    expect(answered.admission.holdOf('d1')).toBeUndefined();
    expect(answerCommands(answered, 9, true)).toEqual([]);
    const third = { ...item(5), routerId: 'r1', routerIp: '10.0.0.1' };
    answered.take({ topic: 't', partition: 0, items: [third], settings }, 9);
    expect(answered.admit(9).start).toEqual([]);
  });
});

test('a command with the id of one about another deployment, or another action, becomes a dead letter', () => {
  const book = busyGate();
  book.takeCommand(cancel('d2', { commandId: 'c' }));
  book.takeCommand(cancel('d2', { commandId: 'c' }));
  expect(book.deadLetters).toEqual([]);
  book.takeCommand(cancel('d3', { commandId: 'c', offset: 8 }));
  book.takeCommand(unlock('d2', { commandId: 'c', offset: 9 }));
  expect(book.deadLetters).toMatchObject([
    { offset: 8, deploymentId: 'd3', reason: { code: 'ID_REUSED' } },
    { offset: 9, deploymentId: 'd2', reason: { code: 'ID_REUSED' } },
  ]);
  answerCommands(book, 2, true);
  expect(book.admission.find('d3')).toBeDefined();
});

test('ids alone, as gates of earlier releases carried them, still tell a command that comes again', () => {
  const commands = new CommandBook({ open: [], seen: ['c'] });
  expect(commands.take(cancel('d1', { commandId: 'c' }))).toBe('repeated');
  expect(commands.toCarried().seen).toEqual(['c']);
});

test('the ids of answered commands are remembered up to a limit', () => {
  const commands = new CommandBook();
  for (let n = 0; n < SEEN_COMMANDS_LIMIT + 10; n++) {
    commands.take(cancel('d', { commandId: `c${n}` }));
    commands.answered(`c${n}`);
  }
  expect(commands.toCarried().seen).toHaveLength(SEEN_COMMANDS_LIMIT);
  expect(commands.toCarried().seen[0]).toEqual(['c10', 'CANCEL d']);
});
