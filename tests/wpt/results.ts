/** Puts the outcome of a file where the runner finds it: served in the place of `testharnessreport.js`. */
export const REPORT = `add_completion_callback((tests, status) => {
  globalThis.outcome = {
    status: status.status,
    message: status.message ?? "",
    tests: tests.map(({ name, status, message }) => ({ name, isPassed: status === 0, message: message ?? "" })),
  };
});`;

export interface Outcome {
  readonly status: number;
  readonly message: string;
  readonly tests: readonly { readonly name: string; readonly isPassed: boolean; readonly message: string }[];
}
