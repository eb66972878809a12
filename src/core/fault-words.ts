import { FaultNumber, notNowCode } from "./errors.js";

/** The stable code of a fault number, e.g. `NOT_ENOUGH_SPACE`. A switch, so that an interpreter keeps it in flash. */
export function faultCode(number: number): string {
  switch (number) {
    case FaultNumber.Ok:
      return "NO_ERROR";
    case FaultNumber.Write:
      return "FLASH_WRITE_FAILED";
    case FaultNumber.Erase:
      return "FLASH_ERASE_FAILED";
    case FaultNumber.Read:
      return "FLASH_READ_FAILED";
    case FaultNumber.Space:
      return "NOT_ENOUGH_SPACE";
    case FaultNumber.Size:
      return "BAD_SIZE";
    case FaultNumber.Stream:
      return "STREAM_TIMEOUT";
    case FaultNumber.Md5:
      return "MD5_MISMATCH";
    case FaultNumber.FlashConfig:
      return "FLASH_CONFIG_WRONG";
    case FaultNumber.NewFlashConfig:
      return "NEW_FLASH_CONFIG_WRONG";
    case FaultNumber.MagicByte:
      return "BAD_MAGIC_BYTE";
    case FaultNumber.Bootstrap:
      return "BAD_BOOT_STATE";
    case FaultNumber.Sign:
      return "BAD_SIGNATURE";
    case FaultNumber.NoData:
      return "NO_DATA";
    case FaultNumber.OutOfMemory:
      return "OUT_OF_MEMORY";
    case FaultNumber.RunningAlready:
      return "UPDATE_RUNNING";
    case FaultNumber.UnknownCommand:
      return "UNKNOWN_COMMAND";
    case FaultNumber.SafeState:
      return "SAFE_STATE_REFUSED";
    case FaultNumber.WrongEngine:
      return "WRONG_ENGINE";
    case FaultNumber.WrongBoard:
      return "WRONG_BOARD";
    case FaultNumber.CorruptBundle:
      return "CORRUPT_BUNDLE";
    case FaultNumber.TooManyAttempts:
      return "TOO_MANY_ATTEMPTS";
    case FaultNumber.OnTrial:
      return "ON_TRIAL";
    case FaultNumber.Aborted:
      return "ABORTED";
    case FaultNumber.Silent:
      return "PEER_SILENT";
    case FaultNumber.Connect:
      return "CONNECT_FAILED";
    case FaultNumber.Verify:
      return "READ_BACK_MISMATCH";
    case FaultNumber.AgentTooOld:
      return "AGENT_TOO_OLD";
    case FaultNumber.Commit:
      return "COMMIT_FAILED";
    case FaultNumber.AuthFailed:
      return "AUTH_FAILED";
    case FaultNumber.WrongKind:
      return "WRONG_KIND";
    case FaultNumber.CorruptImage:
      return "CORRUPT_IMAGE";
    case FaultNumber.TruncatedImage:
      return "TRUNCATED_IMAGE";
    case FaultNumber.WrongRevision:
      return "WRONG_REVISION";
    case FaultNumber.PartitionTable:
      return "BAD_PARTITION_TABLE";
    case FaultNumber.NotPowerSafe:
      return "NOT_POWER_SAFE";
    default: {
      const notNow = notNowCode(number);
      return notNow === "" ? "UNKNOWN" : notNow;
    }
  }
}

/** The sentence of a fault number; `detail` goes where the original puts its own (7, 8, 9) or is the reason itself. */
function faultText(number: number, detail: string): string {
  switch (number) {
    case FaultNumber.Ok:
      return "No Error";
    case FaultNumber.Write:
      return "Flash Write Failed";
    case FaultNumber.Erase:
      return "Flash Erase Failed";
    case FaultNumber.Read:
      return "Flash Read Failed";
    case FaultNumber.Space:
      return "Not Enough Space";
    case FaultNumber.Size:
      return "Bad Size Given";
    case FaultNumber.Stream:
      return "Stream Read Timeout";
    case FaultNumber.Md5:
      return `MD5 verification failed: ${detail}`;
    case FaultNumber.FlashConfig:
      return `Flash config wrong: ${detail}`;
    case FaultNumber.NewFlashConfig:
      return `new Flash config wrong, ${detail}`;
    case FaultNumber.MagicByte:
      return "Magic byte is not 0xE9";
    case FaultNumber.Bootstrap:
      return "Invalid bootstrapping state, reset ESP8266 before updating";
    case FaultNumber.Sign:
      return "Signature verification failed";
    case FaultNumber.NoData:
      return "No data supplied";
    case FaultNumber.OutOfMemory:
      return "Out of memory";
    case FaultNumber.RunningAlready:
      return "Update already running";
    case FaultNumber.UnknownCommand:
      return "Unknown update command";
    case FaultNumber.AuthFailed:
      return "Authentication Failed";
    default:
      return detail.length > 0 ? detail : "UNKNOWN";
  }
}

/** The code and the text of a fault. */
export function faultWords(number: number, detail: string): string[] {
  return [faultCode(number), faultText(number, detail)];
}
