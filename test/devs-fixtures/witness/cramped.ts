import { valve, witness } from "./witness.js";

/** Leaves no room for an image. */
process.memory = () => ({ free: 900, usage: 4986, total: 5886 }) as ReturnType<typeof process.memory>;
witness([valve], () => {});
