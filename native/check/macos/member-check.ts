import type { AppleFramework, AppleFunction } from "./apple-declarations.ts";
import type { DeclaredMember } from "./declarations.ts";
import { agree, kindOfTypeScript, kindsOfC } from "./value-kind.ts";

type Frameworks = (name: string) => AppleFramework | undefined;

/** What is wrong with a method or property, as against those of Apple's class and the classes that it comes from. */
export function faultInMember(
	declared: DeclaredMember,
	frameworks: Frameworks,
	enumerations: ReadonlySet<string>,
): string | undefined {
	const { name, owner, framework, parameters, result } = declared;
	const told = `${owner}'s ${name}`;
	const candidates = membersOf(
		owner,
		nameInJavaScript(name),
		[framework, "Foundation", "Runtime"],
		frameworks,
	);
	if (candidates.length === 0) return `${told} is not in Apple's declarations of ${framework}.`;
	const isSame = (apple: AppleFunction) =>
		apple.parameters.length === parameters.length &&
		apple.parameters.every((type, index) => isLike(parameters[index] ?? "", type, enumerations)) &&
		isLike(result, apple.result, enumerations);
	if (candidates.some(isSame)) return undefined;
	const theirs = candidates.map((apple) => `(${apple.parameters.join(", ")}): ${apple.result}`).join(" or ");
	return `${told} is (${parameters.join(", ")}): ${result} here, ${theirs} in Apple's.`;
}

/** Collections and their members have their types as type parameters there. */
function isLike(c: string, typescript: string, enumerations: ReadonlySet<string>): boolean {
	return agree(kindsOfC(c, enumerations), kindOfTypeScript(typescript));
}

/** `objectForKey:` is `objectForKey`, `dictionaryWithObject:forKey:` is `dictionaryWithObjectForKey`. */
export function nameInJavaScript(selector: string): string {
	const [first = "", ...others] = selector.split(":");
	return first + others.map((part) => part.slice(0, 1).toUpperCase() + part.slice(1)).join("");
}

/** All of a name, of the class and of those that it comes from. */
function membersOf(
	owner: string,
	name: string,
	places: readonly string[],
	frameworks: Frameworks,
): AppleFunction[] {
	const found: AppleFunction[] = [];
	let next: string | undefined = owner;
	while (next !== undefined) {
		const current: string = next;
		const classes = places
			.map((place) => frameworks(place)?.classes.get(current))
			.filter((one) => one !== undefined);
		for (const { members } of classes) found.push(...(members.get(name) ?? []));
		next = classes.find(({ base }) => base !== undefined)?.base;
	}
	return found;
}
