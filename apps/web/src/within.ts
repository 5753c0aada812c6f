/** A value, or undefined if it does not come within so long, in ms. */
export function within<Value>(ms: number, value: Promise<Value>): Promise<Value | undefined> {
  return Promise.race([value, new Promise<undefined>((resolve) => setTimeout(resolve, ms))]);
}
