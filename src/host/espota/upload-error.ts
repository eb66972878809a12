import { SluiceError } from "../../errors/sluice-error.js";

/** Where on its way an upload ended. */
export type UploadStage = "setup" | "invitation" | "authentication" | "connection" | "upload" | "result";

/** Why an upload failed; `answer` is the board's own words, "" if it said nothing. */
export class UploadError extends SluiceError {
  readonly stage: UploadStage;
  readonly answer: string;

  constructor(stage: UploadStage, code: string, detail: string, answer = "", options?: ErrorOptions) {
    super(code, detail, options);
    this.name = "UploadError";
    this.stage = stage;
    this.answer = answer;
  }
}
