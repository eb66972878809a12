export * from "./concerns.js";
export * from "./message.js";
export * from "./names.js";
export * from "./own-records.js";
export * from "./read-message.js";
export * from "./responder.js";
export * from "./write-message.js";
