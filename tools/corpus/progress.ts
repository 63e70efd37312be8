/** Signs of life, for people only: a bar on the terminal, and nothing where the output goes to a file or a program. */
const WIDTH = 30;

/** Fewer rows are done before anybody could read a bar. */
const SHORT = 1_000;

/** How far it is, as a bar of 30 characters and in words. */
export function bar(done: number, all: number): string {
  const filled = Math.floor((done / all) * WIDTH);
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done} of ${all} rows`;
}

/** Where the bar is drawn; as `process.stderr`. */
interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Draws the bar over the one before, and takes it away at the end. */
export function showProgress(done: number, all: number, terminal: Terminal): void {
  if (!terminal.isTTY || all < SHORT) return;
  terminal.write(done < all ? `\r${bar(done, all)}` : '\r\u001b[K');
}
