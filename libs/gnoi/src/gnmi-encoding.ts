import { Encoding } from './gen/gnmi/gnmi.js';

/**
 * Encodings this driver reads, best first. A client SHOULD use one that the target advertises (gNMI 3.3.1).
 * JSON_IETF comes first because targets implement it most widely for Get and RFC 7951 defines its every byte; PROTO is as
 * exact but some targets list it and give it in Subscribe only; of plain JSON the form is each target's own; ASCII is text
 * leaf by leaf. BYTES is left out: its content is agreed elsewhere.
 */
const PREFERENCE = [Encoding.JSON_IETF, Encoding.PROTO, Encoding.JSON, Encoding.ASCII] as const;

/** What to try on a target, in order. One that advertises nothing readable is asked for the most common of all. */
export function encodingsToTry(advertised: readonly Encoding[]): readonly [Encoding, ...Encoding[]] {
  const [first = Encoding.JSON_IETF, ...rest] = PREFERENCE.filter((encoding) =>
    advertised.includes(encoding),
  );
  return [first, ...rest];
}
