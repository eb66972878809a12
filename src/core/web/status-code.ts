import { FaultNumber } from "../errors.js";

/** The HTTP status that says as nearly as one can why an update did not happen. */
export function statusOf(fault: number): number {
  switch (fault) {
    case FaultNumber.AuthFailed:
      return 401;
    case FaultNumber.TooManyAttempts:
      return 429;
    case FaultNumber.RunningAlready:
    case FaultNumber.SafeState:
      return 409;
    case FaultNumber.NotArmed:
      return 403;
    case FaultNumber.OnTrial:
    case FaultNumber.OutsideWindow:
    case FaultNumber.ClockNotSet:
      return 503;
    case FaultNumber.Space:
      return 413;
    case FaultNumber.Silent:
    case FaultNumber.Stream:
      return 408;
    case FaultNumber.MagicByte:
    case FaultNumber.FlashConfig:
    case FaultNumber.NewFlashConfig:
    case FaultNumber.UnknownCommand:
    case FaultNumber.WrongEngine:
    case FaultNumber.WrongBoard:
    case FaultNumber.WrongKind:
    case FaultNumber.WrongRevision:
    case FaultNumber.AgentTooOld:
      return 415;
    case FaultNumber.Write:
    case FaultNumber.Erase:
    case FaultNumber.Read:
    case FaultNumber.Bootstrap:
    case FaultNumber.OutOfMemory:
    case FaultNumber.Verify:
    case FaultNumber.Commit:
    case FaultNumber.PartitionTable:
      return 500;
    default:
      return 400;
  }
}

/** RFC 9110 §15. */
export function reasonPhrase(status: number): string {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 302:
      return "Found";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}
