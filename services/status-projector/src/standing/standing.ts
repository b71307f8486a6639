import type { EpochMs } from '@vecino/foundation';
import { LastAnswer, METRICS, type Observation, observe } from '@vecino/telemetry';
import type { Tenant } from '@vecino/tenancy';
import type { QueueStanding, RunningDeployment, TaskType } from '@vecino/temporal';
import type { GateReport } from '@vecino/workflows';
import { SilentGates } from './silent-gates.js';

export interface Place {
  readonly namespace: string;
  readonly taskQueue: string;
}
export interface PlaceStanding extends Place, QueueStanding {
  readonly type: TaskType;
}

/** How gates, deployments and task queues stood when they were last looked at, and what is exported of it. */
export class Standing {
  #running: readonly RunningDeployment[] = [];
  #stuck: readonly RunningDeployment[] = [];
  readonly #gates = new Map<string, GateReport>();
  readonly #silent = new SilentGates();
  readonly #queues = new Map<string, LastAnswer<readonly PlaceStanding[]>>();
  /** Looks that came to their end. */
  #looks = 0;
  #lookedAt: EpochMs | undefined;
  /** Whether there was such a look: without it none of this is exported. */
  readonly #look = new LastAnswer<true>();

  deployments(running: readonly RunningDeployment[], stuck: readonly RunningDeployment[]): void {
    this.#running = running;
    this.#stuck = stuck;
  }

  /** Undefined where the tenant has none. */
  gate(tenantId: string, report: GateReport | undefined): void {
    this.#silent.delete(tenantId);
    if (report === undefined) this.#gates.delete(tenantId);
    else this.#gates.set(tenantId, report);
  }

  /** Of both types of tasks: whoever asks tells it what comes of that. */
  queue(place: Place): LastAnswer<readonly PlaceStanding[]> {
    const key = placeKey(place);
    const last = this.#queues.get(key) ?? new LastAnswer<readonly PlaceStanding[]>();
    this.#queues.set(key, last);
    return last;
  }

  isUnserved(place: Place): boolean {
    const last = this.#queues.get(placeKey(place))?.current ?? [];
    return last.some((standing) => unservedTasks(standing) > 0);
  }

  /** A look came to its end. Gates of `silent` did not answer in it: what they last said need not be true any more. */
  looked(at: EpochMs, silent: readonly string[]): void {
    for (const id of silent) {
      this.#gates.delete(id);
      this.#silent.add(id, this.#looks);
    }
    this.#looks += 1;
    this.#lookedAt = at;
    this.#look.heard(true);
  }

  /** Nobody could be asked. One such look ends no alert; after a minute of them nothing is exported until there is an answer again. */
  unknown(now: EpochMs): void {
    this.#look.failed(now);
  }

  /** Forgets tenants that are gone, or sleep. */
  forgetOthers(tenants: readonly Pick<Tenant, 'id'>[]): void {
    const kept = new Set<string>(tenants.map(({ id }) => id));
    for (const id of this.#gates.keys()) if (!kept.has(id)) this.#gates.delete(id);
    for (const id of this.silent()) if (!kept.has(id)) this.#silent.delete(id);
  }

  /** Forgets task queues that have nothing to do any more. */
  forgetOtherQueues(places: readonly Place[]): void {
    const kept = new Set(places.map(placeKey));
    for (const key of this.#queues.keys()) if (!kept.has(key)) this.#queues.delete(key);
  }

  /** Tenants whose gates have something to do, or do not answer. */
  busy(): ReadonlySet<string> {
    const working = [...this.#gates].filter(([, { idle }]) => !idle).map(([id]) => id);
    return new Set([...working, ...this.silent()]);
  }

  /** Tenants whose gates did not answer when they were last asked. */
  silent(): ReadonlySet<string> {
    return this.#silent.ids();
  }

  /** Those of them that are left alone in this look. */
  resting(): ReadonlySet<string> {
    return this.#silent.resting(this.#looks);
  }

  /** Exports it from now on; returns how to end that. */
  observe(): () => void {
    const known: typeof observe = (spec, read) =>
      observe(spec, () => (this.#look.current === undefined ? [] : read()));
    const ends = [
      known(METRICS.deploymentsActive, () =>
        this.#running.map(({ tenantId, state }) => [
          1,
          { 'vecino.tenant.id': tenantId, 'vecino.deployment.state': state },
        ]),
      ),
      known(METRICS.deploymentsStuck, () => this.#stuckOnes()),
      known(METRICS.queued, () => this.#ofGates(({ queued }) => queued)),
      known(METRICS.queueLimit, () => this.#ofGates(({ queueLimit }) => queueLimit)),
      known(METRICS.queueFill, () => this.#ofGates(({ queued, queueLimit }) => queued / queueLimit)),
      known(METRICS.slotsUsed, () => this.#ofGates(({ running }) => running)),
      known(METRICS.slotLimit, () => this.#ofGates(({ cap }) => cap)),
      known(METRICS.slotsSaturated, () => this.#ofGates(saturatedSlots)),
      known(METRICS.quarantined, () => this.#ofGates(({ quarantined }) => quarantined)),
      known(METRICS.unpublished, () => this.#ofGates(({ toPublish }) => toPublish)),
      known(METRICS.gateSilent, () => [
        ...this.#ofGates(() => 0),
        ...[...this.silent()].map((id) => [1, { 'vecino.tenant.id': id }] as const),
      ]),
      known(METRICS.queuePollers, () => this.#ofQueues(({ pollers }) => pollers)),
      known(METRICS.queueBacklog, () => this.#ofQueues(({ backlog }) => backlog)),
      known(METRICS.queueUnserved, () => this.#ofQueues(unservedTasks)),
      observe(METRICS.lastLook, () => (this.#lookedAt === undefined ? [] : [[this.#lookedAt / 1_000, {}]])),
    ];
    return () => ends.forEach((end) => end());
  }

  /** Zero for all others that have anything to do: a number that vanishes does not end an alert as well as a zero does. */
  #stuckOnes(): Observation<typeof METRICS.deploymentsStuck>[] {
    const tenants = new Set([...this.#gates.keys(), ...this.#running.map(({ tenantId }) => tenantId)]);
    return [
      ...[...tenants].map((id) => [0, { 'vecino.tenant.id': id }] as const),
      ...this.#stuck.map(({ tenantId }) => [1, { 'vecino.tenant.id': tenantId }] as const),
    ];
  }

  #ofGates(value: (report: GateReport) => number) {
    return [...this.#gates].map(([id, report]) => [value(report), { 'vecino.tenant.id': id }] as const);
  }

  #ofQueues(value: (queue: QueueStanding) => number) {
    return [...this.#queues.values()]
      .flatMap(({ current }) => current ?? [])
      .map(
        (queue) =>
          [
            value(queue),
            { namespace: queue.namespace, task_queue: queue.taskQueue, 'vecino.task_type': queue.type },
          ] as const,
      );
  }
}

const saturatedSlots = ({ running, cap, queued }: GateReport): number =>
  running >= cap && queued > 0 ? running : 0;

const unservedTasks = ({ pollers, backlog }: QueueStanding): number => (pollers === 0 ? backlog : 0);

export const placeKey = ({ namespace, taskQueue }: Place): string => `${namespace}/${taskQueue}`;
