import { valve, witness } from "./witness.js";

witness([valve], () => {
  throw new Error("harvest is on, not now");
});
