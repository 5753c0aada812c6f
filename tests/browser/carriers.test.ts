import { it } from "vitest";
import { twoWriteBehindProxy } from "./behind-proxy.ts";
import { sharedBrowser } from "./shared-site.ts";

const shared = sharedBrowser();

it("behind a proxy that lets no WebSocket through and keeps answers back, two write as ever", () =>
  twoWriteBehindProxy(shared, { isBuffering: true }));
