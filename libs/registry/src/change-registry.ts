import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { VecinoError } from '@vecino/foundation';
import {
  beginTransaction,
  ensureTopic,
  type KafkaClient,
  type OutgoingRecord,
  type Transaction,
} from '@vecino/messaging';
import {
  diff,
  editRegistry,
  type Registry,
  type RegistryDiff,
  type RegistryEdit,
  type RegistryFault,
} from '@vecino/tenancy';
import { recordsOf } from './registry-records.js';
import { registryError, type RegistryErrorCode, RegistryRefusal } from './registry-error.js';
import {
  type OpenRegistryTopic,
  openRegistryTopic,
  readToEnd,
  readUntil,
  registryTopic,
} from './registry-topic.js';
import { type TopicContents } from './topic-contents.js';

export interface RegistryChange {
  readonly registry: Registry;
  /** From the registry that the change was decided on; empty where the change was there already. */
  readonly diff: RegistryDiff;
}

/** Of every writer: the newest fences the others. */
const transactionalId = (topicPrefix: string): string => `${topicPrefix}vecino-registry`;

/** Later no new attempt begins. */
const TRY_FOR_MS = 30_000;
const READ_WITHIN_MS = 30_000;
const READ_BACK_WITHIN_MS = 15_000;
const MAX_ATTEMPTS = 20;
const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 3_000;

/**
 * Changes the registry: `decide` is asked on the registry as it is, and again where another writer came first, so it must say
 * the same of the same registry. One of many writers at a time: nobody's change is lost, and readers see the whole of a change
 * or nothing. Resolves when the change has been read back. Rejects with a `RegistryRefusal` or another VecinoError of
 * `RegistryErrorCode`.
 */
export const changeRegistry = (
  kafka: KafkaClient,
  topicPrefix: string,
  decide: (registry: Registry) => RegistryEdit | readonly RegistryFault[],
): Promise<RegistryChange> => commitChange({ kafka, topicPrefix, decide, makesRegistry: false });

export interface ChangeOrder {
  readonly kafka: KafkaClient;
  readonly topicPrefix: string;
  /** Undefined where nothing is to be done. */
  readonly decide: (
    registry: Registry,
    contents: TopicContents,
  ) => RegistryEdit | readonly RegistryFault[] | undefined;
  /** Writes the platform's own record also where the edit changes nothing, so that the registry is no longer one that nobody has made. */
  readonly makesRegistry: boolean;
  /** Ends the trying. */
  readonly signal?: AbortSignal;
}

/** Rejects as `changeRegistry` does, and with the signal's reason. */
export async function commitChange(order: ChangeOrder): Promise<RegistryChange> {
  const change: Change = { ...order, id: randomUUID() };
  const deadline = performance.now() + TRY_FOR_MS;
  let last: unknown;
  for (let attempt = 0; attempt < MAX_ATTEMPTS && performance.now() < deadline; attempt += 1) {
    order.signal?.throwIfAborted();
    if (attempt > 0) await sleep(Math.random() * Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt));
    try {
      return await attemptChange(change);
    } catch (err) {
      if (err instanceof DecisionFailed) throw err.cause;
      last = err;
    }
  }
  throw givenUp(change, last);
}

interface Change extends ChangeOrder {
  readonly id: string;
  /** What an attempt has asked Kafka to commit. */
  sent?: RegistryChange;
}

/** Trying again would not help. Never leaves this file. */
class DecisionFailed extends Error {}

async function attemptChange(change: Change): Promise<RegistryChange> {
  const { kafka, topicPrefix } = change;
  const deadline = performance.now() + READ_WITHIN_MS;
  await ensureTopic(kafka, 'tenants', topicPrefix);
  const topic = await openRegistryTopic(kafka, topicPrefix);
  let transaction: Transaction | undefined;
  try {
    // Most is read before the transaction begins, so that writers stand in each other's way for a moment only.
    await readToEnd(topic, deadline);
    transaction = await beginTransaction(kafka, transactionalId(topicPrefix));
    await readToEnd(topic, deadline);
    return await changeIn(transaction, topic, change);
  } finally {
    await Promise.all([transaction?.close(), topic.tail.close()]);
  }
}

async function changeIn(
  transaction: Transaction,
  topic: OpenRegistryTopic,
  change: Change,
): Promise<RegistryChange> {
  const { contents, tail } = topic;
  const name = registryTopic(change.topicPrefix);
  // The answer to an earlier attempt was lost, but its change was not.
  if (change.sent !== undefined && contents.recentChanges.includes(change.id)) return change.sent;

  const { result, records } = decideOn(contents, change);
  if (records.length === 0) return result;
  const readTo = tail.offsetOf(name, 0);
  if ((await transaction.send(records)) !== readTo)
    throw registryError('REGISTRY_CONTENDED', `somebody writes to the topic ${name} outside of transactions`);
  change.sent = result;
  await transaction.commit();
  await readUntil(topic, change.id, performance.now() + READ_BACK_WITHIN_MS);
  return result;
}

interface Decided {
  readonly result: RegistryChange;
  readonly records: readonly OutgoingRecord[];
}

/** @throws DecisionFailed */
function decideOn(contents: TopicContents, { id, topicPrefix, decide, makesRegistry }: Change): Decided {
  const name = registryTopic(topicPrefix);
  try {
    const registry = contents.assemble(name);
    const edit = decide(registry, contents);
    if (edit === undefined) return { result: { registry, diff: diff(registry, registry) }, records: [] };
    if (isFaults(edit)) throw new RegistryRefusal(edit);
    const edited = editRegistry(registry, edit);
    if (!edited.ok) throw new RegistryRefusal(edited.faults);
    const isWritten = !edited.changesNothing || makesRegistry;
    return {
      result: { registry: edited.registry, diff: edited.diff },
      records: isWritten ? recordsOf(name, edited, [id, ...contents.recentChanges]) : [],
    };
  } catch (cause) {
    throw new DecisionFailed('no decision', { cause });
  }
}

const isFaults = (edit: RegistryEdit | readonly RegistryFault[]): edit is readonly RegistryFault[] =>
  Array.isArray(edit);

function givenUp({ sent, topicPrefix }: Change, last: unknown): VecinoError<RegistryErrorCode> {
  const name = registryTopic(topicPrefix);
  if (sent !== undefined)
    return registryError(
      'REGISTRY_CHANGE_UNKNOWN',
      `Kafka did not say whether the change on the topic ${name} was taken: look at the registry before trying again`,
      last,
    );
  if (last instanceof VecinoError && (last.code === 'FENCED' || last.code === 'REGISTRY_CONTENDED'))
    return registryError(
      'REGISTRY_CONTENDED',
      'nothing was changed, because others kept changing the registry: try again',
      last,
    );
  return registryError(
    'REGISTRY_UNAVAILABLE',
    `nothing was changed, because Kafka did not take the change on the topic ${name}: try again when it does`,
    last,
  );
}
