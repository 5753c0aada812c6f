/** What every user of the core needs: the text, operations, their algebra and positions. Its bundle is weighed. */
export {
  apply,
  compose,
  composeAll,
  decodeOperation,
  isNoop,
  Operation,
  OperationBuilder,
  replaceOperation,
  Text,
  transform,
  transformPair,
  transformPosition,
  transformSelection,
} from "@interline/ot";
