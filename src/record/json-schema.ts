import * as z from "zod";
import { changeRecord, outcome } from "./schema.ts";

/** The JSON Schema (draft 2020-12) of record.json. */
export function recordJsonSchema(): unknown {
  return { ...z.toJSONSchema(changeRecord, { io: "input" }), title: "shipnote record.json" };
}

/** The JSON Schema (draft 2020-12) of outcome.json. */
export function outcomeJsonSchema(): unknown {
  return { ...z.toJSONSchema(outcome, { io: "input" }), title: "shipnote outcome.json" };
}
