/** What tells people how another machine comes to serve viewers. */
export function invitationLine({ url, key }: { readonly url: string; readonly key: string }): string {
	return `Edges join with: npx porthole edge --origin ${url} --key ${key}`;
}
