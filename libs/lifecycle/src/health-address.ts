import { isIPv6 } from 'node:net';
import { z } from 'zod';

/** Where health is served. Port 0: any free one. */
export interface HealthAddress {
  readonly host: string;
  readonly port: number;
}

const FORM = /^(?:\[([^\]\s]+)\]|([^\s:[\]]+)):(\d{1,5})$/;
const FAULT = 'is host:port, as in 0.0.0.0:8080, [::]:8080 or 127.0.0.1:0';

/** Text such as `0.0.0.0:8080`. */
export const healthAddress = z.string().transform((text, context): HealthAddress => {
  const [, ipv6, name, digits] = FORM.exec(text) ?? [];
  const host = ipv6 ?? name;
  const port = Number(digits);
  if (host !== undefined && port <= 65_535 && (ipv6 === undefined || isIPv6(ipv6))) return { host, port };
  context.addIssue({ code: 'custom', message: FAULT });
  return z.NEVER;
});

/** The same as text; an IPv6 address in brackets. */
export const healthAddressText = ({ host, port }: HealthAddress): string =>
  `${isIPv6(host) ? `[${host}]` : host}:${port}`;
