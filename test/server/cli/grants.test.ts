import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { grantsCommand } from "../../../server/cli/grants.ts";
import { revokeCommand } from "../../../server/cli/revoke.ts";
import type { GrantOrder } from "../../../signaling/auth/grant-book.ts";
import { type LocalApi, startLocalApi } from "../../support/local-api.ts";

let api: LocalApi;
beforeEach(async () => {
	api = await startLocalApi();
});
afterEach(() => api.close());

const create = async (more: Partial<GrantOrder> = {}) => {
	const order = { deviceId: "phone", role: "view", label: "", madeBy: "owner", ...more } as const;
	const { grant, token } = await api.grants.create({ expires: Date.now() + 60_000, ...order });
	return { ...grant, token };
};
const state = () => ["--state", api.stateFolder];
const refused = (code: string) => expect.objectContaining({ name: "PortholeError", code });

describe("porthole grants", () => {
	it("lists the live links with what is left of them and who came", async () => {
		const { id, token } = await create({ role: "control", label: "For Ana", uses: 3, pin: "4711" });
		await api.grants.redeem(token, "4711");
		api.grants.noteVisit(id, { name: "Ana", address: "192.0.2.7" });
		const used = await create({ uses: 1 });
		await api.grants.redeem(used.token);
		await api.grants.revoke((await create({ label: "gone" })).id);
		expect(await grantsCommand(state())).toBe(0);
		const text = api.printed();
		const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d`;
		const control = `^${id}  phone +control +until ${time}, used 1 of 3, PIN  For Ana$`;
		expect(text).toMatch(new RegExp(control, "m"));
		expect(text).toMatch(new RegExp(String.raw`^ {2}${time}  Ana from 192\.0\.2\.7$`, "m"));
		expect(text).toMatch(new RegExp(`^${used.id}  phone +view +until .*, used 1 of 1, used-up$`, "m"));
		expect(text).not.toContain("gone");
	});

	it("says when there are none, and how to make one", async () => {
		expect(await grantsCommand(state())).toBe(0);
		expect(api.printed()).toBe("No links are good now. Make one with porthole share DEVICE.\n");
	});

	it("prints JSON when asked", async () => {
		const { id } = await create();
		await grantsCommand(["--json", ...state()]);
		expect(JSON.parse(api.printed())).toMatchObject({ grants: [{ id, deviceId: "phone", state: "open" }] });
	});

	it("helps, and refuses what it does not take", async () => {
		expect(await grantsCommand(["-h"])).toBe(0);
		expect(api.printed()).toContain("porthole grants [--json]");
		await expect(grantsCommand(["phone"])).rejects.toThrow(refused("bad-option"));
	});
});

describe("porthole revoke", () => {
	it("ends a link", async () => {
		const { id } = await create();
		expect(await revokeCommand([id, ...state()])).toBe(0);
		expect(api.printed()).toBe(`Revoked ${id}.\n`);
		expect(api.grants.live()).toEqual([]);
	});

	it("prints JSON when asked", async () => {
		const { id } = await create();
		await revokeCommand([id, "--json", ...state()]);
		expect(JSON.parse(api.printed())).toEqual({ revoked: id });
	});

	it("says that there is no such link", async () => {
		await expect(revokeCommand(["0123456789abcdef", ...state()])).rejects.toThrow(refused("no-such-grant"));
		await expect(revokeCommand(state())).rejects.toThrow(refused("bad-option"));
		expect(await revokeCommand(["--help"])).toBe(0);
	});
});
