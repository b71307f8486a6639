import type { Cluster } from 'kafkajs';
import {
  fetchCommitted,
  type FetchedPartition,
  type FetchFrom,
  type FetchOptions,
} from './fetch-committed.js';

/** Asks the leaders of all places at once. A place whose leader nobody knows is left out. */
export async function fetchFromLeaders(
  cluster: Cluster,
  places: readonly FetchFrom[],
  options: FetchOptions,
): Promise<FetchedPartition[]> {
  const answers = await Promise.all(
    placesByLeader(cluster, places).map(async ([nodeId, led]) =>
      fetchCommitted(await cluster.findBroker({ nodeId }), led, options),
    ),
  );
  return answers.flat();
}

function placesByLeader(cluster: Cluster, places: readonly FetchFrom[]): [string, FetchFrom[]][] {
  const byLeader = new Map<string, FetchFrom[]>();
  for (const place of places) {
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(place.topic, [place.partition]));
    if (nodeId === undefined) continue;
    byLeader.set(nodeId, [...(byLeader.get(nodeId) ?? []), place]);
  }
  return [...byLeader];
}
