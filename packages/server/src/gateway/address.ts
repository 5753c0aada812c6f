import type { IncomingMessage } from "node:http";

/**
 * What the connections of one place are counted by: its IPv4 address, or the network (first 64 bits) of its IPv6 address, since
 * one machine has as many addresses in it as it likes. `isProxied`: a proxy of ours is in front, which adds whom it heard to the
 * end of `X-Forwarded-For`; what stands before that anybody can have written.
 * @public
 */
export function addressOf(
  { socket, headers }: Pick<IncomingMessage, "socket"> & Partial<Pick<IncomingMessage, "headers">>,
  isProxied = false,
): string {
  const forwarded = isProxied ? String(headers?.["x-forwarded-for"] ?? "") : "";
  const heard = forwarded.slice(forwarded.lastIndexOf(",") + 1).trim();
  const remoteAddress = heard === "" ? (socket.remoteAddress ?? "") : heard;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(remoteAddress);
  if (mapped?.[1] !== undefined) return mapped[1];
  return remoteAddress.includes(":") ? networkOf(remoteAddress) : remoteAddress;
}

function networkOf(address: string): string {
  const [before = "", after] = address.split("::");
  const groups = before === "" ? [] : before.split(":");
  const missing = after === undefined ? 0 : 8 - groups.length - (after === "" ? 0 : after.split(":").length);
  return [...groups, ...Array.from({ length: missing }, () => "0"), ...(after ?? "").split(":")]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
