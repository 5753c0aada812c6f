import { type Environment, openDocument, type WebSocketLike } from "@interline/client";
import { expect, it } from "vitest";
import { nodeEnvironment } from "../support/node-environment.ts";
import { ServerProcess } from "../support/server-process.ts";
import { waitFor } from "../support/wait-for.ts";

/** A platform whose clock runs a hundred times as fast, and which changes a text on its way to the client, once. */
function faultyEnvironment(change: (frame: string) => string): Environment {
  const environment = nodeEnvironment();
  const { inflate: _, ...plain } = environment;
  return {
    ...plain,
    setTimeout: (run, ms) => environment.setTimeout(run, ms / 100),
    openSocket: (url, subprotocols) => {
      const socket = environment.openSocket(url, subprotocols);
      return new Proxy(socket, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === "function" ? value.bind(target) : value;
        },
        set: (target, name, value: unknown) => {
          const listen: WebSocketLike["onmessage"] = ({ data }) =>
            (value as NonNullable<WebSocketLike["onmessage"]>)({ data: change(String(data)) });
          return Reflect.set(target, name, name === "onmessage" && value !== null ? listen : value, target);
        },
      });
    },
  };
}

it("[C12] [S10] a copy that went wrong is found and put right, and what was typed in it stays", async () => {
  await using server = await ServerProcess.start();
  const about = { url: server.syncUrl, document: "checked" };
  const ana = openDocument({
    ...about,
    user: { id: "ana", name: "Ana", color: 1 },
    environment: nodeEnvironment(),
  });
  await waitFor("Ana", () => ana.isReady);
  ana.insert(0, "The kettle is on.");
  await ana.flush();

  let isFaulty = true;
  const environment = faultyEnvironment((frame) => {
    if (!isFaulty || !frame.startsWith('["op"')) return frame;
    isFaulty = false;
    return frame.replace("kettle", "teapot");
  });
  const jonas = openDocument({ ...about, user: { id: "jonas", name: "Jonas", color: 2 }, environment });
  const faults: string[] = [];
  jonas.on("fault", ({ code }) => faults.push(code));
  await waitFor("Jonas", () => jonas.isReady);
  expect(jonas.text.toString()).toBe("The teapot is on.");
  jonas.insert(jonas.text.points, " Now.");
  await waitFor("the text to be put right", () => jonas.text.toString() === "The kettle is on. Now.");
  expect(faults).toEqual(["ERR_TEXT_DIFFERS"]);
  await waitFor("Ana to see it", () => ana.text.toString() === "The kettle is on. Now.");
  ana.close();
  jonas.close();
});
