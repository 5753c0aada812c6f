import { open } from "node:fs/promises";
import { join } from "node:path";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { newFolder } from "./folder.ts";
import { listen } from "./listen.ts";

type Room = Set<WebSocket>;

/**
 * The floor: each frame goes as it came to all who have the document open, to its sender as the acknowledgement. It keeps
 * nothing, orders by arrival and understands nothing.
 */
export function startRelay(): Promise<number> {
  return start((room, frame, isBinary) => send(room, frame, isBinary));
}

/**
 * The same for who must lose nothing: frames go on once they are in a file and the disk has it. What comes meanwhile shares the next sync.
 */
export async function startDurableRelay(): Promise<number> {
  const file = await open(join(newFolder(), "frames"), "a");
  let waiting: Parameters<typeof send>[] = [];
  let isWriting = false;
  const write = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await file.write(Buffer.concat(group.map(([, frame]) => frame as Buffer)));
      await file.datasync();
      for (const each of group) send(...each);
    }
    isWriting = false;
  };
  return start((...frame) => {
    waiting.push(frame);
    if (!isWriting) void write();
  });
}

async function start(onFrame: typeof send): Promise<number> {
  const { server, port } = await listen();
  const rooms = new Map<string, Room>();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on("connection", (socket, request) => {
    const path = request.url ?? "";
    const room = rooms.get(path) ?? new Set();
    rooms.set(path, room.add(socket));
    socket.on("message", (frame, isBinary) => onFrame(room, frame, isBinary));
    socket.on("close", () => room.delete(socket));
  });
  return port;
}

function send(room: Room, frame: RawData, binary: boolean): void {
  for (const member of room) member.send(frame, { binary });
}
