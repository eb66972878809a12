export { SluiceError } from "../errors/sluice-error.js";
export type { Clock } from "./clock.js";
export type { AuthDialect, PasswordHash } from "./espota/auth.js";
export { type Deadlines, defaultDeadlines } from "./espota/deadlines.js";
export type { TimedUploadEvent, UploadEvent } from "./espota/events.js";
export type { Link, LinkEvents, LinkTarget, OpenLink } from "./espota/link.js";
export { UploadError, type UploadStage } from "./espota/upload-error.js";
export { uploadImage } from "./upload.js";
export type { UploadOptions, UploadResult } from "./upload-options.js";
