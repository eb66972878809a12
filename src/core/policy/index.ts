export * from "./arming.js";
export * from "./button.js";
export * from "./permit.js";
export * from "./week-window.js";
export * from "./zone.js";
export * from "./zone-moment.js";
