import { barText, createBusy, SHOWN_AFTER_MS } from './busy.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function screenOf(isTTY: boolean) {
  const written: string[] = [];
  return { written, isTTY, write: (text: string) => written.push(text) };
}

async function lasting(ms: number, isTTY: boolean, detail = ''): Promise<string[]> {
  const screen = screenOf(isTTY);
  const ended = createBusy(screen).while('asking gates', async (say) => {
    say(detail);
    await new Promise((resolve) => setTimeout(resolve, ms));
  });
  await jest.advanceTimersByTimeAsync(ms);
  await ended;
  return screen.written;
}

it.each([true, false])('says nothing of what ends within two seconds (terminal: %p)', async (isTTY) => {
  expect(await lasting(SHOWN_AFTER_MS - 1, isTTY)).toEqual([]);
});

it('writes a line after two seconds, and one every ten more, where there is no terminal', async () => {
  expect(await lasting(23_000, false, '3 of 7')).toEqual([
    '… asking gates: 3 of 7 (2.0 s)\n',
    '… asking gates: 3 of 7 (12 s)\n',
    '… asking gates: 3 of 7 (22 s)\n',
  ]);
});

it('draws one line on a terminal, over itself, and takes it away', async () => {
  const written = await lasting(3_000, true);
  expect(written.filter((text) => text.includes('asking gates')).length).toBeGreaterThan(3);
  expect(written.join('')).not.toContain('\n');
  expect(written.at(-1)).toBe('\r\u001B[2K');
});

it('shows the outermost of what is done at once', async () => {
  const screen = screenOf(false);
  const busy = createBusy(screen);
  const pause = () => new Promise((resolve) => setTimeout(resolve, 3_000));
  const ended = busy.while('all', () =>
    Promise.all([busy.while('one part', pause), busy.while('another', pause)]),
  );
  await jest.advanceTimersByTimeAsync(3_000);
  await ended;
  expect(screen.written).toEqual(['… all (2.0 s)\n']);
});

it('goes away where the work fails, too', async () => {
  const screen = screenOf(true);
  const failing = createBusy(screen).while('failing', async () => {
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    throw new Error('no');
  });
  const caught = expect(failing).rejects.toThrow('no');
  await jest.advanceTimersByTimeAsync(10_000);
  await caught;
  expect(screen.written.at(-1)).toBe('\r\u001B[2K');
  expect(jest.getTimerCount()).toBe(0);
});

it.each([
  [0, 4, '[                    ] 0 %'],
  [1, 4, '[#####               ] 25 %'],
  [9, 4, '[####################] 100 %'],
  [0, 0, '[####################] 100 %'],
])('%d of %d is %s', (done, total, bar) => expect(barText(done, total)).toBe(bar));
