import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageManifest, packageRoot } from "../../src/node/package-root.js";

/**
 * A project into which the packed Sluice was installed, without a network: the tarball's files, and what it depends on from
 * this repository. Optional packages are not there.
 */
export class PackedProject {
  readonly folder = mkdtempSync(join(tmpdir(), "sluice-packed-"));
  /** Sluice in it. */
  readonly installed = join(this.folder, "node_modules/sluice");

  constructor() {
    const root = packageRoot();
    const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", this.folder];
    execFileSync("npm", pack, { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
    const [tarball = ""] = readdirSync(this.folder);
    mkdirSync(this.installed, { recursive: true });
    execFileSync("tar", ["-xzf", join(this.folder, tarball), "--strip-components=1", "-C", this.installed]);
    rmSync(join(this.folder, tarball));
    for (const name of Object.keys(packageManifest().dependencies)) this.link(name);
    mkdirSync(join(this.folder, "node_modules/.bin"));
    symlinkSync("../sluice/bin/sluice.js", join(this.folder, "node_modules/.bin/sluice"));
  }

  /** Installs one of this repository's packages. */
  link(name: string): void {
    const place = join(this.folder, "node_modules", name);
    mkdirSync(join(place, ".."), { recursive: true });
    symlinkSync(join(packageRoot(), "node_modules", name), place);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
