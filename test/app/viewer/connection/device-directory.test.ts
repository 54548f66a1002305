import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DeviceDirectory } from "../../../../app/viewer/connection/device-directory.ts";
import { settled } from "../../../fakes/fake-clock.ts";
import { FakeSocket } from "../../../fakes/fake-socket.ts";
import { describeDevice } from "../../../support/signaling-harness.ts";

let sockets: FakeSocket[];
let requests: unknown[];
let directory: DeviceDirectory;

/** A browser at an address, for which the server gives out cookies or not. */
function browse(hash: string, accepted = true): void {
	vi.stubGlobal("location", { hash, pathname: "/", search: "", protocol: "http:", host: "localhost" });
	vi.stubGlobal("history", { state: null, replaceState: () => {} });
	vi.stubGlobal("fetch", async (path: string, { body }: { body: string }) => {
		requests.push([path, JSON.parse(body)]);
		return { ok: accepted };
	});
	directory = new DeviceDirectory();
	directory.start();
}

const socket = () => sockets.at(-1) as FakeSocket;

beforeEach(() => {
	sockets = [];
	requests = [];
	vi.stubGlobal(
		"WebSocket",
		class extends FakeSocket {
			constructor() {
				super();
				sockets.push(this);
			}
		},
	);
});

afterEach(() => {
	directory.close();
	vi.unstubAllGlobals();
});

describe("DeviceDirectory", () => {
	it("asks with the token of the address, and trades it for a cookie before screenshots are fetched", async () => {
		browse("#token=secret");
		expect(directory.state.get().screenshots).toBe(false);
		socket().open();
		expect(socket().sent).toEqual([{ type: "hello", version: 1, as: "directory", token: "secret" }]);
		await settled();
		expect(requests).toEqual([["/api/session", { token: "secret" }]]);
		expect(directory.state.get().screenshots).toBe(true);
	});

	it("asks without a token where the cookie speaks", () => {
		browse("");
		socket().open();
		expect(socket().sent).toEqual([{ type: "hello", version: 1, as: "directory" }]);
		expect(directory.state.get().screenshots).toBe(true);
		expect(requests).toEqual([]);
	});

	it("fetches no screenshots that would be refused", async () => {
		browse("#token=wrong", false);
		await settled();
		expect(directory.state.get().screenshots).toBe(false);
	});

	it("follows the list, and keeps it while the server is away", () => {
		browse("");
		socket().open();
		socket().say({ type: "devices", devices: [describeDevice("a")] });
		socket().say({ type: "devices", devices: [describeDevice("a"), describeDevice("b")] });
		socket().cut();
		const { devices, link } = directory.state.get();
		expect(devices?.map(({ id }) => id)).toEqual(["a", "b"]);
		expect(link).toBe("waiting");
	});

	it("passes over a list it cannot read", () => {
		browse("");
		socket().open();
		const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
		socket().say({ type: "devices", devices: [{ id: "<script>" }] });
		expect(directory.state.get().devices).toBeUndefined();
		expect(warn).toHaveBeenCalledOnce();
		warn.mockRestore();
	});

	it("keeps a device of a kind that only a newer host knows", () => {
		browse("");
		socket().open();
		socket().say({ type: "devices", devices: [describeDevice("a"), describeDevice("b", { kind: "lamp" })] });
		expect(directory.state.get().devices?.map(({ kind }) => kind)).toEqual(["demo", "lamp"]);
	});

	it("says why it is refused and does not insist", () => {
		browse("#token=wrong");
		socket().open();
		socket().say({ type: "error", reason: { code: "wrong-token", message: "No." }, final: true });
		expect(directory.state.get().refused).toEqual({ code: "wrong-token", message: "No." });
		expect(sockets).toHaveLength(1);
		directory.start();
		expect(sockets).toHaveLength(2);
		expect(directory.state.get().refused).toBeUndefined();
	});
});
