import type { GrantInfo } from "../../signaling/protocol/grant.ts";
import { timeLeft } from "./link-times.ts";
import { roleChoices } from "./role-choice.tsx";

interface LinkListProps {
	/** Undefined until they are known. */
	readonly links: readonly GrantInfo[] | undefined;
	onRevoke(grantId: string): void;
}

/** Names of visitors told before the rest is only counted. */
const NAMED = 3;

/** The links that are out, who came by them, and a way to end each. */
export function LinkList({ links, onRevoke }: LinkListProps) {
	if (!links || links.length === 0) return null;
	return (
		<section aria-label="Live links" className="border-line border-t bg-surface px-5 py-4">
			<h3 className="font-medium">Live links</h3>
			<ul className="mt-2 flex flex-col gap-2">
				{links.map((link) => (
					<li
						key={link.id}
						data-testid="live-link"
						className="flex items-center gap-3 rounded-box border border-line bg-raised py-2 pr-2 pl-4"
					>
						<span className="min-w-0 flex-1">
							<span className="block truncate font-medium">{titleOf(link)}</span>
							<span className="block truncate text-small text-soft">{termsOf(link)}</span>
							<span className="block truncate text-small text-soft">{visitorsOf(link)}</span>
						</span>
						<button
							type="button"
							aria-label={`Revoke: ${titleOf(link)}`}
							onClick={() => onRevoke(link.id)}
							className="eased h-8 shrink-0 rounded-box border border-line px-3 font-medium text-danger text-small hover:bg-hover"
						>
							Revoke
						</button>
					</li>
				))}
			</ul>
		</section>
	);
}

function titleOf({ role, label }: GrantInfo): string {
	const name = roleChoices.find((choice) => choice.role === role)?.name ?? role;
	return label === "" ? name : `${name}: ${label}`;
}

function termsOf({ expires, pin, uses, used, state }: GrantInfo): string {
	const parts = [`${timeLeft(expires, Date.now())} left`];
	if (pin) parts.push("PIN");
	if (uses !== undefined) parts.push(`${used} of ${uses} uses`);
	if (state === "used-up") parts.push("used up");
	if (state === "closed") parts.push("closed after wrong PINs");
	return parts.join(" · ");
}

function visitorsOf({ visits }: GrantInfo): string {
	if (visits.length === 0) return "Nobody came by it yet";
	const names = [...new Set(visits.map(({ name, address }) => name ?? address ?? "Guest"))];
	const more = names.length - NAMED;
	return `Used by ${names.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
