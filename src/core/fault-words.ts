import { entryAt } from "./text.js";

/** By `FaultNumber` (errors.ts). */
const codes =
  "NO_ERROR|FLASH_WRITE_FAILED|FLASH_ERASE_FAILED|FLASH_READ_FAILED|NOT_ENOUGH_SPACE|BAD_SIZE|STREAM_TIMEOUT|" +
  "MD5_MISMATCH|FLASH_CONFIG_WRONG|NEW_FLASH_CONFIG_WRONG|BAD_MAGIC_BYTE|BAD_BOOT_STATE|BAD_SIGNATURE|NO_DATA|" +
  "OUT_OF_MEMORY|UPDATE_RUNNING|UNKNOWN_COMMAND|SAFE_STATE_REFUSED|WRONG_ENGINE|WRONG_BOARD|CORRUPT_BUNDLE|" +
  "TOO_MANY_ATTEMPTS|ON_TRIAL|ABORTED|PEER_SILENT|CONNECT_FAILED|READ_BACK_MISMATCH|AGENT_TOO_OLD|COMMIT_FAILED|" +
  "AUTH_FAILED|WRONG_KIND|CORRUPT_IMAGE|TRUNCATED_IMAGE|WRONG_REVISION|BAD_PARTITION_TABLE|NOT_POWER_SAFE|" +
  "OUTSIDE_WINDOW|NOT_ARMED|CLOCK_NOT_SET|NOT_SIGNED|KEY_UNKNOWN|OLDER_RELEASE|RELEASE_EXPIRED|WRONG_RELEASE";

/**
 * By `FaultNumber`, in the original's words; one that ends in a blank goes on with the detail, and where there is none
 * the detail is all.
 */
const sentences =
  "No Error|Flash Write Failed|Flash Erase Failed|Flash Read Failed|Not Enough Space|Bad Size Given|" +
  "Stream Read Timeout|MD5 verification failed: |Flash config wrong: |new Flash config wrong, |" +
  "Magic byte is not 0xE9|Invalid bootstrapping state, reset ESP8266 before updating|" +
  "Signature verification failed|No data supplied|Out of memory|Update already running|Unknown update command|" +
  "||||||||||||Authentication Failed";

/** The stable code of a fault number, e.g. `NOT_ENOUGH_SPACE`. */
export function faultCode(number: number): string {
  return entryAt(codes, number) || "UNKNOWN";
}

/** The code and the text of a fault. */
export function faultWords(number: number, detail: string): string[] {
  const sentence = entryAt(sentences, number);
  const isWhole = sentence.length > 0 && sentence.charAt(sentence.length - 1) !== " ";
  return [faultCode(number), isWhole ? sentence : sentence + detail || "UNKNOWN"];
}
