import { Stage } from "./stage.ts";
import type { ForgetfulLog } from "./forgetful-log.ts";

/** Ann has typed an "a", and her server waits for the store. */
export async function annSubmits(stage: Stage) {
  const ann = await stage.connected("ann");
  const { store } = stage.program;
  store.isHolding = true;
  ann.type("a");
  await ann.exchange();
  return { ann, store };
}

/** Bob has typed a "b" and then Ann an "a": the server waits for the store with his, and hers waits in the server. */
export async function bothSubmit(stage: Stage) {
  const [ann, bob] = [await stage.connected("ann"), await stage.connected("bob")];
  const { store, server } = stage.program;
  store.isHolding = true;
  bob.type("b");
  await bob.exchange();
  ann.type("a");
  await ann.exchange();
  return { ann, bob, store, server };
}

/** Ann's "a" is in the log; she was not told, has lost her connection, and the log has forgotten her session. */
export async function annIsForgotten(log: ForgetfulLog) {
  const stage = new Stage(log);
  const ann = await stage.connected("ann");
  ann.type("a");
  await ann.lose().deliverUp();
  log.drop("session-ann");
  return { stage, ann };
}
