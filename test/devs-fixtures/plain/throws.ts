import { ota } from "sluice/espruino";

ota.begin({});
throw new Error("no moisture sensor");
