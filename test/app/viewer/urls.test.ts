import { describe, expect, it } from "vitest";
import {
	deviceIdOf,
	isLink,
	PLACEHOLDER_ID,
	serverPath,
	signalUrl,
	takeToken,
	tokenIn,
} from "../../../app/viewer/urls.ts";

describe("deviceIdOf", () => {
	it("reads the device from its page's address", () => {
		expect(deviceIdOf("/devices/demo")).toBe("demo");
		expect(deviceIdOf("/devices/x11-0.1_a")).toBe("x11-0.1_a");
		expect(deviceIdOf("/porthole/devices/demo")).toBe("demo");
	});

	it.each([
		"/",
		"/devices",
		"/devices/",
		"/devices/../etc",
		"/devices/UPPER",
		"/devices/a/b",
		`/devices/${"a".repeat(65)}`,
	])("finds none in %s", (path) => expect(deviceIdOf(path)).toBeUndefined());

	it("never takes the placeholder of the export for a device", () => {
		expect(deviceIdOf(`/devices/${PLACEHOLDER_ID}`)).toBeUndefined();
	});
});

describe("signalUrl", () => {
	it("is as safe as the page is", () => {
		const local = { protocol: "http:", host: "localhost:8400", pathname: "/devices/demo" };
		expect(signalUrl(local)).toBe("ws://localhost:8400/signal");
		const proxied = { protocol: "https:", host: "example.org", pathname: "/porthole/" };
		expect(signalUrl(proxied)).toBe("wss://example.org/porthole/signal");
	});
});

it.each([
	["/", "/api"],
	["/devices/demo", "/api"],
	["/porthole/", "/porthole/api"],
	["/porthole/devices/demo", "/porthole/api"],
	["/a/devices/", "/a/devices/api"],
	["/a/devices/devices/demo", "/a/devices/api"],
])("the page at %s finds the API at %s", (pathname, api) => {
	expect(serverPath("/api", { pathname })).toBe(api);
});

it.each([
	["#grant=a.b.c", true],
	["#token=x", true],
	["#grant=", false],
	["#other=1", false],
	["", false],
])("isLink(%j) is %j", (fragment, link) => {
	expect(isLink(fragment)).toBe(link);
});

describe("tokenIn", () => {
	it("finds the token in a fragment", () => {
		expect(tokenIn("#token=abc-_123")).toBe("abc-_123");
		expect(tokenIn("#view=1&token=abc")).toBe("abc");
	});

	it.each(["", "#", "#token=", "#other=1"])("finds none in %j", (fragment) => {
		expect(tokenIn(fragment)).toBeUndefined();
	});
});

describe("takeToken", () => {
	function at(hash: string) {
		const shown: string[] = [];
		const page = { hash, pathname: "/devices/demo", search: "?a=1" } as Location;
		const replaceState: History["replaceState"] = (_state, _title, url) => void shown.push(String(url));
		const pages = { state: null, replaceState } as History;
		return { page, pages, shown };
	}

	it("takes the token out of the address", () => {
		const { page, pages, shown } = at("#token=abc");
		expect(takeToken(page, pages)).toBe("abc");
		expect(shown).toEqual(["/devices/demo?a=1"]);
	});

	it("leaves an address without a token alone", () => {
		const { page, pages, shown } = at("#elsewhere");
		expect(takeToken(page, pages)).toBeUndefined();
		expect(shown).toEqual([]);
	});
});
