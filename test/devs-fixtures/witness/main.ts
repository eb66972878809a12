import { valve, witness } from "./witness.js";

witness([valve], () => {});
