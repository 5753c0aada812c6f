/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} remarks what the numbers alone would hide
 */

/**
 * What a run of vitest comes to. A file that could not be loaded or cleaned up is a failure although it has no
 * failed test; a skipped or unfinished test is one too, and so are a run without any test, a run that left no
 * report, and one that failed outside of its tests.
 *
 * @param {number} exitCode of vitest
 * @param {Report | undefined} report of its json reporter, if it came to write one
 * @returns {Tally}
 *
 * @typedef {object} Report
 * @property {{ name: string, status: string, assertionResults: { fullName: string, status: string }[] }[]} testResults
 */
export function tally(exitCode, report) {
  let passed = 0;
  let failed = 0;
  const remarks = [];
  for (const file of report?.testResults ?? []) {
    const failedBefore = failed;
    for (const test of file.assertionResults) {
      if (test.status === "passed") passed += 1;
      else failed += 1;
      if (!["passed", "failed"].includes(test.status)) remarks.push(`not run: ${test.fullName}`);
    }
    if (file.status === "failed" && failed === failedBefore) {
      failed += 1;
      remarks.push(`failed as a whole: ${file.name}`);
    }
  }
  if (passed + failed === 0 || (exitCode !== 0 && failed === 0)) {
    failed += 1;
    remarks.push(`vitest ended with code ${exitCode} after ${passed} tests`);
  }
  return { passed, failed, remarks };
}
