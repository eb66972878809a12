import type { Script } from "./bundle-script.js";
export function refuseDialect(_script: Script, _folder: string): void {}
