import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LinkOpening } from "../../../../app/viewer/connection/share-link.ts";
import { storageKeys } from "../../../../app/viewer/storage.ts";
import { MemoryStorage } from "../../../support/memory-storage.ts";

const needsPin = { code: "needs-pin", message: "PIN, please." };
let storage: MemoryStorage;
let answers: (object | undefined)[];
let pins: unknown[];

beforeEach(() => {
	storage = new MemoryStorage();
	answers = [];
	pins = [];
	vi.stubGlobal("location", { pathname: "/devices/demo" });
	vi.stubGlobal("sessionStorage", storage);
	vi.stubGlobal("fetch", async (_path: string, { body }: { body: string }) => {
		pins.push(JSON.parse(body).pin);
		const error = answers.shift();
		return error ? Response.json({ error }, { status: 401 }) : Response.json({});
	});
});

afterEach(() => vi.unstubAllGlobals());

const opening = (refusal: typeof needsPin | undefined) =>
	new LinkOpening("demo", { grant: "a.b.c", exchanged: Promise.resolve(refusal) });
const kept = () => storage.getItem(`${storageKeys.link}demo`);

describe("LinkOpening", () => {
	it("has nothing to open on a page without a link", () => {
		const link = new LinkOpening("demo", undefined);
		expect(link.opening).toBeUndefined();
		expect(link.again("wrong-token")).toBeUndefined();
	});

	it("keeps a link that wants a PIN for a reload, and opens it with the right one", async () => {
		const link = opening(needsPin);
		expect(await link.opening).toEqual(needsPin);
		expect(kept()).toBe("a.b.c");
		answers = [{ code: "wrong-pin", message: "No." }];
		expect(await link.withPin("1111")).toMatchObject({ code: "wrong-pin" });
		expect(await link.withPin("2222")).toBeUndefined();
		expect(pins).toEqual(["1111", "2222"]);
	});

	it("tries a link again when that may help, and lets go of one that is over", async () => {
		const link = opening({ code: "unreachable", message: "" });
		await link.opening;
		answers = [{ code: "revoked", message: "" }];
		expect(await link.again("unreachable")).toMatchObject({ code: "revoked" });
		expect(link.again("revoked")).toBeUndefined();
		expect(link.again("unreachable")).toBeUndefined();
		expect(kept()).toBeNull();
	});
});
