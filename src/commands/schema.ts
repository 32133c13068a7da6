import { Failure } from "../failure.ts";
import type { Invocation } from "../invocation.ts";

/** `shipnote schema record|config|outcome`: prints a JSON Schema. */
export async function schema({ terminal, args }: Invocation): Promise<number> {
  const [name] = args;
  const found = await schemaOf(name);
  terminal.raw(`${JSON.stringify(found, null, 2)}\n`);
  return 0;
}

async function schemaOf(name: string | undefined): Promise<unknown> {
  if (name === "config") return (await import("../config.ts")).configJsonSchema();
  if (name === "record" || name === "outcome") {
    const { recordJsonSchema, outcomeJsonSchema } = await import("../record/json-schema.ts");
    return name === "record" ? recordJsonSchema() : outcomeJsonSchema();
  }
  throw new Failure("usage", name === undefined ? "Which schema?" : `There is no schema '${name}'.`, {
    expected: "shipnote schema record, config or outcome",
    retry: true,
  });
}
