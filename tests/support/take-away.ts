/** How a part of the platform may be missing. */
export const ways = ["is absent", "throws when named", "throws when called", "rejects"] as const;
export type Way = (typeof ways)[number];

/**
 * Takes every optional part of the platform away. Runs in a page, before anything else, so it names nothing
 * outside of itself.
 */
export function takeAway(way: Way): void {
  const refused = (): DOMException => new DOMException("switched off", "SecurityError");
  const end = (): unknown => {
    if (way === "throws when called") throw refused();
    const answer = Promise.reject(refused());
    answer.catch(() => {});
    return answer;
  };
  const stub = (): unknown =>
    new Proxy(function () {}, {
      get: (_, name) => (name === "then" ? undefined : stub()),
      apply: end,
      construct: () => end() as object,
    });
  const replace = (of: object, name: string): void => {
    const by: PropertyDescriptor = {
      configurable: true,
      get: () => {
        if (way === "throws when named") throw refused();
        return way === "is absent" ? undefined : stub();
      },
    };
    Object.defineProperty(of, name, by);
  };
  for (const name of ["BroadcastChannel", "indexedDB", "localStorage", "sessionStorage", "Notification"]) {
    replace(window, name);
  }
  for (const name of ["locks", "storage", "serviceWorker", "clipboard"]) replace(navigator, name);
}
