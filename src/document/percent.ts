/** Text of an address with its percent-encoding taken away; where it is none, it is meant as it stands. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
