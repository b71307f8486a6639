/** Waits for `work`, but no longer than `ms`; its failure is not the caller's concern. */
export async function within(ms: number, work: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([limit, (work ?? Promise.resolve()).catch(() => undefined)]);
  clearTimeout(timer);
}
