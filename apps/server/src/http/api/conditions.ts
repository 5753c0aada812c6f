import type { IncomingHttpHeaders } from "node:http";
import type { DocumentServer } from "@interline/server";
import type { FastifyRequest } from "fastify";
import { type TObject, type TOptional, type TString, Type } from "typebox";
import { type EntityTags, preconditionOf, tagsOf } from "../entity-tags.ts";
import { ApiError } from "./errors.ts";

/** Headers of a request that depends on the version of the text. */
export const Conditions: TObject<{ "if-match": TOptional<TString>; "if-none-match": TOptional<TString> }> =
  Type.Object({
    "if-match": Type.Optional(
      Type.String({ description: "Only if the text has one of these `ETag`s; `*`: whatever it has" }),
    ),
    "if-none-match": Type.Optional(
      Type.String({ description: "Only if the text has none of these `ETag`s" }),
    ),
  });

/** The entity tag of a version of the text. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * Whether a reader has this version already.
 * @throws ApiError `ERR_VERSION_MISMATCH` if the request is for another
 */
export function isUnchanged({ method, headers }: FastifyRequest, version: number): boolean {
  const outcome = preconditionOf(method, conditionsOf(headers), etagOf(version));
  if (outcome === "failed") {
    const message = `the document is at version ${version}: If-Match or If-None-Match is for another`;
    throw new ApiError("ERR_VERSION_MISMATCH", message);
  }
  return outcome === "not modified";
}

/**
 * The version that the text must still have when the request is done; undefined: any.
 * @throws ApiError `ERR_VERSION_MISMATCH` if it has another now
 */
export async function versionToChange(
  { documents }: DocumentServer,
  request: FastifyRequest,
): Promise<number | undefined> {
  const { ifMatch, ifNoneMatch } = conditionsOf(request.headers);
  if (ifMatch === undefined && ifNoneMatch === undefined) return undefined;
  const { version } = await documents.read((request.params as { id: string }).id);
  isUnchanged(request, version);
  return ifMatch === "*" && ifNoneMatch === undefined ? undefined : version;
}

function conditionsOf(headers: IncomingHttpHeaders): { ifMatch: EntityTags; ifNoneMatch: EntityTags } {
  return { ifMatch: tagsOf(headers["if-match"]), ifNoneMatch: tagsOf(headers["if-none-match"]) };
}
