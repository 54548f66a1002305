#include "encoder-registry.h"

#include <string>

#include "native-error.h"

namespace porthole {

// Another encoder is one more file and one more name here.
#define PORTHOLE_ENCODERS(each) each(kOpenH264Encoder) each(kX264Encoder)

#define PORTHOLE_DECLARE(kind) extern const EncoderKind kind;
#define PORTHOLE_LIST(kind) &kind,

PORTHOLE_ENCODERS(PORTHOLE_DECLARE)

std::span<const EncoderKind* const> EncoderKinds() {
	static const EncoderKind* const kinds[] = {PORTHOLE_ENCODERS(PORTHOLE_LIST)};
	return kinds;
}

const EncoderKind& FindEncoderKind(std::string_view name) {
	std::string known;
	for (const EncoderKind* kind : EncoderKinds()) {
		if (name == kind->name) return *kind;
		known += known.empty() ? kind->name : std::string(", ") + kind->name;
	}
	throw NativeError("encoder-unknown",
		"There is no encoder named \"" + std::string(name) + "\"; this build knows " + known + ".");
}

}  // namespace porthole
