import { describe, expect, test } from "vitest";
import { authResponse } from "../../../src/host/espota/handshake.js";
import { md5Of } from "../../support/core-bundle.js";
import { invitation, SessionSteps } from "../../support/session-steps.js";
import golden from "../../vectors/golden.json" with { type: "json" };

/** Never called: the steps themselves give the password. */
const askPassword = () => Promise.resolve(undefined);
const n1 = "1".repeat(32);
const n2 = "2".repeat(32);
const long1 = "a".repeat(64);
const long2 = "b".repeat(64);

/** The answer to an invitation of `SessionSteps`: random digits "c", a mark, a hash of nonce and invitation (bound.ts). */
function answerTo(nonce: string, password: string, kept: "md5" | "sha256" = "sha256"): string {
  const half = nonce.length / 2;
  const random = "c".repeat(nonce.length === 32 ? 10 : 20);
  const marked = random + md5Of(`sluice:${nonce}:${random}`).slice(random.length, half);
  const what = invitation.split("\n")[0];
  const cnonce = marked + md5Of(`${nonce}:${marked}:${what}`).slice(0, half);
  return `200 ${cnonce} ${authResponse(nonce, cnonce, password, kept)}\n`;
}

describe("invitation", () => {
  test("is repeated every second, the same packet, and given up after ten", () => {
    const steps = new SessionSteps();
    steps.session.unreachable("nothing listens on the port");
    steps.pass(9_999);
    expect(steps.sent).toEqual(Array(10).fill(invitation));
    expect(steps.ended).toBe(false);
    steps.pass(1);
    expect(steps.error?.code).toBe("NO_ANSWER");
    expect(steps.error?.message).toContain("10.0.0.7, UDP port 3232");
    expect(steps.error?.message).toContain("nothing listens on the port");
  });

  test("a refusal carries the board's reason and its number's code", () => {
    const steps = new SessionSteps();
    steps.datagram("ERR: ERROR[4]: Not Enough Space\n");
    expect(steps.error).toMatchObject({ code: "NOT_ENOUGH_SPACE", stage: "invitation" });
    expect(steps.error?.message).toContain("Not Enough Space");
    const worded = new SessionSteps();
    worded.datagram("ERR: valve 2 does not close\n");
    expect(worded.error).toMatchObject({ code: "BOARD_REFUSED" });
    expect(worded.error?.message).toContain("valve 2 does not close");
  });

  test.each(["HELLO", "", "Authentication Failed", "AUTH 123"])("%j is a bad answer", (text) => {
    const steps = new SessionSteps();
    steps.datagram(text);
    expect(steps.error).toMatchObject({ code: "BAD_ANSWER", answer: text });
  });

  test("answers that come twice or late are passed over", () => {
    const steps = new SessionSteps();
    steps.datagram("OK");
    steps.datagram("OK");
    steps.datagram(`AUTH ${n1}`);
    expect(steps.names()).toEqual(["invited", "waiting"]);
    expect(steps.sent).toHaveLength(1);
  });

  test("a board that says yes and does not connect is told from one that is not there", () => {
    const steps = new SessionSteps();
    steps.datagram("OK");
    steps.pass(12_000);
    expect(steps.error?.code).toBe("NO_CONNECT_BACK");
    expect(steps.error?.message).toContain("198.51.100.2, TCP port 45002");
    expect(steps.error?.remedy).toContain("firewall");
  });

  test("a refusal after the yes ends the wait", () => {
    const steps = new SessionSteps();
    steps.datagram("OK");
    steps.datagram("ERR: pump still runs\n");
    expect(steps.error).toMatchObject({ code: "BOARD_REFUSED", stage: "connection" });
  });

  test("without a password a connection says yes as well as a datagram that was lost", () => {
    const steps = new SessionSteps();
    steps.connect();
    expect(steps.names()).toEqual(expect.arrayContaining(["waiting", "connected"]));
  });
});

describe("authentication", () => {
  test("MD5, held back while valves close", () => {
    const steps = new SessionSteps({ password: "admin" });
    steps.datagram(`AUTH ${n1}`);
    expect(steps.sent[1]).toBe(answerTo(n1, "admin"));
    steps.pass(11_000);
    steps.datagram("OK");
    expect(steps.names()).toEqual(["invited", "auth-asked", "authenticated", "waiting"]);
  });

  test("an OK without a challenge is no board's that knows the password: nothing is sent", () => {
    const steps = new SessionSteps({ password: "admin" });
    steps.datagram("OK");
    expect(steps.error).toMatchObject({ code: "NOT_ASKED", stage: "authentication" });
    expect(steps.names()).toEqual(["invited"]);
  });

  test("PBKDF2: an MD5-kept password is tried with a new invitation", () => {
    const steps = new SessionSteps({ password: "admin" });
    steps.datagram(`AUTH ${long1}`);
    steps.datagram("Authentication Failed");
    steps.datagram("Authentication Failed");
    steps.datagram(`AUTH ${long1}`);
    expect(steps.sent).toHaveLength(3);
    steps.datagram(`AUTH ${long2}`);
    expect(steps.sent).toEqual([
      invitation,
      answerTo(long1, "admin", "sha256"),
      invitation,
      answerTo(long2, "admin", "md5"),
    ]);
    steps.datagram("OK");
    expect(steps.names()).toContain("authenticated");
  });

  test("PBKDF2: two refusals are a wrong password", () => {
    const steps = new SessionSteps({ password: "wrong" });
    steps.datagram(`AUTH ${long1}`);
    steps.datagram("Authentication Failed");
    steps.datagram(`AUTH ${long2}`);
    steps.datagram("Authentication Failed");
    expect(steps.error).toMatchObject({ code: "AUTH_FAILED", answer: "Authentication Failed" });
  });

  test("a lock after the first refusal is told as the wrong password it comes from", () => {
    const steps = new SessionSteps({ password: "wrong" });
    steps.datagram(`AUTH ${long1}`);
    steps.datagram("Authentication Failed");
    steps.datagram("ERR: ERROR[21]: locked, try again in 8 s\n");
    expect(steps.error?.code).toBe("AUTH_FAILED");
    expect(steps.error?.message).toContain("locked");
  });

  test("nobody to ask", () => {
    const steps = new SessionSteps();
    steps.datagram(`AUTH ${n1}`);
    expect(steps.error).toMatchObject({ code: "PASSWORD_NEEDED", stage: "authentication" });
  });

  test("asked for, wrong, asked for once more", () => {
    const steps = new SessionSteps({ askPassword });
    steps.datagram(`AUTH ${n1}`);
    steps.password("wrong");
    steps.datagram("Authentication Failed");
    expect(steps.asked).toEqual([1, 2]);
    steps.password("admin");
    expect(steps.sent.at(-1)).toBe(invitation);
    steps.datagram(`AUTH ${n2}`);
    expect(steps.sent.at(-1)).toBe(answerTo(n2, "admin"));
    steps.datagram("Authentication Failed");
    expect(steps.error?.code).toBe("AUTH_FAILED");
  });

  test("a challenge that waited for slow fingers is not answered; the board is invited anew", () => {
    const steps = new SessionSteps({ askPassword });
    steps.datagram(`AUTH ${n1}`);
    steps.pass(30_000);
    steps.password("admin");
    expect(steps.sent).toEqual([invitation, invitation]);
    steps.datagram(`AUTH ${n2}`);
    expect(steps.sent.at(-1)).toBe(answerTo(n2, "admin"));
  });

  test("giving no password ends it", () => {
    const steps = new SessionSteps({ askPassword });
    steps.datagram(`AUTH ${n1}`);
    steps.password(undefined);
    expect(steps.error?.code).toBe("PASSWORD_NEEDED");
  });

  test("no answer: one fresh start, in case a repeated invitation killed the nonce", () => {
    const steps = new SessionSteps({ password: "admin" });
    steps.datagram(`AUTH ${n1}`);
    steps.pass(12_000);
    expect(steps.sent.at(-1)).toBe(invitation);
    steps.datagram(`AUTH ${n2}`);
    steps.pass(12_000);
    expect(steps.error?.code).toBe("NO_AUTH_ANSWER");
  });

  test("the answer that came just too late still counts", () => {
    const steps = new SessionSteps({ password: "admin" });
    steps.datagram(`AUTH ${n1}`);
    steps.pass(12_500);
    steps.datagram("Authentication Failed");
    expect(steps.error?.code).toBe("AUTH_FAILED");
  });

  test("a refusal of a nonce that was overtaken does not blame the password", () => {
    const steps = new SessionSteps({ password: "admin" });
    steps.datagram(`AUTH ${n1}`);
    steps.datagram(`AUTH ${n2}`);
    steps.datagram("Authentication Failed");
    expect(steps.ended).toBe(false);
    steps.datagram(`AUTH ${"3".repeat(32)}`);
    steps.datagram("OK");
    expect(steps.names()).toContain("authenticated");
  });
});

describe("a connection of who has only the board's address", () => {
  test("is refused while the board is invited", () => {
    const steps = new SessionSteps({ password: "admin" });
    steps.connect();
    expect([steps.drops, steps.written]).toEqual([1, 0]);
    steps.datagram(`AUTH ${n1}`);
    steps.datagram("OK");
    steps.connect();
    expect(steps.written).toBeGreaterThan(0);
    expect(steps.names().filter((name) => name !== "progress")).toEqual([
      ...["invited", "stranger", "auth-asked", "authenticated", "waiting", "connected", "sent"],
    ]);
  });

  test("is refused while the password is asked for, and when the board is invited again", () => {
    const steps = new SessionSteps({ askPassword });
    steps.datagram(`AUTH ${n1}`);
    steps.connect();
    steps.pass(30_000);
    steps.password("admin");
    steps.connect();
    expect([steps.drops, steps.written, steps.ended]).toEqual([2, 0, false]);
  });

  test("that overtakes the OK gets nothing before it", () => {
    const steps = new SessionSteps({ password: "admin" });
    steps.datagram(`AUTH ${n1}`);
    steps.connect();
    steps.receive("OK");
    expect([steps.drops, steps.written, steps.ended]).toEqual([0, 0, false]);
    steps.datagram("OK");
    expect(steps.written).toBeGreaterThan(0);
    steps.receive("OK");
    expect(steps.succeeded).toBe(true);
  });

  test("is dropped where the OK does not come, and the board is invited again", () => {
    const steps = new SessionSteps({ password: "admin" });
    steps.datagram(`AUTH ${n1}`);
    steps.connect();
    steps.receive("OK");
    steps.pass(12_000);
    expect([steps.drops, steps.written, steps.sent.at(-1)]).toEqual([1, 0, invitation]);
    steps.datagram(`AUTH ${n2}`);
    steps.datagram("OK");
    expect(steps.names()).not.toContain("connected");
    steps.connect();
    expect(steps.names()).toContain("connected");
  });

  test("and is gone before the OK does not stand for the board's", () => {
    const steps = new SessionSteps({ password: "admin" });
    steps.datagram(`AUTH ${n1}`);
    steps.connect();
    steps.close();
    steps.datagram("OK");
    expect([steps.names().at(-1), steps.written]).toEqual(["waiting", 0]);
  });
});

describe("a board that takes bound answers", () => {
  test("gets the invitation again with the answer", () => {
    const steps = new SessionSteps({ password: "admin" });
    steps.datagram(`AUTH ${n1} bound`);
    expect(steps.sent[1]).toBe(answerTo(n1, "admin") + invitation);
  });
});

describe("try again in N s", () => {
  const patience = "ERR: closing valve 2, try again in 20 s\n";

  test("is waited for, and the invitation goes out again", () => {
    const steps = new SessionSteps();
    steps.datagram(patience);
    expect(steps.events.at(-1)).toMatchObject({ event: "retry", after: 20, attempt: 1 });
    steps.connect();
    expect(steps.drops).toBe(1);
    steps.pass(19_999);
    expect(steps.sent).toHaveLength(1);
    steps.pass(1);
    expect(steps.sent).toEqual([invitation, invitation]);
    steps.datagram("OK");
    expect(steps.names().at(-1)).toBe("waiting");
  });

  test("is obeyed three times", () => {
    const steps = new SessionSteps();
    for (let i = 0; i < 3; i++) {
      steps.datagram(patience);
      steps.pass(20_000);
    }
    expect(steps.ended).toBe(false);
    steps.datagram(patience);
    expect(steps.error).toMatchObject({ code: "BOARD_REFUSED" });
  });

  test.each([
    ["switched off", { retries: 0 }, patience],
    ["longer than anybody waits", {}, "ERR: try again in 9999 s\n"],
  ])("%s", (_name, plan, text) => {
    const steps = new SessionSteps(plan);
    steps.datagram(text);
    expect(steps.error?.code).toBe("BOARD_REFUSED");
  });

  test("may come on the connection, too", () => {
    const steps = new SessionSteps();
    steps.datagram("OK");
    steps.connect();
    steps.receive("ERROR[17]: closing valve 2, try again in 5 s\n");
    expect(steps.drops).toBe(1);
    steps.pass(5_000);
    steps.datagram("OK");
    steps.written = 0;
    steps.connect();
    expect(steps.written).toBe(10_000);
  });
});

describe("a board that takes no updates now", () => {
  const closed = (wait: string) =>
    `ERR: opens in ${wait}; updates are allowed Mo 10:00-12:00 UTC (ERROR[36])\n`;
  const press = "ERR: press the update button; updates are allowed after a press of the button (ERROR[37])\n";
  const hour = 3_600_000;

  test.each([
    [closed("3 h 20 min"), "OUTSIDE_WINDOW", "opens in 3 h 20 min; updates are allowed Mo 10:00-12:00 UTC"],
    [press, "NOT_ARMED", "press the update button; updates are allowed after a press of the button"],
    ["ERR: ERROR[38]: clock not set", "CLOCK_NOT_SET", "clock not set"],
  ])("fails the upload, with its words: %j", (text, code, words) => {
    const steps = new SessionSteps();
    steps.datagram(text);
    expect(steps.error).toMatchObject({ code, message: `The board answered: ${words}` });
  });

  test("is asked again a minute before its window opens, and when it does", () => {
    const steps = new SessionSteps({ patience: 4 * hour });
    steps.datagram(closed("3 h 20 min"));
    steps.pass(12_000_000 - 60_000 - 1);
    expect(steps.sent).toHaveLength(1);
    steps.pass(1);
    expect(steps.sent).toHaveLength(2);
    steps.datagram(closed("37 s"));
    steps.pass(37_000);
    expect(steps.sent).toHaveLength(3);
    steps.datagram("OK");
    steps.connect();
    expect(steps.written).toBeGreaterThan(0);
    expect(steps.names().slice(0, 4)).toEqual(["invited", "not-now", "waiting", "connected"]);
    expect(steps.events[1]).toMatchObject({ code: "OUTSIDE_WINDOW", after: 11_940, left: 14_400 });
  });

  test("is not waited for when its window opens too late", () => {
    const steps = new SessionSteps({ patience: hour });
    steps.datagram(closed("1 h 1 min"));
    expect(steps.error?.code).toBe("OUTSIDE_WINDOW");
  });

  test.each([press, closed("3 h 20 min").replace(" (", ", or after a press of the button (")])(
    "and has a button is asked every ten seconds, told of once, and given up in the end: %j",
    (text) => {
      const steps = new SessionSteps({ patience: 60_000 });
      for (let asked = 1; asked <= 6; asked++) {
        expect([steps.sent.length, steps.ended]).toEqual([asked, false]);
        steps.datagram(text);
        steps.pass(10_000);
      }
      steps.datagram(text);
      expect(steps.error?.code).toMatch(/NOT_ARMED|OUTSIDE_WINDOW/);
      expect(steps.names()).toEqual(["invited", "not-now"]);
    },
  );

  test("may restart meanwhile", () => {
    const steps = new SessionSteps({ patience: hour });
    steps.datagram(press);
    steps.pass(10_000);
    const asked = steps.sent.length;
    steps.pass(25_000);
    expect(steps.ended).toBe(false);
    expect(steps.sent.length).toBeGreaterThan(asked);
    steps.datagram("OK");
    expect(steps.names()).toContain("waiting");
  });

  test("and says no for another reason is not waited for", () => {
    const steps = new SessionSteps({ patience: hour });
    steps.datagram(press);
    steps.pass(10_000);
    steps.datagram("ERR: ERROR[4]: Not Enough Space\n");
    expect(steps.error?.code).toBe("NOT_ENOUGH_SPACE");
  });
});

describe("proving the password", () => {
  test("MD5 dialect", () => {
    const { nonce, cnonce, password, response } = golden.espotaAuthMd5;
    expect(authResponse(nonce, cnonce, password, "sha256")).toBe(response);
  });

  test("PBKDF2 dialect, for both ways a board keeps its password", () => {
    const { nonce, cnonce, password, responseSha256Password, responseMd5Password } =
      golden.espotaAuthPbkdf2Sha256;
    expect(authResponse(nonce, cnonce, password, "sha256")).toBe(responseSha256Password);
    expect(authResponse(nonce, cnonce, password, "md5")).toBe(responseMd5Password);
  });
});
