import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A folder per release, with histories that its workers wrote (docs/upgrading.md). */
export const HISTORIES_FOLDER = join(__dirname, '..', '..', 'temporal', 'histories');

/** One workflow's run as a released version left it, in Temporal's JSON. */
export interface StoredHistory {
  readonly release: string;
  /** Such as `gate-moved-away`. */
  readonly name: string;
  readonly events: readonly StoredEvent[];
}

interface StoredEvent {
  readonly workflowExecutionStartedEventAttributes?: { readonly input?: StoredPayloads };
  readonly workflowExecutionSignaledEventAttributes?: {
    readonly signalName: string;
    readonly input?: StoredPayloads;
  };
  readonly activityTaskScheduledEventAttributes?: {
    readonly activityType: { readonly name: string };
    readonly taskQueue: { readonly name: string };
    readonly input?: StoredPayloads;
  };
}

interface StoredPayloads {
  readonly payloads?: readonly { readonly data?: string }[];
}

/** What a workflow was sent, or asked for. */
export interface StoredCall {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Of all releases, the oldest release first. */
export const storedHistories = (kind: 'gate' | 'deployment'): StoredHistory[] =>
  readdirSync(HISTORIES_FOLDER)
    .toSorted()
    .flatMap((release) =>
      readdirSync(join(HISTORIES_FOLDER, release))
        .filter((file) => file.startsWith(`${kind}-`) && file.endsWith('.json'))
        .map((file) => readHistory(release, file.slice(0, -'.json'.length))),
    );

export const readHistory = (release: string, name: string): StoredHistory => ({
  ...(JSON.parse(readFileSync(join(HISTORIES_FOLDER, release, `${name}.json`), 'utf8')) as StoredHistory),
  release,
  name,
});

export const startOf = ({ events }: StoredHistory): readonly unknown[] =>
  argsOf(events[0]?.workflowExecutionStartedEventAttributes?.input);

export const signalsOf = ({ events }: StoredHistory): StoredCall[] =>
  events.flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    signal === undefined ? [] : [{ name: signal.signalName, args: argsOf(signal.input) }],
  );

/** Those that were scheduled; `queue`: on that task queue only. */
export const activitiesOf = ({ events }: StoredHistory, queue?: string): StoredCall[] =>
  events.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled === undefined || (queue ?? scheduled.taskQueue.name) !== scheduled.taskQueue.name
      ? []
      : [{ name: scheduled.activityType.name, args: argsOf(scheduled.input) }],
  );

const argsOf = (input: StoredPayloads | undefined): unknown[] =>
  (input?.payloads ?? []).map(
    ({ data = '' }) => JSON.parse(Buffer.from(data, 'base64').toString()) as unknown,
  );
