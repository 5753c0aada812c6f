import "@interline/editor/define";
import { openDocument } from "@interline/client";
import { InterlineStatus } from "@interline/editor";

/** A page of another site. Behind the `#` stands the address of the server. */
const status = new InterlineStatus();
status.session = openDocument({
  url: location.hash.slice(1),
  document: "minutes",
  user: { id: "ana", name: "Ana", color: 12 },
});
document.body.append(status);
