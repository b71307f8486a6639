/** Upper bounds in seconds. */

/** Of calls between servers. */
export const CALL_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;
/** From a record to what comes of it; 5 is the service level for starts. */
export const DELAY_SECONDS = [
  0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400,
] as const;
/** Of an upgrade and its phases: seconds to hours. */
export const WORK_SECONDS = [
  0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 43_200,
] as const;
/** Of calls to routers: a read takes milliseconds, an Install up to an hour. */
export const DEVICE_SECONDS = [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 1_200, 3_600] as const;
