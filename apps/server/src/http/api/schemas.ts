import { ROLES } from "@interline/server";
import { type TInteger, type TObject, type TSchema, Type } from "typebox";

/** The shapes of the API. Numbers are whole; times are in ms since 1970; lengths and positions count Unicode code points. */

/** Not checked against the rules of ids here: what is no id is no document either. */
export const DocumentId: TSchema = Type.String({
  minLength: 1,
  maxLength: 128,
  description: "Id of a document",
});

export const Version: TInteger = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "Number of operations that made the text",
});

export const Title: TSchema = Type.String({
  maxLength: 256,
  description: "Without control characters, and without characters that turn the direction of text",
});

export const Role: TSchema = Type.Enum(ROLES.filter((role) => role !== "none"));

export const Params: TObject<{ id: TSchema }> = Type.Object({ id: DocumentId });

export const DocumentShape: TSchema = Type.Object(
  {
    id: Type.String(),
    title: Type.String({ description: "Empty: it has none" }),
    owner: Type.String({ description: "Id of the person who made it; empty: not known" }),
    createdAt: Type.Integer(),
    deletedAt: Type.Union([Type.Integer(), Type.Null()]),
  },
  { additionalProperties: false },
);

const withVersion = {
  id: Type.String(),
  title: Type.String(),
  owner: Type.String(),
  createdAt: Type.Integer(),
  deletedAt: Type.Union([Type.Integer(), Type.Null()]),
  version: Version,
  length: Type.Integer({ minimum: 0, description: "Code points" }),
};

export const DocumentWithVersion: TSchema = Type.Object(withVersion, { additionalProperties: false });

/** The link that makes somebody without a login the owner. */
export const OwnerLinkShape: TSchema = Type.Object(
  {
    id: Type.String(),
    token: Type.String({ description: "Keep it: nothing else shows that you own the document" }),
    path: Type.String({ description: "Address of the document with the token in its fragment" }),
  },
  { additionalProperties: false },
);

export const NewDocumentShape: TSchema = Type.Object(
  { ...withVersion, ownerLink: Type.Optional(OwnerLinkShape) },
  { additionalProperties: false },
);

/** What shows that somebody without a login started a document. */
export const Secret: TSchema = Type.String({
  maxLength: 64,
  description: "At least 22 random characters of A-Z a-z 0-9 _ - (128 bits), which nobody else knows",
});

/** An operation in the form of npm `ot-text-unicode`: skip, insert, delete. */
export const OperationShape: TSchema = Type.Array(
  Type.Union([
    Type.Number({ description: "Skip so many code points" }),
    Type.String({ description: "Insert" }),
    Type.Object({ d: Type.Union([Type.Number(), Type.String()]) }, { description: "Delete so many" }),
  ]),
  { description: "As in npm ot-text-unicode", examples: [[5, { d: 4 }, "even"]] },
);

const Fault: TSchema = Type.Object(
  { code: Type.String({ description: "Stable" }), message: Type.String({ description: "May change" }) },
  { description: "What was wrong" },
);

/** Answers that every route may give beside its own. */
export const faults: Readonly<Record<"4xx" | "5xx", TSchema>> = { "4xx": Fault, "5xx": Fault };
