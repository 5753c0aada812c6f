/** What the codes of failed system calls mean to somebody who does not know them. */
const MEANINGS: Readonly<Record<string, string>> = {
  EACCES: "this user may not do that",
  EPERM: "this user may not do that",
  EROFS: "it is on a file system that cannot be written",
  ENOENT: "it does not exist",
  ENOTDIR: "a part of its path is a file, not a folder",
  EISDIR: "it is a folder, not a file",
  EEXIST: "there is a file of this name",
  ENOSPC: "the disk is full",
  EMFILE: "this process has too many files open (see ulimit -n)",
  ECONNREFUSED: "nothing listens there (connection refused)",
  ECONNRESET: "the connection was cut",
  ENOTFOUND: "no host has this name",
  EAI_AGAIN: "the host's name cannot be looked up; is there a network?",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ETIMEDOUT: "nobody answered in time",
};

/** Why something failed, as the end of a sentence and without a full stop: what the error at the bottom says, in words where they are known. */
export function reasonOf(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  if (!(innermost instanceof Error)) return String(innermost);
  const { code } = innermost as NodeJS.ErrnoException;
  return MEANINGS[code ?? ""] ?? innermost.message.replace(/\.$/, "");
}

/** True if an error, or what caused it, has this code. */
export function hasCode(error: unknown, code: string): boolean {
  if (!(error instanceof Error)) return false;
  return (error as NodeJS.ErrnoException).code === code || hasCode(error.cause, code);
}
