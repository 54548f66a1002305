import { afterEach, expect, it, vi } from "vitest";
import { relayFault, relayOnly } from "../../../app/viewer/relay.ts";

afterEach(() => vi.unstubAllGlobals());

it.each([
	["", false],
	["?relay", true],
	["?x=1&relay=1", true],
	["?relayed", false],
])("the address %j asks for a relay: %s", (search, asks) => {
	vi.stubGlobal("location", { search });
	expect(relayOnly()).toBe(asks);
});

it("a relay's fault is told in words that say what to look at", () => {
	expect(relayFault(undefined)).toMatch(/knows none/);
	expect(relayFault({ errorCode: 401, errorText: "Unauthorized" })).toMatch(/refuses Porthole's secret/);
	expect(relayFault({ errorCode: 701, errorText: "TURN allocate request timed out." })).toMatch(/timed out/);
	expect(relayFault({ errorCode: 500, errorText: "" })).toMatch(/error 500/);
});
