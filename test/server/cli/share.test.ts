import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { shareCommand } from "../../../server/cli/share.ts";
import { writeServing } from "../../../server/serving-file.ts";
import type { Grant } from "../../../signaling/auth/grant.ts";
import { type LocalApi, startLocalApi } from "../../support/local-api.ts";

let api: LocalApi;
beforeEach(async () => {
	api = await startLocalApi();
});
afterEach(() => api.close());

const share = (...args: string[]) => shareCommand([...args, "--state", api.stateFolder]);
/** The token of the printed link. */
const token = () => lastLine().split("#grant=")[1] ?? "";
const made = (): Grant => api.grants.live()[0] as Grant;
const lastLine = () => api.printed().trimEnd().split("\n").at(-1) ?? "";
const refused = (code: string) => expect.objectContaining({ name: "PortholeError", code });

describe("porthole share", () => {
	it("makes a link to see a device for a day, alone on the last line", async () => {
		expect(await share("phone")).toBe(0);
		const { role, created, expires, pin, uses } = made();
		expect([role, expires - created, pin, uses]).toEqual(["view", 86_400_000, undefined, undefined]);
		expect(lastLine()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/devices\/phone#grant=[\w-]{22}$/);
		expect(api.printed()).toMatch(/may see phone until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d\.$/m);
	});

	it("makes a link for other machines where the server is open to them", async () => {
		const sharedUrl = "http://192.0.2.7:8400";
		await writeServing(api.stateFolder, { pid: process.pid, url: api.url, sharedUrl });
		await share("phone");
		expect(lastLine()).toMatch(/^http:\/\/192\.0\.2\.7:8400\/devices\/phone#grant=/);
	});

	it("makes what is asked for", async () => {
		await share("phone", "--role", "control", "--expires", "2h", "--uses", "3", "--label", "For Ana");
		const grant = made();
		expect(grant).toMatchObject({ role: "control", uses: 3, label: "For Ana" });
		expect(grant.expires - grant.created).toBe(7_200_000);
		expect(api.printed()).toContain("Browsers that may open it: 3");
	});

	it.each([
		["before the device", ["--pin", "phone"]],
		["after it", ["phone", "--pin"]],
		["before another option", ["phone", "--pin", "--role", "view"]],
	])("makes a PIN and tells it, with --pin %s", async (_, args) => {
		await share(...args);
		const [, pin = ""] = /^PIN: (\d{6})$/m.exec(api.printed()) ?? [];
		await api.grants.redeem(token(), pin);
		expect(lastLine()).toMatch(/^http/);
	});

	it.each([[["--pin", "471100", "phone"]], [["phone", "--pin=471100"]]])(
		"takes a PIN from %j",
		async (args) => {
			await share(...args);
			await api.grants.redeem(token(), "471100");
		},
	);

	it("prints JSON and nothing else when asked", async () => {
		await share("phone", "--json", "--pin", "4711");
		const { id, url, pin, expires } = JSON.parse(api.printed());
		expect([id, pin, expires]).toEqual([made().id, "4711", made().expires]);
		expect(url).toContain("#grant=");
	});

	it.each([
		["no device", []],
		["two devices", ["phone", "tablet"]],
		["a role that is none", ["phone", "--role", "god"]],
		["a time without a unit", ["phone", "--expires", "20"]],
		["no time", ["phone", "--expires", "0h"]],
		["more than a year", ["phone", "--expires", "366d"]],
		["a PIN of letters", ["phone", "--pin=abcd"]],
		["a short PIN", ["phone", "--pin", "123"]],
		["no uses", ["phone", "--uses", "0"]],
		["uses that are no number", ["phone", "--uses", "many"]],
		["a long label", ["phone", "--label", "x".repeat(100)]],
		["what it does not take", ["phone", "--dance"]],
	])("refuses %s", async (_, args) => {
		await expect(share(...args)).rejects.toThrow(refused("bad-option"));
		expect(api.grants.live()).toEqual([]);
	});

	it("says what the server says of a device that is not there", async () => {
		await expect(share("nowhere")).rejects.toThrow(refused("no-such-device"));
		await expect(share("../../healthz")).rejects.toThrow(refused("not-found"));
	});

	it("says that nothing runs", async () => {
		await expect(shareCommand(["phone", "--state", `${api.stateFolder}/none`])).rejects.toThrow(
			refused("not-running"),
		);
	});

	it("helps", async () => {
		expect(await shareCommand(["--help"])).toBe(0);
		expect(api.printed()).toContain("porthole share DEVICE");
	});
});
