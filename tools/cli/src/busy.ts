import { type Detail, formatElapsed } from '@vecino/devstack';

/** What progress is written to. */
export interface BusyScreen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface Busy {
  /** Shows what is being done, once it takes longer than two seconds, until it ends. Of what is done within it nothing is shown. */
  while<T>(what: string, work: (detail: Detail) => Promise<T>): Promise<T>;
  /** To be called before anything else is written to the terminal. */
  clear(): void;
}

/** What ends sooner needs no progress. */
export const SHOWN_AFTER_MS = 2_000;
const FRAME_MS = 200;
const REMIND_EVERY_MS = 10_000;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠴', '⠦'];
const CLEAR_LINE = '\r\u001B[2K';

/** On a terminal one line that moves and goes away; a line every ten seconds anywhere else. */
export function createBusy(screen: BusyScreen, now: () => number = Date.now): Busy {
  let isDrawn = false;
  let isBusy = false;
  const clear = () => {
    if (isDrawn) screen.write(CLEAR_LINE);
    isDrawn = false;
  };
  return {
    clear,
    async while(what, work) {
      if (isBusy) return work(() => undefined);
      isBusy = true;
      const began = now();
      let detail = '';
      let frame = 0;
      const line = (mark: string) =>
        `${mark} ${what}${detail === '' ? '' : `: ${detail}`} (${formatElapsed(now() - began)})`;
      const draw = () => {
        clear();
        frame = (frame + 1) % FRAMES.length;
        screen.write(line(FRAMES[frame] ?? '…'));
        isDrawn = true;
      };
      const isLive = screen.isTTY === true;
      const show = isLive ? draw : () => screen.write(`${line('…')}\n`);
      let again: NodeJS.Timeout | undefined;
      const first = setTimeout(() => {
        show();
        again = setInterval(show, isLive ? FRAME_MS : REMIND_EVERY_MS);
      }, SHOWN_AFTER_MS);
      try {
        return await work((text) => (detail = text));
      } finally {
        clearTimeout(first);
        clearInterval(again);
        clear();
        isBusy = false;
      }
    },
  };
}

/** Progress goes to stderr: what is piped on is the answer alone. */
export const busy = createBusy(process.stderr);

const BAR_CHARACTERS = 20;

/** `[#####               ] 25 %`. */
export function barText(done: number, total: number): string {
  const share = total <= 0 ? 1 : Math.min(1, done / total);
  const filled = Math.floor(share * BAR_CHARACTERS);
  return `[${'#'.repeat(filled)}${' '.repeat(BAR_CHARACTERS - filled)}] ${Math.floor(share * 100)} %`;
}
