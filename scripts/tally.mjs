/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} remarks what the numbers alone would hide
 */

/**
 * @typedef {object} Report
 * @property {ReportedFile[]} testResults
 *
 * @typedef {object} ReportedFile
 * @property {string} name
 * @property {string} status
 * @property {string} [message] why the file failed as a whole
 * @property {{ fullName: string, status: string, failureMessages?: string[] }[]} assertionResults
 */

/**
 * What a run of vitest comes to. A file that could not be loaded or cleaned up is a failure although it has no
 * failed test; a skipped or unfinished test is one too, and so are a run without any test, a run that left no
 * report, and one that failed outside of its tests.
 *
 * @param {number} exitCode of vitest
 * @param {Report | undefined} report of its json reporter, if it came to write one
 * @returns {Tally}
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
      if (test.status === "failed") remarks.push(failure(test.fullName, file.name, test.failureMessages));
      else if (test.status !== "passed") remarks.push(`not run: ${test.fullName}`);
    }
    if (file.status === "failed" && failed === failedBefore) {
      failed += 1;
      remarks.push(failure("as a whole", file.name, file.message ? [file.message] : []));
    }
  }
  if (passed + failed === 0 || (exitCode !== 0 && failed === 0)) {
    failed += 1;
    remarks.push(`vitest ended with code ${exitCode} after ${passed} tests`);
  }
  return { passed, failed, remarks };
}

/**
 * A failure, so that it can be read at the end of a long log: which test, in which file, and the beginning of why.
 *
 * @param {string} test
 * @param {string} file
 * @param {string[]} [messages]
 */
function failure(test, file, messages = []) {
  const why = messages.flatMap((message) =>
    message
      .split("\n")
      .slice(0, 12)
      .map((line) => `  ${line}`),
  );
  return [`failed: ${test} (${file})`, ...why].join("\n");
}
