/** What an uploader does next on its TCP connection. */
export type ClientStep =
  | { readonly do: "send"; readonly bytes: number }
  /** Resumed with up to `most` chars, or with undefined after `ms` of nothing. */
  | { readonly do: "receive"; readonly most: number; readonly ms: number };

/** An uploader's loop over its connection; returns what it prints for its user, or why it failed. */
export type Client = Generator<ClientStep, string, string | undefined>;

/** The whole image, each chunk answered; returns the last answer, or undefined when one did not come. */
function* sending(
  size: number,
  chunk: number,
  most: number,
): Generator<ClientStep, string | undefined, string | undefined> {
  let last: string | undefined = "";
  for (let at = 0; at < size && last !== undefined; at += chunk) {
    yield { do: "send", bytes: Math.min(chunk, size - at) };
    last = yield { do: "receive", most, ms: 10_000 };
  }
  return last;
}

/** tools/espota.py of arduino-esp32: 10 reads for the result since 3.3.1, 5 before. */
export function* esp32Client(size: number, results: number): Client {
  const last = yield* sending(size, 1024, 10);
  if (last === undefined) return "Error Uploading";
  if (last.includes("OK")) return "Success";
  for (let count = 0; count < results; count++) {
    const answer = yield { do: "receive", most: 32, ms: 30_000 };
    if (answer?.includes("OK")) return "Success";
  }
  return "Error response from device";
}

/** tools/espota.py of esp8266/Arduino. An OK that comes with the answer to the last chunk is forgotten. */
export function* esp8266Client(size: number): Client {
  if ((yield* sending(size, 1460, 32)) === undefined) return "Error Uploading";
  for (;;) {
    const answer = yield { do: "receive", most: 64, ms: 60_000 };
    if (answer === undefined) return "No Result!";
    if (answer.includes("E")) return answer;
    if (answer.includes("O")) return "Success";
  }
}

/** esp-ota of npm, with the chunk size it was given. */
export function* npmClient(size: number, chunk: number): Client {
  for (let at = 0; ; at += chunk) {
    if (at < size) yield { do: "send", bytes: Math.min(chunk, size - at) };
    const answer = yield { do: "receive", most: 65_536, ms: 10_000 };
    if (answer === undefined) return "Transmission timeout";
    if (answer.includes("OK")) return "Success";
  }
}
