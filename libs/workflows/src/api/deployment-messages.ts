/** Argument of the `cancel` signal of a deployment. */
export interface CancelOrder {
  readonly commandId: string;
  readonly requestedBy?: string;
}

/** How far a long step is. Sent by its activity, throttled; becomes a status of the phase under way. */
export interface StepProgress {
  readonly step: 'install' | 'installStandby' | 'soak' | 'waitUp' | 'verify' | 'postcheck';
  /** Such as `bytes`, `of_bytes`, `percent`, `waiting_for`. */
  readonly details: Readonly<Record<string, string>>;
}
