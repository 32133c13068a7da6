import type { Verified } from "../../record/finding.ts";
import { githubFindings } from "./findings-github.ts";
import { junitFindings } from "./findings-junit.ts";
import { sarifFindings } from "./findings-sarif.ts";
import { textFindings } from "./findings-text.ts";

/** Each format as a text, without a line end at its end. */
export const findingFormats: Readonly<Record<"text" | "github" | "sarif" | "junit", (verified: Verified) => string>> = {
  text: textFindings,
  github: githubFindings,
  sarif: sarifFindings,
  junit: junitFindings,
};
