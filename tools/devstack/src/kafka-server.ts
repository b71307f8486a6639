import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { awaitReady } from './await-ready.js';
import { devstackError } from './fault.js';
import { findJava } from './java.js';
import type { KafkaInstallation } from './kafka-install.js';
import type { ManagedProcess } from './managed-process.js';
import { LOOPBACK } from './ports.js';
import { runCommand } from './run-command.js';
import type { Supervisor } from './supervisor.js';

const FIRST_NODE = 1;
const READY_WITHIN_MS = 60_000;
const HEAP = '350m';
/**
 * Half the processors are the services'; a broker for one developer needs no second-tier compiler threads to compete with them:
 * without them it takes two thirds of the processor time for its first minute.
 */
const JVM_FLAGS = [
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Xshare:auto',
  '-XX:-UsePerfData',
  '-Djava.awt.headless=true',
];

export interface KafkaPlace {
  readonly dir: string;
  readonly logPath: string;
  readonly brokerPort: number;
  readonly controllerPort: number;
  /** The data is thrown away afterwards: the broker need not shut down in order. */
  readonly ephemeral: boolean;
  readonly alias?: KafkaAlias;
  /** Another broker of a cluster whose controller is at `controllerPort`. */
  readonly joins?: KafkaMembership;
}

export interface KafkaMembership {
  readonly clusterId: string;
  /** From 2 on: the first node is 1. */
  readonly nodeId: number;
}

/** A second address of the broker, for clients that are to reach it through something in between. */
export interface KafkaAlias {
  /** Where the broker listens. */
  readonly port: number;
  /** Where it tells clients of this address to connect. */
  readonly advertisedPort: number;
}

/** One KRaft node that is broker and controller, or another broker beside it, sized for a development machine. */
export function kafkaProperties(place: KafkaPlace): string {
  const { alias, joins } = place;
  const controllerListener = joins ? '' : `,CONTROLLER://${LOOPBACK}:${place.controllerPort}`;
  const aliasListener = (port: number) => `,ALIAS://${LOOPBACK}:${port}`;
  return Object.entries({
    'process.roles': joins ? 'broker' : 'broker,controller',
    'node.id': joins?.nodeId ?? FIRST_NODE,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://${LOOPBACK}:${place.brokerPort}${controllerListener}${alias ? aliasListener(alias.port) : ''}`,
    'advertised.listeners': `PLAINTEXT://${LOOPBACK}:${place.brokerPort}${alias ? aliasListener(alias.advertisedPort) : ''}`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,ALIAS:PLAINTEXT',
    'controller.quorum.voters': `${FIRST_NODE}@${LOOPBACK}:${place.controllerPort}`,
    'log.dirs': join(place.dir, 'data'),
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 2,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'log.segment.bytes': 128 * 1024 * 1024,
    'log.retention.hours': 168,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'group.coordinator.threads': 1,
    'broker.heartbeat.interval.ms': 500,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** Starts the broker and waits until it answers as itself. */
export async function startKafka(
  supervisor: Supervisor,
  installation: KafkaInstallation,
  place: KafkaPlace,
  env: NodeJS.ProcessEnv,
): Promise<ManagedProcess> {
  const java = await findJava(env);
  await mkdir(join(place.dir, 'tmp'), { recursive: true });
  const config = join(place.dir, 'server.properties');
  await writeFile(config, kafkaProperties(place));
  // The native codecs unpack themselves into the temporary folder: keep them where they are cleaned up.
  const common = [...JVM_FLAGS, `-Djava.io.tmpdir=${join(place.dir, 'tmp')}`, '-cp', installation.classPath];
  const clusterId = await formatStorage(java.path, common, place, config, env);
  const kafka = await supervisor.run({
    name: 'Kafka',
    command: java.path,
    args: [
      `-Xmx${HEAP}`,
      `-Xms${HEAP}`,
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      ...common,
      'kafka.Kafka',
      config,
    ],
    env,
    cwd: place.dir,
    logPath: place.logPath,
    graceMs: place.ephemeral ? 0 : 20_000,
  });
  // A broker of somebody else may have got the port first: only the right cluster id counts.
  const probe = async () => (await kafkaClusterId([`${LOOPBACK}:${place.brokerPort}`], 1_500)) === clusterId;
  await awaitReady(kafka, probe, READY_WITHIN_MS);
  return kafka;
}

async function formatStorage(
  java: string,
  common: readonly string[],
  { dir, joins }: KafkaPlace,
  config: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const meta = join(dir, 'data', 'meta.properties');
  if (!existsSync(meta)) {
    const clusterId = joins?.clusterId ?? randomBytes(16).toString('base64url').replace(/^-/, 'A');
    const args = [...common, 'kafka.tools.StorageTool', 'format'];
    await runCommand(java, [...args, '-t', clusterId, '-c', config], { env });
  }
  const found = /^cluster\.id=(.+)$/m.exec(await readFile(meta, 'utf8'))?.[1];
  if (found === undefined)
    throw devstackError('COMMAND_FAILED', `${meta} names no cluster: remove ${join(dir, 'data')}`);
  return found;
}

/** One round trip with a broker: its cluster's id. Rejects when nobody answers in time. */
export async function kafkaClusterId(brokers: string[], timeoutMs: number): Promise<string> {
  const admin = new Kafka({
    clientId: 'vecino-devstack',
    brokers,
    logLevel: logLevel.NOTHING,
    connectionTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).clusterId;
  } finally {
    await admin.disconnect();
  }
}
