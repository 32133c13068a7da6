/** One of our templates as the build compiled it: Handlebars' JavaScript, as an object, and its source's SHA-256. */
export interface Precompiled {
  template: object;
  sha256: string;
}

/** Our templates by name, where the build put them here (.build/templates.mjs); null where the source is run. */
export const precompiled: Readonly<Record<string, Precompiled>> | null = null;
