/** The part of `process` that tells it to end. */
export interface Signalled {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  off(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
}

/** SIGTERM and SIGINT, as often as they come. */
export interface EndSignals {
  readonly first: Promise<void>;
  readonly second: Promise<void>;
  /** How many there were. */
  count(): number;
  ignore(): void;
}

export function listenForEnd(own: Signalled): EndSignals {
  let count = 0;
  let [onFirst, onSecond] = [(): void => {}, (): void => {}];
  const first = new Promise<void>((resolve) => (onFirst = resolve));
  const second = new Promise<void>((resolve) => (onSecond = resolve));
  const told = (): void => {
    count += 1;
    if (count === 1) onFirst();
    else onSecond();
  };
  own.on('SIGTERM', told);
  own.on('SIGINT', told);
  return {
    first,
    second,
    count: () => count,
    ignore() {
      own.off('SIGTERM', told);
      own.off('SIGINT', told);
    },
  };
}
