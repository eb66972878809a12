/**
 * Error numbers of a pull, as ESPhttpUpdate's getLastError gives them: above 0 the Updater's own (core/errors.ts), -1 to
 * -11 of its HTTP client (ESP8266HTTPClient.h), -100 to -109 of the update (ESP8266httpUpdate.h), below that Sluice's.
 */
export const enum PullError {
  None = 0,
  ConnectionFailed = -1,
  ConnectionLost = -5,
  NoHttpServer = -7,
  NotEnoughRam = -8,
  Encoding = -9,
  ReadTimeout = -11,
  Space = -100,
  NoSize = -101,
  NotFound = -102,
  Forbidden = -103,
  WrongHttpCode = -104,
  WrongMd5 = -105,
  BinHeader = -106,
  WrongFlash = -107,
  Unauthorized = -108,
  NoVersion = -109,
  BadOptions = -120,
  HeadTooLarge = -121,
  ImageChanged = -122,
}
