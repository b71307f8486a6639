import { type ReadStatus } from './status-feed.js';
import { movesOn, statusLine } from './status-line.js';

/** What a terminal is, as far as this needs it. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const UP_AND_CLEAR = '\u001B[1A\u001B[2K';

/** Prints statuses a line each; on a terminal the progress of a phase replaces the line that told of it before. */
export class StatusPrinter {
  readonly #screen: Screen;
  #last: ReadStatus | undefined;

  readonly #whereNext: (read: ReadStatus) => string | undefined;

  /** `whereNext` says what to print below a status, where there is something. */
  constructor(screen: Screen, whereNext: (read: ReadStatus) => string | undefined = () => undefined) {
    this.#screen = screen;
    this.#whereNext = whereNext;
  }

  print(read: ReadStatus): void {
    const again = this.#screen.isTTY === true && movesOn(this.#last, read);
    this.#last = read;
    const next = this.#whereNext(read);
    this.#screen.write(
      `${again ? UP_AND_CLEAR : ''}${statusLine(read)}\n${next === undefined ? '' : `${next}\n`}`,
    );
    // What stands below it must not be written over in its place.
    if (next !== undefined) this.#last = undefined;
  }
}
