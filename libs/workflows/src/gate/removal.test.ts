import type { GateItem, TenantSettings } from '../api/gate-protocol.js';
import { EMPTY_CARRIED } from './carried.js';
import { GateBook } from './gate-book.js';
import { commandsToDeliver } from './gate-commands.js';
import { cancelAll } from './removal.js';
import { ACME as settings, acmeItem as item } from './testing/acme.js';

const batch = (items: readonly GateItem[], more: Partial<TenantSettings> = {}) => ({
  topic: 't',
  partition: 0,
  items,
  settings: { ...settings, ...more },
});

/** d1 runs, the others wait. */
function busyGate(count: number): GateBook {
  const book = new GateBook(settings, EMPTY_CARRIED);
  book.take(batch(Array.from({ length: count }, (_, i) => item(i + 1))), 1);
  book.admit(1);
  book.started('d1', 'run-1');
  book.published(book.outbox.length);
  return book;
}

describe('a tenant that is removed', () => {
  test('is done when nothing waits, runs or is to be published', () => {
    const book = busyGate(2);
    expect(book.isDone).toBe(false);
    book.close('d1', { state: 'SUCCEEDED', reason: { code: 'UPGRADED', text: 'x' } }, 2);
    for (const { deploymentId } of book.admit(2).start)
      book.close(deploymentId, { state: 'SUCCEEDED', reason: { code: 'UPGRADED', text: 'x' } }, 3);
    expect(book.isDone).toBe(false);
    book.published(book.outbox.length);
    expect(book.isDone).toBe(true);
  });

  test('gets no request accepted any more, and is told the state of those that it made before', () => {
    const book = busyGate(2);
    book.take(
      batch([item(3), { ...item(2), offset: 4, timestamp: 4 }], { leaving: 'drain', revision: 2 }),
      2,
    );
    expect(book.outbox).toMatchObject([
      { deploymentId: 'd3', state: 'REJECTED', reason: { code: 'TENANT_DRAINING' } },
      { deploymentId: 'd2', state: 'ACCEPTED' },
    ]);
  });

  test('has what waits cancelled as fast as that can be published, and what runs told once', () => {
    const book = busyGate(10);
    cancelAll(book, 2, 4);
    expect(book.toPublish).toBe(4);
    expect(commandsToDeliver(book)).toEqual([]);
    book.published(4);
    for (let step = 0; step < 5; step++) {
      cancelAll(book, 2, 4);
      book.published(book.outbox.length);
    }
    expect(book.admission.queued).toBe(0);
    cancelAll(book, 3, 4);
    expect(commandsToDeliver(book)).toMatchObject([{ deploymentId: 'd1', commandId: 'removal/d1' }]);
    book.commands.delivered('removal/d1');
    cancelAll(book, 4, 4);
    expect(commandsToDeliver(book)).toEqual([]);
    book.close('d1', { state: 'SUCCEEDED', reason: { code: 'UPGRADED', text: 'x' } }, 5);
    book.published(book.outbox.length);
    expect([book.isDone, book.commands.open]).toEqual([true, 0]);
  });
});
