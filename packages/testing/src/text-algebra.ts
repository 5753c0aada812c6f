import type { Operation } from "@interline/ot";
import type { OtType } from "./ot-type.ts";

type Needed = "apply" | "transform" | "compose" | "transformPosition";

/** A text type over strings that has all the functions that the laws of grouping and of positions need. @public */
export type TextAlgebra = Required<Pick<OtType<string, Operation>, Needed>>;
