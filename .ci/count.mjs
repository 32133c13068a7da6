// Adds up the runner's JSON reports and closes with one line; a step that failed without a failing test counts, too.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [folder, failedStep] = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
for (const name of readdirSync(folder).filter((entry) => entry.endsWith(".json"))) {
  const report = JSON.parse(readFileSync(join(folder, name), "utf8"));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  skipped += report.numPendingTests + report.numTodoTests;
}
if (failedStep !== "0" && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
