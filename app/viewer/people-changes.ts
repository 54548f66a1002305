import type { Person } from "../../signaling/protocol/messages.ts";

/** Names told before the rest is only counted. */
const NAMED = 2;

/** Who came and who went, in a sentence for everybody else; empty when nobody did. */
export function peopleChanges(
	before: readonly Person[],
	after: readonly Person[],
	viewerId: string | undefined,
): string {
	const came = missingFrom(before, after).filter((person) => person.viewerId !== viewerId);
	const went = missingFrom(after, before).filter((person) => person.viewerId !== viewerId);
	return [sentence(came, "joined"), sentence(went, "left")].filter(Boolean).join(" ");
}

/** Those of `people` who are in, and were not in `others`. */
function missingFrom(others: readonly Person[], people: readonly Person[]): Person[] {
	const known = new Set(others.filter(({ waiting }) => !waiting).map(({ viewerId }) => viewerId));
	return people.filter(({ viewerId, waiting }) => !waiting && !known.has(viewerId));
}

function sentence(people: readonly Person[], what: string): string {
	if (people.length === 0) return "";
	if (people.length > NAMED) return `${people.length} people ${what}.`;
	return `${people.map(({ name }) => name).join(" and ")} ${what}.`;
}
