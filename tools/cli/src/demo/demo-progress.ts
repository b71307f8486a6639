import { isTerminalState } from '@vecino/foundation';
import { type SentRequest } from '../deployment-story.js';
import { type OutputFormat, tellPeople } from '../output-option.js';
import { type ReadStatus } from '../status-feed.js';
import { colouredState, statusLine } from '../status-line.js';

export type OnStatus = (read: ReadStatus, request: SentRequest) => void;

/** Shows what `follow` reads while it reads: a list per tenant on a terminal, a line per status anywhere else. */
export function showProgress<T>(
  requests: readonly SentRequest[],
  output: OutputFormat,
  follow: (onStatus: OnStatus) => Promise<T>,
): Promise<T> {
  const isLive = output === 'text' && process.stdout.isTTY && !process.env['CI'];
  const tell = tellPeople(output);
  return isLive ? showLists(requests, follow) : follow((read) => tell(statusLine(read)));
}

async function showLists<T>(
  requests: readonly SentRequest[],
  follow: (onStatus: OnStatus) => Promise<T>,
): Promise<T> {
  const { Listr } = await import('listr2');
  const boards = boardsOf(requests);
  const list = new Listr(
    boards.map((board) => ({
      title: board.title(),
      task: (_context, task) =>
        board.show((title, lines) => {
          task.title = title;
          task.output = lines;
        }),
      rendererOptions: { outputBar: 1, persistentOutput: true },
    })),
    // An interrupted demo stops its platform first.
    { concurrent: true, exitOnError: false, registerSignalListeners: false },
  );
  const shown = list.run();
  try {
    return await follow((read, { tenantId }) =>
      boards.find((board) => board.tenantId === tenantId)?.take(read),
    );
  } finally {
    for (const board of boards) board.close();
    await shown;
  }
}

type Render = (title: string, lines: string) => void;

/** Where the routers of one tenant stand. */
class TenantBoard {
  readonly tenantId: string;
  readonly #states: Map<string, string>;
  #render: Render = () => undefined;
  #done: () => void = () => undefined;
  #failed: (reason: Error) => void = () => undefined;

  constructor(tenantId: string, routerIds: readonly string[]) {
    this.tenantId = tenantId;
    this.#states = new Map(routerIds.map((routerId) => [routerId, 'SENT']));
  }

  get size(): number {
    return this.#states.size;
  }

  title(): string {
    const ended = [...this.#states.values()].filter(isTerminalState).length;
    return `${this.tenantId}: ${ended} of ${this.size} ended`;
  }

  /** Settles when every router's deployment has ended, or the board is closed. */
  show(render: Render): Promise<void> {
    this.#render = render;
    this.#paint();
    return new Promise((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
    });
  }

  take({ status }: ReadStatus): void {
    this.#states.set(status.router_id, status.state);
    this.#paint();
    const states = [...this.#states.values()];
    if (!states.every(isTerminalState)) return;
    if (states.every((state) => state === 'SUCCEEDED')) this.#done();
    else this.#failed(new Error(this.title()));
  }

  close(): void {
    this.#failed(new Error(this.title()));
  }

  #paint(): void {
    const lines = [...this.#states].map(([routerId, state]) => `${routerId} ${colouredState(state)}`);
    this.#render(this.title(), lines.join('\n'));
  }
}

function boardsOf(requests: readonly SentRequest[]): TenantBoard[] {
  const tenants = new Set(requests.map(({ tenantId }) => tenantId));
  return [...tenants].map((tenantId) => {
    const routers = requests.filter((request) => request.tenantId === tenantId);
    return new TenantBoard(
      tenantId,
      routers.map(({ routerId }) => routerId),
    );
  });
}
