import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { powerOffer, switchPower } from "../../../../app/components/devices/use-power.tsx";

beforeEach(() => vi.stubGlobal("location", { pathname: "/devices/demo" }));
afterEach(() => vi.unstubAllGlobals());

describe("switchPower", () => {
	it("orders it, and is content with an answer without a body", async () => {
		const fetched = vi.fn(async () => new Response(null, { status: 202 }));
		vi.stubGlobal("fetch", fetched);
		expect(await switchPower("phone", true)).toEqual({ value: undefined });
		const [path, request] = fetched.mock.calls[0] as unknown as [string, RequestInit];
		expect([path, request.method, request.body]).toEqual(["/api/devices/phone/power", "POST", '{"on":true}']);
	});

	it("gives the server's reason, or that there was no answer", async () => {
		const error = { code: "no-power", message: "Do it by hand." };
		vi.stubGlobal("fetch", async () => Response.json({ error }, { status: 409 }));
		expect(await switchPower("phone", true)).toEqual({ refused: error });
		vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
		expect(await switchPower("phone", true)).toMatchObject({ refused: { code: "unreachable" } });
	});
});

describe("powerOffer", () => {
	it("is to switch on what is off, and off what is on or on its way", () => {
		expect(powerOffer({ power: "off", state: "off" })).toBe("on");
		expect(powerOffer({ power: "on", state: "live" })).toBe("off");
		expect(powerOffer({ power: "starting", state: "starting" })).toBe("off");
		expect(powerOffer({ power: "stopping", state: "off" })).toBeUndefined();
		expect(powerOffer({ power: "on", state: "offline" })).toBeUndefined();
		expect(powerOffer({ state: "live" })).toBeUndefined();
	});
});
