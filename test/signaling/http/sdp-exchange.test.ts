import { request } from "node:http";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Listener } from "../../../signaling/http/listener.ts";
import { exchangeRoutes, iceLinks, readIceFragment, ufragOf } from "../../../signaling/http/sdp-exchange.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { browserOffer } from "../../support/browser-offer.ts";
import { type Answer, ask, serveRoutes } from "../../support/http-server.ts";

const OFFER = "v=0\r\na=ice-ufrag:EsAw\r\n";
const FRAGMENT = "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\na=end-of-candidates\r\n";
const RESTART = FRAGMENT.replace("EsAw", "New1");

let listener: Listener;
let grant: string;
let events: string[];
let end: () => void;

const routesOf = (name: "whep" | "whip") =>
	exchangeRoutes({
		name,
		iceServers: () => [{ urls: "turn:a.example", username: "u", credential: "c" }],
		async identify() {
			if (grant === "none") throw new PortholeError("no-token", "No token.");
			return grant;
		},
		async exchange(_request, deviceId, offer) {
			if (deviceId === "absent") throw new PortholeError("host-offline", "Away.");
			events.push(`${deviceId} ${offer.length}`);
			const ended = Promise.withResolvers<void>();
			end = ended.resolve;
			return {
				answer: "v=0 answer",
				grantId: grant,
				onEnd: (listen) => void ended.promise.then(listen),
				end: () => events.push("end"),
			};
		},
	});

beforeEach(async () => {
	grant = "g1";
	events = [];
	listener = await serveRoutes([...routesOf("whep"), ...routesOf("whip")]);
});
afterEach(() => listener.close());

const post = (path = "/whep/phone", headers: Record<string, string> = {}, body = OFFER) =>
	ask(listener.port, path, {
		method: "POST",
		headers: { "content-type": "application/sdp", ...headers },
		body,
	});
const patch = (path: string, headers: Record<string, string> = {}, body = FRAGMENT) =>
	ask(listener.port, path, {
		method: "PATCH",
		headers: { "content-type": "application/trickle-ice-sdpfrag", ...headers },
		body,
	});
const remove = (path: string) => ask(listener.port, path, { method: "DELETE" });
const codeOf = ({ text }: Answer) => (JSON.parse(text) as { error: { code: string } }).error.code;

async function open(endpoint = "/whep/phone"): Promise<{ path: string; etag: string }> {
	const { headers } = await post(endpoint);
	return { path: headers.location ?? "", etag: headers.etag ?? "" };
}

describe("an offer", () => {
	it("is answered 201, with where its session is and what helps packets through", async () => {
		const { status, headers, text } = await post();
		expect([status, text]).toEqual([201, "v=0 answer"]);
		expect(headers).toMatchObject({
			"content-type": "application/sdp",
			"cache-control": "no-store",
			"accept-patch": "application/trickle-ice-sdpfrag",
			link: '<turn:a.example>; rel="ice-server"; username="u"; credential="c"; credential-type="password"',
			"access-control-allow-origin": "*",
		});
		expect(headers.location).toMatch(/^\/whep\/phone\/[A-Za-z0-9_-]{32}$/);
		expect(headers.etag).toMatch(/^"[0-9a-f]{16}"$/);
		expect(headers["access-control-expose-headers"]).toMatch(/Location.*ETag.*Link/);
	});

	it.each([
		[415, "unsupported-media-type", { "content-type": "application/json" }, OFFER],
		[415, "unsupported-media-type", { "content-type": "" }, OFFER],
		[406, "not-acceptable", { accept: "text/html" }, OFFER],
		[400, "bad-offer", {}, "hello"],
		[400, "bad-offer", {}, ""],
		[413, "body-too-long", {}, `v=0\r\n${"a=x\r\n".repeat(200_000)}`],
	])("is answered %i %s with %o", async (status, code, headers, body) => {
		const answer = await post("/whep/phone", headers as unknown as Record<string, string>, body);
		expect([answer.status, codeOf(answer)]).toEqual([status, code]);
		expect(events).toEqual([]);
	});

	it("of a megabyte in pieces is answered before it is there, and nothing of it is kept", async () => {
		const answer = await new Promise<number>((resolve, reject) => {
			const sent = request(
				{
					host: "127.0.0.1",
					port: listener.port,
					path: "/whep/phone",
					method: "POST",
					headers: { "content-type": "application/sdp" },
				},
				(response) => resolve(response.statusCode ?? 0),
			);
			sent.on("error", reject);
			for (let i = 0; i < 64; i++) sent.write("x".repeat(16_384));
			sent.end();
		});
		expect(answer).toBe(413);
	});

	it("needs a right, and says how to show one", async () => {
		grant = "none";
		const answer = await post();
		expect([answer.status, codeOf(answer), answer.headers["www-authenticate"]]).toEqual([
			401,
			"no-token",
			"Bearer",
		]);
	});

	it("for what cannot be had now is answered with a time to wait", async () => {
		const answer = await post("/whep/absent");
		expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "5"]);
	});

	it("names a device by its id", async () => {
		expect((await post("/whep/Not%20an%20id")).status).toBe(400);
	});

	it("is for POST alone", async () => {
		for (const method of ["GET", "HEAD", "PUT", "DELETE"]) {
			const answer = await ask(listener.port, "/whep/phone", { method });
			expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, "POST, OPTIONS"]);
		}
	});

	it("may come from any site's script, which asks first", async () => {
		const headers = {
			origin: "https://elsewhere.example",
			"access-control-request-method": "POST",
			"access-control-request-headers": "authorization,content-type",
		};
		const { status, headers: told } = await ask(listener.port, "/whep/phone", { method: "OPTIONS", headers });
		expect(status).toBe(200);
		expect(told).toMatchObject({
			"access-control-allow-origin": "*",
			"access-control-allow-methods": "POST, OPTIONS",
			"access-control-allow-headers": "Authorization, Content-Type, If-Match",
			"accept-post": "application/sdp",
		});
		expect((await post("/whep/phone", { origin: "https://elsewhere.example" })).status).toBe(201);
	});

	it("is one of 64 of the same right", async () => {
		const all = await Promise.all(Array.from({ length: 80 }, () => post()));
		expect(all.filter(({ status }) => status === 201)).toHaveLength(64);
		expect((await post()).status).toBe(429);
		grant = "g2";
		expect((await post()).status).toBe(201);
	});
});

describe("a session", () => {
	it("takes candidates for its ICE session", async () => {
		const { path, etag } = await open();
		const { status, headers, text } = await patch(path, { "if-match": etag });
		expect([status, text, headers.etag]).toEqual([204, "", undefined]);
		expect((await patch(path, { "if-match": `"other", ${etag}` })).status).toBe(204);
		expect((await patch(path, { "if-match": "*" })).status).toBe(204);
	});

	it("of a player takes candidates without a condition, while they are of its ICE session", async () => {
		const { path } = await open();
		expect((await patch(path)).status).toBe(204);
		expect((await patch(path)).status).toBe(204);
		const restarted = await patch(path, {}, RESTART);
		expect([restarted.status, codeOf(restarted)]).toEqual([422, "no-ice-restart"]);
	});

	it("of a publisher asks for the condition (RFC 9725, 4.3.1)", async () => {
		const { path, etag } = await open("/whip/phone");
		const answer = await patch(path);
		expect([answer.status, codeOf(answer)]).toEqual([428, "precondition-required"]);
		expect((await patch(path, { "if-match": etag })).status).toBe(204);
	});

	it.each([
		[412, "precondition-failed", { "if-match": '"other"' }, FRAGMENT],
		[422, "no-ice-restart", { "if-match": "*" }, RESTART],
		[415, "unsupported-media-type", { "content-type": "application/sdp", "if-match": "*" }, FRAGMENT],
		[400, "bad-fragment", { "if-match": "*" }, "hello"],
		[413, "body-too-long", { "if-match": "*" }, "a=x\r\n".repeat(10_000)],
	])("answers %i %s to %o, and goes on", async (status, code, headers, body) => {
		const { path } = await open();
		const answer = await patch(path, headers as unknown as Record<string, string>, body);
		expect([answer.status, codeOf(answer)]).toEqual([status, code]);
		expect((await remove(path)).status).toBe(200);
	});

	it("ends with DELETE, once", async () => {
		const { path } = await open();
		expect((await remove(path)).status).toBe(200);
		expect(events).toEqual([expect.stringContaining("phone"), "end"]);
		expect((await remove(path)).status).toBe(404);
		expect((await patch(path, { "if-match": "*" })).status).toBe(404);
	});

	it("is gone when it has ended by itself", async () => {
		const { path } = await open();
		end();
		expect((await remove(path)).status).toBe(404);
		expect(events).not.toContain("end");
	});

	it("cannot be guessed, and is not another device's", async () => {
		const { path } = await open();
		const forged = [
			`${path.slice(0, -1)}${path.endsWith("_") ? "-" : "_"}`,
			path.replace("phone", "tablet"),
			"/whep/phone/x",
			"/whep/phone/__proto__",
		];
		for (const guess of forged) expect([guess, (await remove(guess)).status]).toEqual([guess, 404]);
		expect(events).not.toContain("end");
	});

	it("is its own right's and the owner's to end, and nobody else's", async () => {
		const first = await open();
		const second = await open();
		grant = "g2";
		expect((await remove(first.path)).status).toBe(404);
		grant = "owner";
		expect((await remove(first.path)).status).toBe(200);
		grant = "none";
		expect((await remove(second.path)).status).toBe(401);
	});

	it("is for PATCH and DELETE alone", async () => {
		const { path } = await open();
		for (const method of ["GET", "HEAD", "PUT", "POST"]) {
			const answer = await ask(listener.port, path, { method });
			expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, "PATCH, DELETE, OPTIONS"]);
		}
		const options = await ask(listener.port, path, { method: "OPTIONS" });
		expect(options.headers).toMatchObject({
			"accept-patch": "application/trickle-ice-sdpfrag",
			"access-control-allow-methods": "PATCH, DELETE, OPTIONS",
		});
	});
});

const good = [
	"a=group:BUNDLE 0 1",
	"m=audio 9 UDP/TLS/RTP/SAVPF 111",
	"a=mid:0",
	"a=ice-ufrag:EsAw",
	"a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1",
	"a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1",
	"a=end-of-candidates",
];

describe("a trickled fragment", () => {
	it("says whose candidates it has", () => {
		const fragment = readIceFragment(`${good.join("\r\n")}\r\n`);
		expect(fragment).toMatchObject({ ufrag: "EsAw", password: "P2uYro0UCOQ4zxjKXaWCBui1" });
		expect(fragment.candidates).toHaveLength(1);
	});

	it.each([
		["", "nothing"],
		["hello", "a word"],
		["a=ice-ufrag:EsAw", "no password"],
		["a=ice-ufrag:E\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1", "a short ufrag"],
		[`${good.join("\n")}\na=ice-ufrag:other`, "two ufrags"],
		["a=x\n".repeat(600), "too much"],
	])("is refused when it is %j (%s)", (text) => {
		expect(() => readIceFragment(text)).toThrow(expect.objectContaining({ code: "bad-fragment" }));
	});

	it("is read or refused by a code, whatever it is", () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 300 }), (text) => {
				try {
					readIceFragment(text);
				} catch (error) {
					expect(error).toBeInstanceOf(PortholeError);
				}
			}),
		);
	});
});

it("an offer's user fragment is found", () => {
	expect(ufragOf(browserOffer())).toBe("EsAw");
	expect(ufragOf("v=0\r\n")).toBe("");
});

it("a TURN server is told as RFC 9725 has it, with its quotes escaped", () => {
	expect(
		iceLinks([{ urls: "turn:a.example:3478?transport=udp", username: "1:x", credential: 'a"b\\=' }]),
	).toEqual([
		'<turn:a.example:3478?transport=udp>; rel="ice-server"; username="1:x"; credential="a\\"b\\\\="; credential-type="password"',
	]);
});
