import { createHash } from "node:crypto";
import { Failure } from "../failure.ts";
import { type Yielded, yielded } from "../record/yielded.ts";
import type { ReportText } from "./format.ts";
import { parseJson } from "./json-text.ts";

/** A value inside a JSON report, and where it stands. */
export interface Member {
  value: unknown;
  /** A JSON Pointer (RFC 6901); empty for the whole. */
  at: string;
  /** The report's path, and whose report it is meant to be, for messages. */
  report: { path: string; tool: string };
}

/** A metric's name is kept up to this length. */
const longestName = 200;
/** Nothing that anybody measures is larger, and what is can leave the range of numbers in another unit. */
const largest = 1e100;
/** Longer lists are none that a tool wrote for people. */
const mostEntries = 200_000;
/** More samples of one burst than this say no more than their median, and would fill every record. */
const mostOfBurst = 1000;

/** @throws Failure `report-invalid` where the file is not JSON */
export function wholeReport({ path, text }: ReportText, tool: string): Member {
  return { value: parseJson(text, path), at: "", report: { path, tool } };
}

/** @returns null where there is none, or it is null; @throws Failure `report-invalid` where `of` is no object */
export function member(of: Member, key: string): Member | null {
  const value = Object.hasOwn(objectAt(of), key) ? objectAt(of)[key] : null;
  return value === null || value === undefined ? null : inside(of, key, value);
}

/** @throws Failure `report-invalid` where it is not there */
export function needed(of: Member, key: string): Member {
  const found = member(of, key);
  if (found === null) throw misread(of, `has no ${key}`);
  return found;
}

/** The entries of a list. @throws Failure `report-invalid` where `of` is none */
export function entries(of: Member): Member[] {
  return listAt(of).map((value, index) => inside(of, String(index), value));
}

/** A list of finite numbers that are not below zero. @throws Failure `report-invalid` where `of` is none */
export function amountsAt(of: Member): number[] {
  return listAt(of).map((value, index) =>
    typeof value === "number" && value >= 0 && value <= largest ? value : amountAt(inside(of, String(index), value)));
}

/** The members of an object, by their keys. @throws Failure `report-invalid` where `of` is none */
export function members(of: Member): [key: string, member: Member][] {
  return Object.entries(objectAt(of)).map(([key, value]) => [key, inside(of, key, value)]);
}

/** @throws Failure `report-invalid` where it is no text */
export function textAt(of: Member): string {
  if (typeof of.value !== "string") throw misread(of, "is no text");
  return of.value;
}

/** A finite number. @throws Failure `report-invalid` where it is none */
export function numberAt(of: Member): number {
  if (typeof of.value !== "number" || !Number.isFinite(of.value)) throw misread(of, "is no number");
  if (Math.abs(of.value) > largest) throw misread(of, "is beyond any measure");
  return of.value;
}

/** A finite number that is not below zero. @throws Failure `report-invalid` where it is none */
export function amountAt(of: Member): number {
  const value = numberAt(of);
  if (value < 0) throw misread(of, "is below zero");
  return value;
}

/** A whole number that is not below zero. @throws Failure `report-invalid` where it is none */
export function countAt(of: Member): number {
  const value = amountAt(of);
  if (!Number.isSafeInteger(value)) throw misread(of, "is no whole number");
  return value;
}

/** What one burst of one process took: its samples share a round; very many of them are told by their median. */
export function burst(name: string, samples: readonly number[], median: number, unit = "ms"): Yielded {
  const kept = samples.length > 0 && samples.length <= mostOfBurst ? [...samples] : [median];
  return yielded(name, unit, { better: "lower", samples: kept, rounds: kept.map(() => 1) });
}

/** A name on one line and of a bearable length; two that differ stay different. */
export function metricName(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line.length <= longestName) return line || "without a name";
  return `${line.slice(0, longestName - 10)}… ${createHash("sha256").update(line).digest("hex").slice(0, 8)}`;
}

/** Why a report cannot be what it is read as. @param what is wrong with the member, as in `is no list` */
export function misread({ at, report: { path, tool } }: Member, what: string): Failure {
  return new Failure("report-invalid", `${path} is not a readable report of ${tool}: ${at === "" ? "the whole" : at} ${what}.`, {
    expected: `a whole report, as ${tool} wrote it`,
    retry: true,
  });
}

function listAt(of: Member): unknown[] {
  if (!Array.isArray(of.value)) throw misread(of, "is no list");
  if (of.value.length > mostEntries) throw misread(of, `has more than ${mostEntries} entries`);
  return of.value;
}

function objectAt(of: Member): Record<string, unknown> {
  if (typeof of.value !== "object" || of.value === null || Array.isArray(of.value)) throw misread(of, "is no object");
  return of.value as Record<string, unknown>;
}

function inside({ at, report }: Member, key: string, value: unknown): Member {
  return { value, at: `${at}/${key.slice(0, longestName).replaceAll("~", "~0").replaceAll("/", "~1")}`, report };
}
