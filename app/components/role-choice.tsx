import type { Role } from "../../signaling/protocol/messages.ts";

interface RoleChoiceProps {
	readonly role: Role;
	onRole(role: Role): void;
}

/** What each right means, for whoever gives it. */
export const roleChoices: readonly { readonly role: Role; readonly name: string; readonly words: string }[] =
	[
		{ role: "view", name: "Watch", words: "Sees the screen" },
		{ role: "control", name: "Control", words: "Also touches and types" },
		{ role: "own", name: "Own", words: "Also shares and removes" },
	];

/** A choice of rights. */
export function RoleChoice({ role, onRole }: RoleChoiceProps) {
	return (
		<fieldset>
			<legend className="text-small text-soft">Whoever opens it</legend>
			<div className="mt-1 grid grid-cols-3 gap-2">
				{roleChoices.map((choice) => (
					<label
						key={choice.role}
						className="eased flex cursor-pointer flex-col rounded-box border border-line px-3 py-2 hover:bg-hover has-checked:border-accent has-checked:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2"
					>
						<input
							type="radio"
							name="role"
							value={choice.role}
							checked={role === choice.role}
							onChange={() => onRole(choice.role)}
							className="sr-only"
						/>
						<span className="font-medium">{choice.name}</span>
						<span className="text-pretty text-small text-soft">{choice.words}</span>
					</label>
				))}
			</div>
		</fieldset>
	);
}
