import { describe, expect, it } from "vitest";
import {
	checkMacosTree,
	hasNativeCheckMacos,
	macosTree,
	type TreeChanges,
} from "../../support/macos-tree.ts";

/** What the check says of a small tree in which these things are wrong. */
const checked = async (changes: TreeChanges) => checkMacosTree(await macosTree(changes));

describe.skipIf(!hasNativeCheckMacos())(
	"the check of the macOS code (npm run native:check:macos installs it)",
	() => {
		it("passes a tree in which nothing is wrong, for both processors", async () => {
			const { status, text } = await checked({});
			expect(text).toMatch(/^ok {5}every source compiles for arm64,/m);
			expect(text).toMatch(/^ok {5}the addon for arm64 links with nothing left open,/m);
			expect(text).toMatch(/^ok {5}the addon for x86_64 links with nothing left open,/m);
			expect(text).toMatch(/\n10 steps passed, 0 failed\n$/);
			expect(status).toBe(0);
		});

		const faults: [string, TreeChanges, RegExp[]][] = [
			[
				"declarations that are not Apple's",
				{
					declarations: `
					CF_EXPORT void CFRelaese(CFTypeRef cf);
					CF_EXPORT const void* CFArrayGetValueAtIndex(const struct __CFArray* array, const char* index);
					CF_EXPORT CFStringRef NSStringFromClass(CFTypeRef aClass);
					enum { kCFNumberDoubleType = 14 };`,
					body: "CFRelaese(kCFAllocatorDefault);",
				},
				[
					/CFRelaese is not in Apple's declarations of CoreFoundation\./,
					/undefined symbol: _CFRelaese/,
					/CFArrayGetValueAtIndex: parameter 2 is const char \* here, number in Apple's/,
					/kCFNumberDoubleType is 14 here, 13 in Apple's CFNumberType/,
					/NSStringFromClass is not in Apple's declarations of CoreFoundation; they have it in Foundation/,
					/NSStringFromClass is declared as CoreFoundation's; binaries for macOS take it from Foundation/,
				],
			],
			[
				"an object that nobody releases",
				{ body: "int one = 1; CFNumberRef kept = CFNumberCreate(kCFAllocatorDefault, 3, &one); (void)kept;" },
				[
					/FAILED clang's analyzer finds nothing/,
					/leak of an object stored into 'kept'/,
					/\n9 steps passed, 1 failed/,
				],
			],
			[
				"a private framework that is linked, and no ARC",
				{ libraries: ["-framework CoreSimulator"], settings: { CLANG_ENABLE_OBJC_ARC: "NO" } },
				[
					/CLANG_ENABLE_OBJC_ARC is NO where it must be YES/,
					/CoreSimulator is linked and has no declarations/,
				],
			],
		];

		it.each(faults)("does not pass %s", async (_, changes, words) => {
			const { status, text } = await checked(changes);
			for (const one of words) expect(text).toMatch(one);
			expect(status).toBe(1);
		});
	},
);
