/**
 * A shared document in React components. Safe under concurrent rendering and StrictMode.
 * @module
 */
import type { Text } from "@interline/ot";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { RemotePeer } from "./peers.ts";
import type { SharedDocumentEvents, SharedDocumentOptions } from "./document-options.ts";
import { openDocument, type SharedDocument } from "./shared-document.ts";
import type { DocumentStatus } from "./status.ts";

/**
 * Opens a document while the component is there, and closes it after. Undefined in the first render. Another
 * `url`, `document`, user id or `account` opens another one; a new name or colour is told to the others. Each
 * connection asks the `token` of the latest render.
 *
 * @example
 * const document = useSharedDocument({ url, document: "minutes", user });
 * const text = useText(document);
 * @public
 */
export function useSharedDocument(options: SharedDocumentOptions): SharedDocument | undefined {
  const { url, document: id, user } = options;
  const [document, setDocument] = useState<SharedDocument>();
  const token = useRef(options.token);
  useEffect(() => {
    token.current = options.token;
  });
  useEffect(() => {
    const opened = openDocument({ ...options, token: () => token.current?.() });
    setDocument(opened);
    return () => {
      setDocument(undefined);
      opened.close();
    };
    // Only what names the document opens another: the other options, but the token, are those of the first
    // render.
  }, [url, id, user.id, options.account]);
  useEffect(() => {
    if (document !== undefined && document.user !== user) document.setUser(user);
  }, [document, user.name, user.color]);
  return document;
}

/** The text, as an immutable value: `toString()` costs its length. Undefined until it is known. @public */
export function useText(document: SharedDocument | undefined): Text | undefined {
  return useDocument(document, TEXT_EVENTS, textOf);
}

/** Everybody else who has the document open. @public */
export function usePresence(document: SharedDocument | undefined): readonly RemotePeer[] {
  return useDocument(document, PEER_EVENTS, peersOf) ?? NOBODY;
}

/** What is saved, and whether there is a connection. @public */
export function useConnection(document: SharedDocument | undefined): DocumentStatus | undefined {
  return useDocument(document, STATUS_EVENTS, statusOf);
}

type EventName = keyof SharedDocumentEvents;

const TEXT_EVENTS: readonly EventName[] = ["ready", "change"];
const PEER_EVENTS: readonly EventName[] = ["peers", "change"];
const STATUS_EVENTS: readonly EventName[] = ["status"];
const NOBODY: readonly RemotePeer[] = [];

const textOf = (document: SharedDocument): Text | undefined => (document.isReady ? document.text : undefined);
const peersOf = (document: SharedDocument): readonly RemotePeer[] => document.peers;
const statusOf = (document: SharedDocument): DocumentStatus => document.status;

/**
 * What `read` says of the document, read again at each of the events and at no other time, so that a render
 * sees one value.
 */
function useDocument<Value>(
  document: SharedDocument | undefined,
  events: readonly EventName[],
  read: (document: SharedDocument) => Value,
): Value | undefined {
  const { subscribe, snapshot } = useMemo(() => {
    let value = document && read(document);
    return {
      subscribe: (changed: () => void) => {
        if (document === undefined) return () => {};
        value = read(document);
        const stops = events.map((name) =>
          document.on(name, () => {
            value = read(document);
            changed();
          }),
        );
        return () => {
          for (const stop of stops) stop();
        };
      },
      snapshot: () => value,
    };
  }, [document, events, read]);
  return useSyncExternalStore(subscribe, snapshot, snapshot);
}
