import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
	askNoName,
	bezelsAreShown,
	keepParticipant,
	nameWasAsked,
	rememberBezels,
	rememberedName,
	rememberName,
	takeParticipant,
} from "../../../app/viewer/storage.ts";
import { MemoryStorage } from "../../support/memory-storage.ts";

const participant = { viewerId: "v1", key: "secret" };

beforeEach(() => {
	vi.stubGlobal("sessionStorage", new MemoryStorage());
	vi.stubGlobal("localStorage", new MemoryStorage());
});

afterEach(() => vi.unstubAllGlobals());

describe("a kept participant", () => {
	it("is for one page, on its own device", () => {
		keepParticipant("phone", participant);
		expect(takeParticipant("tablet")).toBeUndefined();
		expect(takeParticipant("phone")).toEqual(participant);
		expect(takeParticipant("phone")).toBeUndefined();
	});
});

describe("the name", () => {
	it("is remembered as others will see it", () => {
		expect(nameWasAsked()).toBe(false);
		expect(rememberName("  An\u0000a\n ")).toBe("Ana");
		expect(rememberedName()).toBe("Ana");
		expect(nameWasAsked()).toBe(true);
	});

	it("is not remembered when nothing is left of it or it is too long", () => {
		expect(rememberName(" \u200e ")).toBeUndefined();
		expect(rememberName("x".repeat(41))).toBeUndefined();
		expect(rememberedName()).toBeUndefined();
	});

	it("is not asked for again by whoever has none", () => {
		askNoName();
		expect(nameWasAsked()).toBe(true);
		expect(rememberedName()).toBeUndefined();
	});
});

it("goes without a memory where storage is forbidden", () => {
	vi.unstubAllGlobals();
	const forbidden = new Proxy(
		{},
		{
			get: () => {
				throw new Error("forbidden");
			},
		},
	);
	vi.stubGlobal("sessionStorage", forbidden);
	vi.stubGlobal("localStorage", forbidden);
	keepParticipant("phone", participant);
	expect(takeParticipant("phone")).toBeUndefined();
	expect(rememberName("Ana")).toBe("Ana");
	expect(rememberedName()).toBeUndefined();
});

describe("the choice of bezels", () => {
	it("is to see them, until somebody chooses otherwise", () => {
		expect(bezelsAreShown()).toBe(true);
		rememberBezels(false);
		expect(bezelsAreShown()).toBe(false);
		rememberBezels(true);
		expect(bezelsAreShown()).toBe(true);
	});
});
