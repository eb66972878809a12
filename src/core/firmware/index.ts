export * from "./eboot-scheme.js";
export * from "./filesystem-target.js";
export * from "./firmware-target.js";
export * from "./judge-stored.js";
export * from "./ota-switch.js";
export * from "./otadata-scheme.js";
export * from "./read-back.js";
export * from "./staged-copy.js";
