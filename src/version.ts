declare global {
  // Set by the bundler; absent where the sources run unbundled.
  var shipnoteVersion: string | undefined;
}

/** The version of this package. */
export const version: string = globalThis.shipnoteVersion ?? "0.0.0-source";
