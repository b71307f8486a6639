import { classifyIp, contains, overlaps, parseCidr, parseIp, specialClassesIn } from './index.js';

describe('parseIp', () => {
  it.each(['0.0.0.0', '10.1.2.3', '127.20.1.1', '255.255.255.255'])('reads %s as IPv4', (text) => {
    expect(parseIp(text)).toMatchObject({ family: 4, text });
  });

  // The recommendations of RFC 5952, section 4.
  it.each(['::', '::1', '1::', '2001:db8::1', '2001:db8:0:1:1:1:1:1', '2001:0:0:1::1', '2001:db8::1:0:0:1'])(
    'reads %s as IPv6',
    (text) => expect(parseIp(text)).toMatchObject({ family: 6, text }),
  );

  it.each([
    ['', 'empty'],
    ['10.01.2.3', 'a leading zero'],
    ['10.1.2', 'three octets'],
    ['10.1.2.3.4', 'five octets'],
    ['256.1.1.1', 'an octet too large'],
    ['0x0a.1.2.3', 'hexadecimal'],
    ['167838211', 'one number'],
    [' 10.1.2.3', 'a space'],
    ['10.1.2.3\n', 'a line end'],
    ['10.1.2.3/32', 'a prefix'],
    ['٣.1.2.3', 'digits of another script'],
    ['::ffff:10.1.2.3', 'mapped IPv4'],
    ['::ffff:a01:203', 'mapped IPv4 in hexadecimal'],
    ['::10.1.2.3', 'embedded IPv4'],
    ['fe80::1%eth0', 'a zone id'],
    ['[::1]', 'brackets'],
    ['2001:DB8::1', 'upper case'],
    ['2001:0db8::1', 'leading zeros in a group'],
    ['2001:db8:0:0:1:0:0:1', 'zero groups not compressed'],
    ['2001:db8:0:0:1::1', 'the second of equal runs compressed'],
    ['2001:db8::1:1:1:1:1', 'a single zero group compressed'],
    ['1::2::3', 'two compressions'],
    ['1:2:3:4:5:6:7', 'seven groups'],
    ['1:2:3:4:5:6:7:8:9', 'nine groups'],
    ['1:2:3:4:5:6:7:8::', 'a compression of nothing'],
    [':::', 'three colons'],
    [':1:2:3:4:5:6:7', 'a leading colon'],
  ])('refuses %j: %s', (text) => expect(parseIp(text)).toBeUndefined());
});

describe('parseCidr', () => {
  it.each(['0.0.0.0/0', '10.0.0.0/8', '10.1.2.3/32', '::/0', '2001:db8::/32', '2001:db8::1/128'])(
    'reads %s',
    (text) => expect(parseCidr(text)?.text).toBe(text),
  );

  it.each(['10.0.0.1/8', '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0', '10.0.0.0/', '::/129', '2001:db8::1/64'])(
    'refuses %s',
    (text) => expect(parseCidr(text)).toBeUndefined(),
  );

  it('never mixes the families', () => {
    expect(contains(parseCidr('0.0.0.0/0')!, parseIp('::1')!)).toBe(false);
    expect(overlaps(parseCidr('0.0.0.0/0')!, parseCidr('::/0')!)).toBe(false);
  });
});

describe('classifyIp', () => {
  it.each([
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['::', 'unspecified'],
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['fe80::1', 'link-local'],
    ['224.0.0.1', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['10.9.8.7', 'private'],
    ['172.31.0.1', 'private'],
    ['172.32.0.1', 'global'],
    ['fd00::1', 'private'],
    ['8.8.8.8', 'global'],
    ['2001:db8::1', 'global'],
  ])('%s is %s', (text, expected) => expect(classifyIp(parseIp(text)!)).toBe(expected));

  it('finds every special range inside a wide network', () => {
    expect(specialClassesIn(parseCidr('::/0')!)).toEqual([
      'unspecified',
      'loopback',
      'link-local',
      'multicast',
      'private',
    ]);
    expect(specialClassesIn(parseCidr('126.0.0.0/7')!)).toEqual(['loopback']);
    expect(specialClassesIn(parseCidr('198.51.100.0/24')!)).toEqual([]);
  });
});
