import type { Command } from "commander";
import { columns, jsonLine, plain } from "./terminal.js";

/** `sluice images [list] DIR`: what of a folder the update server would serve. Exit 1 when a file is refused. */
export function addImages(program: Command): void {
  const images = program
    .command("images")
    .summary("what of a folder the update server serves")
    .description("Say what of a folder the update server serves, and what not and why.");
  images
    .command("list", { isDefault: true })
    .description("List the folder's images. Exits with 1 when a file is not fit to be served.")
    .argument("<dir>", "the folder of images")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  sluice images list images --json\n")
    .action(async (folder: string, options: { readonly json?: true }) => {
      const { ImageFolder } = await import("../server/images/image-folder.js");
      const { viewImages } = await import("../server/web/views.js");
      const state = await new ImageFolder(folder, { now: Date.now, restMs: 0 }).current();
      const view = viewImages(state);
      if (options.json) process.stdout.write(jsonLine(view));
      else {
        const rows = view.images.map(({ file, product, version, target, channel, size, md5 }) => {
          return [file, product, version, target, channel, String(size), md5];
        });
        process.stdout.write(
          columns([["file", "product", "version", "for", "channel", "bytes", "MD5"], ...rows]),
        );
        for (const { file, doubt } of state.images)
          if (doubt !== undefined)
            process.stdout.write(plain(`${file}: ${doubt} (${file}.json can set it)\n`));
        for (const { file, code, text } of view.refused)
          process.stdout.write(plain(`${file}: not served: ${code}: ${text}\n`));
      }
      if (view.refused.length > 0) process.exitCode = 1;
    });
}
