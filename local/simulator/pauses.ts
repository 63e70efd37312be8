/** Waits that end at once when the simulator closes, and that never keep the process alive. */
export interface Pauses {
  /** @returns false when the simulator closed meanwhile */
  wait(milliseconds: number): Promise<boolean>;
  readonly closed: boolean;
  close(): void;
}

export function createPauses(): Pauses {
  const waiting = new Map<NodeJS.Timeout, (finished: boolean) => void>();
  let closed = false;
  return {
    wait(milliseconds) {
      if (closed) return Promise.resolve(false);
      if (milliseconds <= 0) return Promise.resolve(true);
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.delete(timer);
          resolve(true);
        }, milliseconds);
        timer.unref();
        waiting.set(timer, resolve);
      });
    },
    get closed() {
      return closed;
    },
    close() {
      closed = true;
      for (const [timer, resolve] of waiting) {
        clearTimeout(timer);
        resolve(false);
      }
      waiting.clear();
    },
  };
}
