import { expect, it } from "vitest";
import {
	agree,
	kindOfTypeScript,
	kindsOfC,
	nameInJavaScript,
	parametersOf,
	valueIn,
} from "./declaration-check.ts";
import { namesIn } from "./foreign-binaries.ts";

const enumerations = new Set(["CGPDFBox"]);

it.each([
	["int", "number", true],
	["unsigned long", "boolean", false],
	["unsigned char", "number", true],
	["_Bool", "boolean", true],
	["_Bool", "number", false],
	["const char *", "string", true],
	["const char *", "number", false],
	["const struct __CFString *", "interop.Object", true],
	["unsigned int *", "interop.PointerConvertible", true],
	["unsigned int *", "interop.Object", false],
	["struct __CVBuffer **", "interop.Object", false],
	["CGPDFBox", "interop.Enum<typeof CGPDFBox>", true],
	["struct CGRect", "CGRect", true],
	["CGSize", "CGRect", false],
	["NSError * _Nullable", "NSError | null", true],
	["void (^)(int, void *)", "(p1: number, p2: interop.PointerConvertible) => void", true],
	["void (*)(int)", "(p1: number, p2: interop.PointerConvertible) => void", false],
])("%s in C and %s in TypeScript agree: %s", (c, typescript, expected) => {
	expect(agree(kindsOfC(c, enumerations), kindOfTypeScript(typescript))).toBe(expected);
});

it("a list of parameters is cut at its outer commas", () => {
	expect(parametersOf("a: (b: number, c: X<D, E>) => void, f: string")).toEqual([
		"a: (b: number, c: X<D, E>) => void",
		"f: string",
	]);
	expect(parametersOf("void")).toEqual([]);
});

it.each([
	["kCGPDFMediaBox", { CGPDFBox: { Media: 0n }, CGBox: { Media: 5n } }, 0n],
	["kCFStringEncodingUTF8", { CFStringBuiltInEncodings: { UTF8: 134217984n } }, 134217984n],
	["kCVPixelBufferLock_ReadOnly", { CVPixelBufferLockFlags: { kCVPixelBufferLock_ReadOnly: 1n } }, 1n],
	["kCVAttachmentMode_ShouldNotPropagate", { CVAttachmentMode: { Not: 0n } }, 0n],
	["kVTParameterErr", { VTEncodeInfoFlags: { Asynchronous: 1n } }, undefined],
])("%s is found in its enumeration", (name, told, value) => {
	const found = new Map(
		Object.entries(told).map(([key, members]) => [key, new Map(Object.entries(members))]),
	);
	expect(valueIn(name, { enumerations: found as Map<string, Map<string, bigint>> })?.value).toBe(value);
});

it("a selector has the name that JavaScript gives it", () => {
	expect(nameInJavaScript("count")).toBe("count");
	expect(nameInJavaScript("dictionaryWithObject:forKey:")).toBe("dictionaryWithObjectForKey");
});

it("private names are selectors, and words in a file that looks names up", () => {
	const text =
		'x = @selector(initWithDevice:\n\terror:); dlsym(h, "IndigoHIDMessageForButton"); say("no such thing");';
	expect(namesIn(text)).toEqual(["initWithDevice:error:", "IndigoHIDMessageForButton"]);
	expect(namesIn('say("IndigoHIDMessageForButton");')).toEqual([]);
});
