import { ota } from "sluice/espruino";

/** Touches no pin, so that it runs wherever the engine does. */
ota.begin({});
