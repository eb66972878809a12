import { describe, expect, test } from "vitest";
import { OptionError, parseEspotaArgs } from "../../src/cli/espota-args.js";

describe("arguments, as Python's optparse reads them", () => {
  test("nothing", () => {
    expect(parseEspotaArgs([])).toEqual({
      ...{ espIp: "", hostIp: "0.0.0.0", espPort: 8266, hostPort: undefined, auth: "", image: "" },
      ...{ spiffs: false, debug: false, progress: false, timeout: 10, md5Target: false, help: false },
    });
  });

  test.each([
    [["-i", "10.0.0.7", "-p", "8266", "--auth=", "-f", "x.bin"], { espIp: "10.0.0.7", image: "x.bin" }],
    [["-i10.0.0.7", "-fx.bin"], { espIp: "10.0.0.7", image: "x.bin" }],
    [["--ip=10.0.0.7", "--file", "x.bin"], { espIp: "10.0.0.7", image: "x.bin" }],
    [["-rd"], { progress: true, debug: true }],
    [["-sfx.bin"], { spiffs: true, image: "x.bin" }],
    [["-a", "-r"], { auth: "-r", progress: false }],
    [["--auth=a=b"], { auth: "a=b" }],
    [["--prog", "--host_p", "1"], { progress: true, hostPort: 1 }],
    [["-p0x50", "-P", "0b11"], { espPort: 80, hostPort: 3 }],
    [["-p", "017"], { espPort: 15 }],
    [["-p", "0"], { espPort: 0 }],
    [["espota.py", "-d", "more"], { debug: true }],
    [["--", "-d"], { debug: false }],
    [["-i", "a", "-i", "b"], { espIp: "b" }],
    [["-t", "3", "-m"], { timeout: 3, md5Target: true }],
    [["-h", "--nonsense"], { help: true }],
  ])("%j", (args, expected) => {
    expect(parseEspotaArgs(args)).toMatchObject(expected);
  });

  test.each([
    [["-x"], "no such option: -x"],
    [["-dx"], "no such option: -x"],
    [["--nope=3"], "no such option: --nope"],
    [["--ip"], "--ip option requires 1 argument"],
    [["-i"], "-i option requires 1 argument"],
    [["-p", "abc"], "option -p: invalid integer value: 'abc'"],
    [["--port=09"], "option --port: invalid integer value: '09'"],
    [["--p", "1"], "ambiguous option: --p (--port, --progress?)"],
    [["--debug=3"], "--debug option does not take a value"],
  ])("%j: %s", (args, text) => {
    expect(() => parseEspotaArgs(args)).toThrow(new OptionError(text));
  });
});
