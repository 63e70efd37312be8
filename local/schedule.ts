export interface ScheduleOptions {
  readonly everyMinutes: number;
  readonly invoke: () => Promise<void>;
}

/**
 * Calls a function by the clock, as EventBridge does: one call that fails changes nothing about the next.
 * @returns the function that stops it, once the call in hand is done
 */
export function startSchedule({ everyMinutes, invoke }: ScheduleOptions): () => Promise<void> {
  let inHand = Promise.resolve();
  const timer = setInterval(() => {
    // The function has logged why.
    inHand = invoke().catch(() => {});
  }, everyMinutes * 60_000);
  return async () => {
    clearInterval(timer);
    await inHand;
  };
}
