import { createHash } from "node:crypto";
import type { ChangeRecord } from "./schema.ts";

/*
 * What ties record.json, and the plots beside it, to the run that wrote them, whatever version of shipnote that was. It
 * shows an edit, not who made it: whoever reckons the digest anew leaves that to git's history.
 */

/** The last version whose records may be without digests. */
const lastWithout = [0, 1, 0] as const;

/**
 * SHA-256 in hex of a record's JSON as RFC 8785 writes it (no white space, keys by UTF-16 code unit), without
 * `generator.facts`: a formatter's taste and the order of keys are no edit.
 */
export function factsDigest(record: ChangeRecord): string {
  const { facts: _facts, ...generator } = record.generator;
  return sha256(canonicalJson({ ...record, generator }));
}

/**
 * The record with its digest.
 *
 * @param madeOf the record that stands and is only led elsewhere: where that was edited, the digest goes on saying so
 */
export function withFactsDigest(record: ChangeRecord, madeOf: ChangeRecord | null = null): ChangeRecord {
  if (madeOf !== null && isAsWritten(madeOf) === false) return record;
  return { ...record, generator: { ...record.generator, facts: factsDigest(record) } };
}

/** Whether a record.json is as it was written; null where it was written before digests were. */
export function isAsWritten(record: ChangeRecord): boolean | null {
  const { facts, plots, version } = record.generator;
  if (facts !== undefined) return facts === factsDigest(record);
  return plots !== undefined || isAfter(version) ? false : null;
}

/** SHA-256 in hex of a plot's text over LF. */
export function plotDigest(svg: string): string {
  return sha256(svg.replaceAll("\r\n", "\n"));
}

function isAfter(version: string): boolean {
  const numbers = (version.match(/\d+/g) ?? []).map(Number);
  const place = lastWithout.findIndex((number, at) => number !== (numbers[at] ?? 0));
  return place !== -1 && (numbers[place] ?? 0) > (lastWithout[place] ?? 0);
}

function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  let members = "";
  // Without an order of its own sort() goes by code unit.
  for (const key of Object.keys(value).sort()) {
    const field: unknown = Reflect.get(value, key);
    if (field !== undefined) members += `${members === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(field)}`;
  }
  return `{${members}}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
