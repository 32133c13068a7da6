/**
 * Forgets what was typed in the terminal before anything was asked: it was meant for the shell.
 *
 * @returns whether Ctrl-C was among it, where that is a key
 */
export async function forgetTyped(): Promise<boolean> {
  const { stdin } = process;
  if (!stdin.isTTY) return false;
  let typed = "";
  const look = (keys: Buffer): void => {
    typed += keys.toString("latin1");
  };
  stdin.setRawMode(true);
  stdin.on("data", look);
  // The stream hands over at once what waits.
  await new Promise((done) => setTimeout(done, 20));
  stdin.off("data", look);
  stdin.pause();
  stdin.setRawMode(false);
  return typed.includes("\u0003");
}
