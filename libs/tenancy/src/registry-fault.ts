/** Keys and indexes from the root of the file. */
export type Path = readonly (string | number)[];

/** A fault and the place in the file that it is about. */
export interface FaultAt {
  readonly at: Path;
  readonly reason: string;
}
