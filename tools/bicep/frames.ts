/** How messages are put on a stream for `bicep jsonrpc`: a header with the length, an empty line, the message as JSON. */
const END_OF_HEADER = "\r\n\r\n";
/** A compiled template has some 100 KB. */
const MESSAGE_BYTES_MAX = 32 * 1024 * 1024;

export const framed = (message: unknown): string => {
  const body = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(body)}${END_OF_HEADER}${body}`;
};

/** The messages that have come whole, and the bytes of one that has not. Errors: throws at a header without a length. */
export function unframed(bytes: Buffer): { readonly messages: readonly unknown[]; readonly rest: Buffer } {
  const messages = [];
  let rest = bytes;
  for (let end = endOf(rest); end !== undefined; end = endOf(rest)) {
    messages.push(JSON.parse(rest.subarray(end.header, end.message).toString()));
    rest = rest.subarray(end.message);
  }
  return { messages, rest };
}

/** Where the first header and its message end; `undefined` where the message is not all there. */
function endOf(bytes: Buffer): { readonly header: number; readonly message: number } | undefined {
  const at = bytes.indexOf(END_OF_HEADER);
  if (at < 0) return undefined;
  const length = Number(/^Content-Length: (\d+)$/im.exec(bytes.subarray(0, at).toString())?.[1]);
  if (!(length <= MESSAGE_BYTES_MAX)) throw new Error("bicep jsonrpc: a message without a length, or too long");
  const header = at + END_OF_HEADER.length;
  return bytes.length < header + length ? undefined : { header, message: header + length };
}
