import { ota } from "sluice/espruino";
import { drive } from "./drive.js";

ota.begin({});
drive(30);
