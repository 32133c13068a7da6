import { errorCode } from "../failure.ts";

/** What the system's, TLS' and the HTTP parser's words for an error mean to a reader. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the host's name could not be looked up",
  EAI_NODATA: "no such host",
  ETIMEDOUT: "no connection within the system's time",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  EADDRNOTAVAIL: "the address cannot be connected to",
  ENOENT: "no such socket",
  ENOTSOCK: "no such socket",
  EACCES: "no permission to connect",
  EPERM: "no permission to connect",
  EPROTO: "TLS could not be agreed on",
  ERR_SSL_WRONG_VERSION_NUMBER: "the server does not speak TLS",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "the server does not speak TLS",
  HPE_HEADER_OVERFLOW: "the answer's headers are too long",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate not trusted: it is for another name",
  CERT_HAS_EXPIRED: "certificate not trusted: it has expired",
  CERT_NOT_YET_VALID: "certificate not trusted: it is not valid yet",
  CERT_REVOKED: "certificate not trusted: it was revoked",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate not trusted: it is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate not trusted: its root is not known",
  UNABLE_TO_GET_ISSUER_CERT: "certificate not trusted: its issuer is not known",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificate not trusted: its issuer is not known",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate not trusted: its issuer is not known",
};

/** Errors of a connection that the other side ended. */
const closed = ["ECONNRESET", "EPIPE", "ECONNABORTED", "ERR_STREAM_PREMATURE_CLOSE"];

/**
 * Why a request failed, in a few words that name no address, header or value.
 *
 * @param begun whether an answer had begun
 */
export function failureReason(error: unknown, { begun }: { begun: boolean }): string {
  const code = errorCode(error) ?? "";
  if (closed.includes(code)) return begun ? "the connection was closed mid-way" : "the connection was closed before an answer";
  if (code === "HPE_INVALID_EOF_STATE") return "the connection was closed mid-way";
  if (Object.hasOwn(reasons, code)) return reasons[code] ?? code;
  if (code.startsWith("HPE_")) return "the answer is not HTTP";
  if (code.startsWith("CERT_") || code.startsWith("UNABLE_TO_")) return `certificate not trusted: ${words(code)}`;
  if (code.startsWith("ERR_SSL_")) return `TLS could not be agreed on: ${words(code.slice("ERR_SSL_".length))}`;
  return code === "" ? "the request failed" : `the request failed: ${code.slice(0, 40)}`;
}

function words(code: string): string {
  return code.slice(0, 60).toLowerCase().replaceAll("_", " ");
}
