import type { Area } from "./probe.js";
import { arrays } from "./probes/arrays.js";
import { errors } from "./probes/errors.js";
import { events } from "./probes/events.js";
import { json } from "./probes/json.js";
import { language } from "./probes/language.js";
import { names } from "./probes/names.js";
import { network, networkNames } from "./probes/network.js";
import { numbers } from "./probes/numbers.js";
import { peripherals } from "./probes/peripherals.js";
import { pins } from "./probes/pins.js";
import { printing } from "./probes/printing.js";
import { storage } from "./probes/storage.js";
import { strings } from "./probes/strings.js";
import { system } from "./probes/system.js";

export const areas: Readonly<Record<string, Area>> = {
  language,
  numbers,
  strings,
  json,
  printing,
  arrays,
  errors,
  events,
  pins,
  storage,
  system,
  network,
  "network without sending": networkNames,
  peripherals,
  names,
};
