import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { liveLinks, makeLink, revokeLink } from "../../../../app/viewer/connection/grants.ts";

beforeEach(() => vi.stubGlobal("location", { pathname: "/devices/demo" }));
afterEach(() => vi.unstubAllGlobals());

const answer = (response: Response) => vi.stubGlobal("fetch", async () => response);
const info = (id: string, created: number) => ({
	id,
	deviceId: "demo",
	role: "view",
	label: "",
	created,
	expires: 9,
	pin: false,
	used: 0,
	state: "open",
	visits: [],
});

it("makes a link", async () => {
	const made = { id: "g1", url: "http://localhost:8400/devices/demo#grant=a.b.c", expires: 5 };
	answer(Response.json(made, { status: 201 }));
	expect(await makeLink("demo", { role: "view" })).toEqual({ value: made });
});

it("lists links, the newest first", async () => {
	answer(Response.json({ grants: [info("old", 1), info("new", 2)] }));
	const outcome = await liveLinks("demo");
	expect("value" in outcome && outcome.value.map(({ id }) => id)).toEqual(["new", "old"]);
});

it("revokes a link, which is answered with nothing", async () => {
	answer(new Response(null, { status: 204 }));
	expect(await revokeLink("g1")).toEqual({ value: undefined });
});

it("gives the server's reason, or says that it is not there", async () => {
	answer(Response.json({ error: { code: "not-allowed", message: "Only owners." } }, { status: 403 }));
	expect(await liveLinks("demo")).toEqual({ refused: { code: "not-allowed", message: "Only owners." } });
	answer(Response.json({ grants: "none" }));
	expect(await liveLinks("demo")).toMatchObject({ refused: { code: "unreachable" } });
});
