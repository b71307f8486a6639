import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { VecinoError } from '@vecino/foundation';
import { beginTransaction, type KafkaClient, type Transaction } from '@vecino/messaging';
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
  ensureRegistryTopic,
  type OpenRegistryTopic,
  openRegistryTopic,
  readToEnd,
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

const CHANGE_WITHIN_MS = 30_000;
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
): Promise<RegistryChange> => commitChange(kafka, topicPrefix, decide);

export type Decide = (
  registry: Registry,
  contents: TopicContents,
) => RegistryEdit | readonly RegistryFault[] | undefined;

export async function commitChange(
  kafka: KafkaClient,
  topicPrefix: string,
  decide: Decide,
): Promise<RegistryChange> {
  const change: Change = { id: randomUUID(), kafka, topicPrefix, decide };
  const deadline = performance.now() + CHANGE_WITHIN_MS;
  let last: unknown;
  for (let attempt = 0; attempt < MAX_ATTEMPTS && performance.now() < deadline; attempt += 1) {
    if (attempt > 0) await sleep(Math.random() * Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt));
    try {
      return await attemptChange(change, deadline);
    } catch (err) {
      if (err instanceof VecinoError && err.disposition === 'terminal') throw err;
      last = err;
    }
  }
  throw givenUp(change, last);
}

interface Change {
  readonly id: string;
  readonly kafka: KafkaClient;
  readonly topicPrefix: string;
  readonly decide: Decide;
  /** What an attempt has asked Kafka to commit. */
  sent?: RegistryChange;
}

async function attemptChange(change: Change, deadline: number): Promise<RegistryChange> {
  const { kafka, topicPrefix } = change;
  await ensureRegistryTopic(kafka, topicPrefix);
  const topic = await openRegistryTopic(kafka, topicPrefix);
  let transaction: Transaction | undefined;
  try {
    // Most is read before the transaction begins, so that writers stand in each other's way for a moment only.
    await readToEnd(topic, deadline);
    transaction = await beginTransaction(kafka, transactionalId(topicPrefix));
    await readToEnd(topic, deadline);
    return await changeIn(transaction, topic, change, deadline);
  } finally {
    await Promise.all([transaction?.close(), topic.tail.close()]);
  }
}

async function changeIn(
  transaction: Transaction,
  topic: OpenRegistryTopic,
  change: Change,
  deadline: number,
): Promise<RegistryChange> {
  const { contents } = topic;
  const name = registryTopic(change.topicPrefix);
  // The answer to an earlier attempt was lost, but its change was not.
  if (change.sent !== undefined && contents.recentChanges.includes(change.id)) return change.sent;

  const { registry } = contents.assemble(name);
  const edit = change.decide(registry, contents);
  if (edit === undefined) return { registry, diff: diff(registry, registry) };
  if (isFaults(edit)) throw new RegistryRefusal(edit);
  const edited = editRegistry(registry, edit);
  if (!edited.ok) throw new RegistryRefusal(edited.faults);
  if (edited.changesNothing && !contents.isEmpty) return { registry, diff: edited.diff };

  await transaction.send(recordsOf(name, edited, [change.id, ...contents.recentChanges]));
  change.sent = { registry: edited.registry, diff: edited.diff };
  await transaction.commit();
  await readToEnd(topic, deadline);
  if (!contents.recentChanges.includes(change.id))
    throw registryError('REGISTRY_CHANGE_UNKNOWN', `the change was not found again on the topic ${name}`);
  return change.sent;
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
  if (last instanceof VecinoError && last.code === 'FENCED')
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
