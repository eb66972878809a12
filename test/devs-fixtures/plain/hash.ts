import { ota } from "sluice/espruino";

ota.begin({ passwordHash: "5EBE2294ECD0E0F08EAB7690D2A6EE69" });
