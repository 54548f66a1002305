import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exchange } from "../../../../app/viewer/connection/api.ts";

beforeEach(() => vi.stubGlobal("location", { pathname: "/devices/demo" }));
afterEach(() => vi.unstubAllGlobals());

function server(status: number, body: unknown) {
	const asked = vi.fn(async (_path: string, _request: RequestInit) => Response.json(body, { status }));
	vi.stubGlobal("fetch", asked);
	return asked;
}

describe("exchange", () => {
	it("hands over the token with its PIN, and gives nothing when it was taken", async () => {
		const asked = server(200, { role: "view" });
		expect(await exchange("a.b.c", "1234")).toBeUndefined();
		expect(asked.mock.calls[0]?.[0]).toBe("/api/session");
		expect(JSON.parse(String(asked.mock.calls[0]?.[1].body))).toEqual({ token: "a.b.c", pin: "1234" });
	});

	it("gives the server's reason", async () => {
		server(401, { error: { code: "needs-pin", message: "This link needs a PIN." } });
		expect(await exchange("a.b.c")).toEqual({ code: "needs-pin", message: "This link needs a PIN." });
	});

	it.each([
		["an answer that is none", async () => new Response("<html>", { status: 502 })],
		["a strange body", async () => Response.json({ error: 7 }, { status: 500 })],
		["no answer", () => Promise.reject(new TypeError("network"))],
	])("calls %s unreachable", async (_what, answer) => {
		vi.stubGlobal("fetch", answer);
		expect(await exchange("a.b.c")).toMatchObject({ code: "unreachable" });
	});
});
