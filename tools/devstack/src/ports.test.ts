import { choosePort, saysPortTaken, scatteredPorts } from './ports.js';

const free = () => Promise.resolve(true);

describe('choosePort', () => {
  it('keeps the wanted port when it is free', async () => {
    await expect(choosePort(9092, new Set(), free)).resolves.toBe(9092);
  });

  it('takes the next free one otherwise', async () => {
    const taken = [9092, 9093];
    await expect(choosePort(9092, new Set(), (port) => Promise.resolve(!taken.includes(port)))).resolves.toBe(
      9094,
    );
  });

  it('never gives one port twice, though both starts find it free', async () => {
    const reserved = new Set<number>();
    const ports = await Promise.all([choosePort(7233, reserved, free), choosePort(7233, reserved, free)]);
    expect(new Set(ports).size).toBe(2);
  });

  it('gives up after two hundred', async () => {
    const tried: number[] = [];
    const none = (port: number) => Promise.resolve(tried.push(port) < 0);
    await expect(choosePort(1000, new Set(), none)).rejects.toMatchObject({ code: 'NO_FREE_PORT' });
    expect(tried).toHaveLength(200);
  });
});

describe('scatteredPorts', () => {
  it.each([0, 0.5, 0.999_999])('stays below the range of client ports (%d)', (random) => {
    const ports = Object.values(scatteredPorts(() => random));
    expect(Math.min(...ports)).toBeGreaterThan(1024);
    expect(Math.max(...ports)).toBeLessThan(32_768);
    expect(new Set(ports).size).toBe(ports.length);
  });
});

describe('saysPortTaken', () => {
  it.each([
    `can't set frontend port 7233: listen tcp 127.0.0.1:7233: bind: address already in use`,
    'org.apache.kafka.common.KafkaException: Socket server failed to bind to 127.0.0.1:9092: Address already in use.',
    'Could not create server TCP listening socket 127.0.0.1:6379: bind: Address already in use',
  ])('recognises: %s', (line) => expect(saysPortTaken(line)).toBe(true));

  it('takes nothing else for it', () => {
    expect(saysPortTaken('java.lang.OutOfMemoryError: Java heap space')).toBe(false);
  });
});
