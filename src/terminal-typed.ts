/** Forgets what was typed in the terminal before anything was asked: it was meant for the shell. */
export async function forgetTyped(): Promise<void> {
  const { stdin } = process;
  if (!stdin.isTTY) return;
  stdin.setRawMode(true);
  stdin.resume();
  // The stream hands over at once what waits.
  await new Promise((done) => setTimeout(done, 20));
  stdin.pause();
  stdin.setRawMode(false);
}
