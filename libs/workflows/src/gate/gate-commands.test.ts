import { isTerminalState, TERMINAL_SEQUENCE } from '@vecino/foundation';
import type { GateItem, SubmitCommand, TenantSettings } from '../api/gate-protocol.js';
import { EMPTY_CARRIED } from './carried.js';
import { CommandBook, SEEN_COMMANDS_LIMIT } from './command-book.js';
import { GateBook } from './gate-book.js';

const settings: TenantSettings = {
  tenantId: 'acme',
  revision: 1,
  tier: 'standard',
  cap: 1,
  queueLimit: 10,
  taskQueue: 'tenant-acme-deployments',
  statusFormat: 'avro',
  paused: false,
};
const item = (n: number): GateItem => ({
  deploymentId: `d${n}`,
  routerId: `r${n}`,
  routerIp: `10.0.0.${n}`,
  softwareVersion: '2.0.0',
  priority: 3,
  offset: n,
  timestamp: n,
  fingerprint: `f${n}`,
});
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
const states = (book: GateBook) => book.outbox.map(({ deploymentId, state }) => `${deploymentId} ${state}`);

describe('a command to cancel', () => {
  test('takes a waiting deployment out of the queue, and says who wanted that', () => {
    const book = busyGate();
    book.commands.take(cancel('d2'));
    book.answerCommands(2, true);
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
    book.answerCommands(2, true);
    expect(states(book)).toEqual(['d1 ACCEPTED', 'd1 CANCELLED']);
    expect(book.admit(3).start).toEqual([]);
  });

  test('goes to a running deployment, whose terminal then says who cancelled it', () => {
    const book = busyGate();
    book.commands.take(cancel('d1'));
    book.answerCommands(2, true);
    expect(book.commandsToDeliver().map(({ commandId }) => commandId)).toEqual(['c-d1']);
    expect(book.outbox).toEqual([]);
    expect(book.commands.cancelledBy('d1')).toBeUndefined();
    book.commands.delivered('c-d1');
    expect(book.commandsToDeliver()).toEqual([]);
    expect(book.commands.cancelledBy('d1')).toBe('ana');
    book.close('d1', upgraded, 3);
    expect(book.commands.toCarried().open).toEqual([]);
  });

  test('is delivered again where the workflow that had it never ran', () => {
    const book = busyGate();
    book.commands.take(cancel('d1'));
    book.commands.delivered('c-d1');
    book.commands.deliverAgain('d1');
    expect(book.commandsToDeliver()).toHaveLength(1);
  });

  test('about a deployment that has ended is answered with its terminal, word for word', () => {
    const book = busyGate();
    book.close('d1', { ...upgraded, details: { to_version: '2.0.0' } }, 3, 'run-1');
    const [terminal] = book.outbox;
    book.published(1);
    book.commands.take(cancel('d1'));
    book.answerCommands(9, true);
    expect(book.outbox).toEqual([terminal]);
  });

  test('about a deployment whose router is in quarantine is answered with the terminal that it has', () => {
    const book = busyGate();
    book.settle('d1', { workflowId: 'w', runId: 'run-1', kind: 'terminated' }, 5);
    book.commands.take(cancel('d1'));
    book.answerCommands(4, true);
    expect(book.outbox).toEqual([]);
    const reason = { code: 'TERMINATED_FROM_OUTSIDE' as const, text: 'x' };
    book.quarantine('d1', { state: 'TERMINATED', reason }, 6);
    book.commands.take(cancel('d1', { commandId: 'later' }));
    book.answerCommands(7, true);
    expect(states(book)).toEqual(['d1 TERMINATED', 'd1 TERMINATED']);
    expect(book.outbox[1]).toEqual(book.outbox[0]);
  });

  test('about a deployment that nobody knows becomes a dead letter, once all requests before it are taken', () => {
    const book = busyGate();
    book.commands.take(cancel('nobody'));
    book.answerCommands(2, false);
    expect(book.deadLetters).toEqual([]);
    book.answerCommands(3, true);
    book.answerCommands(4, true);
    expect(book.deadLetters).toEqual([
      {
        topic: 'commands',
        partition: 2,
        offset: 7,
        tenantId: 'acme',
        deploymentId: 'nobody',
        reason: {
          code: 'UNKNOWN_DEPLOYMENT',
          text: 'tenant acme has no deployment nobody, or it ended long ago',
        },
      },
    ]);
  });

  test('that comes twice is answered once', () => {
    const book = busyGate();
    for (let n = 0; n < 2; n++) {
      book.commands.take(cancel('d2'));
      book.answerCommands(2, true);
    }
    expect(book.outbox.filter(({ state }) => isTerminalState(state))).toHaveLength(1);
  });

  test('is carried to the next run, answered or not', () => {
    const book = busyGate();
    book.commands.take(cancel('d1'));
    book.commands.take(cancel('d2'));
    book.answerCommands(2, true);
    const next = new GateBook(settings, JSON.parse(JSON.stringify(book.toCarried([], true))));
    expect(next.commandsToDeliver()).toEqual([cancel('d1')]);
    next.commands.take(cancel('d2'));
    next.answerCommands(3, true);
    expect(next.outbox.filter(({ deploymentId }) => deploymentId === 'd2')).toHaveLength(1);
  });

  test('for a deployment whose id belongs to another request becomes a dead letter of its own', () => {
    const book = busyGate();
    book.commands.take(cancel('d1'));
    book.commands.delivered('c-d1');
    book.disown('d1');
    book.answerCommands(2, true);
    expect(book.deadLetters.map(({ reason }) => reason.code)).toEqual(['ID_REUSED', 'UNKNOWN_DEPLOYMENT']);
  });

  test('whose dead letter lies at the same offset as a request does not end that request', () => {
    const book = busyGate();
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

test('the ids of answered commands are remembered up to a limit', () => {
  const commands = new CommandBook();
  for (let n = 0; n < SEEN_COMMANDS_LIMIT + 10; n++) {
    commands.take(cancel('d', { commandId: `c${n}` }));
    commands.answered(`c${n}`);
  }
  expect(commands.toCarried().seen).toHaveLength(SEEN_COMMANDS_LIMIT);
  expect(commands.toCarried().seen[0]).toBe('c10');
});
