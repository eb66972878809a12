export type { AuthDialect } from "../core/espota/wire.js";
export { SluiceError } from "../errors/sluice-error.js";
export { describeEvent } from "../events/describe-event.js";
export type { TimedUploadEvent, UploadEvent } from "../events/upload-event.js";
export type { Clock } from "../node/clock.js";
export type { Link, LinkEvents, LinkTarget, OpenLink } from "./espota/link.js";
export { UploadError, type UploadStage } from "./espota/upload-error.js";
export {
  type Deadlines,
  defaultDeadlines,
  type PasswordHash,
  type UploadOptions,
  type UploadResult,
} from "./options.js";
export { readPassword } from "./password.js";
export { uploadImage } from "./upload.js";
