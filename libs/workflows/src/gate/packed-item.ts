import type { GateItem } from '../api/gate-protocol.js';
import type { TakenItem } from './carried.js';

/** A taken item as an array: field names would make up half of what a gate with a long queue carries. */
export type PackedItem = readonly [
  deploymentId: string,
  routerId: string,
  routerIp: string,
  softwareVersion: string,
  priority: GateItem['priority'],
  fingerprint: string,
  topic: string,
  partition: number,
  offset: number,
  timestamp: number,
  notBefore: number | null,
  requestedAt: number | null,
  requestedBy: string | null,
  traceparent: string | null,
  tracestate: string | null,
  /** Left out by gates of releases that knew no retries. */
  retryOf?: string | null,
];

export const pack = (item: TakenItem): PackedItem => [
  item.deploymentId,
  item.routerId,
  item.routerIp,
  item.softwareVersion,
  item.priority,
  item.fingerprint,
  item.topic,
  item.partition,
  item.offset,
  item.timestamp,
  item.notBefore ?? null,
  item.requestedAt ?? null,
  item.requestedBy ?? null,
  item.traceparent ?? null,
  item.tracestate ?? null,
  item.retryOf ?? null,
];

export function unpack(packed: PackedItem): TakenItem {
  const [deploymentId, routerId, routerIp, softwareVersion, priority, fingerprint] = packed;
  const [, , , , , , topic, partition, offset, timestamp] = packed;
  const [, , , , , , , , , , notBefore, requestedAt, requestedBy, traceparent, tracestate, retryOf] = packed;
  return {
    deploymentId,
    routerId,
    routerIp,
    softwareVersion,
    priority,
    fingerprint,
    topic,
    partition,
    offset,
    timestamp,
    ...(notBefore === null ? {} : { notBefore }),
    ...(requestedAt === null ? {} : { requestedAt }),
    ...(requestedBy === null ? {} : { requestedBy }),
    ...(traceparent === null ? {} : { traceparent }),
    ...(tracestate === null ? {} : { tracestate }),
    ...(retryOf === undefined || retryOf === null ? {} : { retryOf }),
  };
}
